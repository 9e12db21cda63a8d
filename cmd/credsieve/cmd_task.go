package main

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/usage"
	"github.com/credsieve/credsieve/pipeline"
	"github.com/credsieve/credsieve/pipeline/task"
)

func newTaskCommand(e env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "task",
		Short: "Do one task of a scan that was planned",
		Long: `Do one task of a scan that "credsieve plan" has divided. A task may run again, or twice at once, wherever the index,
the dumps and the key are: it leaves one result. One that dies leaves none.` + exitStatus,
		Args: usage.NoSuchCommand,
		RunE: func(*cobra.Command, []string) error {
			return usagef("task wants one of screen, confirm")
		},
	}
	cmd.AddCommand(
		newOneTaskCommand(e, oneTask{
			name: "screen", flag: "shard", usage: "`number` of the shard, from 0 (required)",
			short: "Screen one shard of the dumps",
			long: `Screen one shard of the dumps: find the records that name accounts of the index. What was found is sealed, and put where
the run lies.`,
			do: pipeline.ScreenShard,
		}),
		newOneTaskCommand(e, oneTask{
			name: "confirm", flag: "partition", usage: "`number` of the partition, from 0 (required)",
			short: "Confirm the candidates of one partition of the accounts",
			long: `Verify the candidates that all shards have for one partition of the accounts against the accounts' own stored hashes.
Every shard must have been screened. What was decided is sealed, and put where the run lies.`,
			do: pipeline.ConfirmPartition,
		}),
	)
	return cmd
}

// oneTask is a kind of task.
type oneTask struct {
	name, flag, usage, short, long string

	do func(ctx context.Context, cfg pipeline.Config, t *task.Run, number int) error
}

func newOneTaskCommand(e env, kind oneTask) *cobra.Command {
	var o scanOptions
	number := 0
	cmd := &cobra.Command{
		Use:   kind.name + " RUN_URL --" + kind.flag + " N",
		Short: kind.short,
		Long:  kind.long + exitStatus,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runTask(cmd.Context(), e, o, args[0], func(ctx context.Context, cfg pipeline.Config, t *task.Run) error {
				return kind.do(ctx, cfg, t, number)
			})
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&number, kind.flag, 0, kind.usage)
	flags.StringVar(&o.index, "index", "", "`directory` of the index (default where it was when the run was planned)")
	o.addMachineFlags(cmd)
	o.progress.Value = "none"
	flags.Lookup("progress").DefValue = "none"
	flags.Lookup("spool-dir").Usage = "`directory` for what does not fit in memory, sealed (default that of the system)"
	requireFlags(cmd, kind.flag)
	return cmd
}

func runTask(ctx context.Context, e env, o scanOptions, where string,
	do func(context.Context, pipeline.Config, *task.Run) error,
) error {
	if err := o.validateMachine(); err != nil {
		return err
	}
	cfg, err := o.configured(e, nil)
	if err != nil {
		return err
	}
	run, store, err := openTasks(ctx, where, cfg)
	if err != nil {
		return err
	}
	defer store.Close()
	return do(ctx, cfg, run)
}

func newPublishCommand(e env) *cobra.Command {
	var o scanOptions
	cmd := &cobra.Command{
		Use:   "publish RUN_URL --out RUN",
		Short: "Publish the list of a scan whose tasks are done",
		Long: `Put the results of all tasks of a scan together, rank what they found, ask the guard, and publish the list, as
"credsieve scan" does: with the same bytes. Each planned task must have exactly one result. Where one is missing, differs from
itself, or belongs to something else, nothing is published, and a sentence says which. A run that was planned with a state is
written down in it, once.

EXIT STATUS
  0    complete; the list is published, perhaps empty
  1    failed; nothing is published
  2    wrong usage
  3    partial: published, but some input could not be read or some candidates are undecided
  4    held: the guard refused, nothing is published where a reset step looks
  130  interrupted; nothing is published`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.ownRate = cmd.Flags().Changed("max-confirm-rate")
			return runPublish(cmd.Context(), e, o, args[0])
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.index, "index", "", "`directory` of the index (default where it was when the run was planned)")
	flags.StringVar(&o.state, "state", "",
		"`directory` of what earlier runs decided (default where it was when the run was planned)")
	flags.Var(&o.now, "now", "fix the `time` at which the run ends, for reproducible output (default the clock)")
	o.addPublishFlags(cmd)
	o.addMachineFlags(cmd)
	return cmd
}

func runPublish(ctx context.Context, e env, o scanOptions, where string) error {
	if err := cmp.Or(o.validateMachine(), o.validatePublish()); err != nil {
		return err
	}
	cfg, err := o.configured(e, nil)
	if err != nil {
		return err
	}
	run, store, err := openTasks(ctx, where, cfg)
	if err != nil {
		return err
	}
	defer store.Close()
	o.index = cmp.Or(o.index, run.Plan.Index.Dir)
	if run.Plan.State != nil {
		o.state = cmp.Or(o.state, run.Plan.State.Dir)
	}
	return o.night(ctx, e, nil, func(ctx context.Context, cfg pipeline.Config) (*pipeline.Outcome, error) {
		return pipeline.PublishTasks(ctx, cfg, run)
	})
}
