package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/answers"
	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/objects"
	"github.com/credsieve/credsieve/pipeline"
	"github.com/credsieve/credsieve/pipeline/task"
)

// planOptions are those of scan that decide what tasks find, and how the work is divided.
type planOptions struct {
	scanOptions
	partitions int
	shardSize  sizeFlag
}

const planLong = `Divide a scan into tasks that run on many machines, under an engine that people already have: Spark, Kubernetes,
AWS Batch, Slurm, or xargs. docs/cluster.md has an example of each.

RUN_URL is where tasks put their results: a folder that all machines share, or a bucket. It must be empty. All that lies
there is sealed under a key of the run, which is sealed under the master key.

What is planned is what "credsieve scan" would do with these options: dumps that are files, cut into shards, and accounts, cut
into partitions. Large lists are cut into ranges, and are read here once to know where; whatever else there is, is one shard for
each file, small ones together. Then come, in this order:

  credsieve task screen RUN_URL --shard N        for each shard
  credsieve task confirm RUN_URL --partition N   for each partition, when all shards were screened
  credsieve publish RUN_URL --out RUN            once, when all partitions were confirmed

The index, the dumps and the key file must be where they are now, or --index and --key-file of each task say where.
With --state DIR the tasks are told what earlier runs decided, and publish writes down what they did. Until then no other run
may use that state: publish refuses one that has changed.

With --confirm-budget the tasks verify the likeliest candidates of all accounts, and leave the others undecided. Where the
budget ends is known before the first verification: by a number of candidates, or by what a verification takes, which is
measured here once. A duration is that of one processor: 50 machines with 16 cores for an hour are 800h.` + exitStatus

func newPlanCommand(e env) *cobra.Command {
	var o planOptions
	cmd := &cobra.Command{
		Use:   "plan --index DIR --key-file K --out RUN_URL DUMP...",
		Short: "Divide a scan into tasks for many machines",
		Long:  planLong,
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runPlan(cmd.Context(), e, o, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.index, "index", "", "`directory` of the index (required)")
	flags.StringVar(&o.out, "out", "", "`URL` or folder of the run's results (required)")
	flags.StringVar(&o.state, "state", "",
		"`directory` of what earlier runs decided; nothing is verified twice (default none)")
	flags.IntVar(&o.partitions, "partitions", 0,
		"confirm the accounts in `N` tasks (default 4096, and less for few accounts)")
	flags.Var(&o.confirmBudget, "confirm-budget",
		"verify what takes one processor this `duration`, in all tasks together, or so many candidates; best first (default none)")
	o.shardSize = pipeline.DefaultShardSize
	flags.Var(&o.shardSize, "shard-size", "screen about this `size` of dumps in one task")
	flags.Var(&o.now, "now", "fix the `time`, for reproducible output (default the clock)")
	flags.BoolVar(&o.json, "json", false, "print what was planned as JSON, for programs that start the tasks")
	o.addReadingFlags(cmd)
	o.addMachineFlags(cmd)
	requireFlags(cmd, "index", "out")
	return cmd
}

func (o *planOptions) validate() error {
	if o.partitions < 0 || o.partitions > maxTasks {
		return usagef("--partitions %d: want a number from 1 to %d", o.partitions, maxTasks)
	}
	if o.shardSize < leastShard {
		return usagef("--shard-size %s: at least %s is needed", o.shardSize.String(), formatBytes(leastShard))
	}
	return cmp.Or(o.validateMachine(), o.validateReading())
}

const (
	// maxTasks is what names of results have digits for.
	maxTasks = 1_000_000
	// leastShard is what costs more to plan than to screen.
	leastShard = 64 << 10
)

func runPlan(ctx context.Context, e env, o planOptions, dumps []string) error {
	if err := o.validate(); err != nil {
		return err
	}
	cfg, err := o.configured(e, dumps)
	if err != nil {
		return err
	}
	store, err := objects.Open(ctx, o.out)
	if err != nil {
		return err
	}
	defer store.Close()
	plan, err := pipeline.PlanTasks(ctx, cfg, pipeline.PlanOptions{
		Store: store, Where: o.out, Partitions: o.partitions, ShardSize: int64(o.shardSize),
	})
	if err != nil {
		return err
	}
	return printPlan(e, o, plan)
}

func printPlan(e env, o planOptions, plan *task.Plan) error {
	planned := answers.NewPlanned(o.out, plan)
	if planned.Unreadable > 0 {
		fmt.Fprintf(e.err, "credsieve: warning: %s cannot be read; the run will be partial, and its manifest says why\n",
			counted.Of(planned.Unreadable, "input"))
	}
	if o.json {
		return printJSON(e.out, planned)
	}
	return planned.Print(e.out)
}

// openTasks opens a planned run. The caller closes the store.
func openTasks(ctx context.Context, where string, cfg pipeline.Config) (*task.Run, *objects.Store, error) {
	store, err := objects.Open(ctx, where)
	if err != nil {
		return nil, nil, err
	}
	run, err := task.Open(ctx, store, cfg.Key)
	if err != nil {
		return nil, nil, cmp.Or(err, store.Close())
	}
	return run, store, nil
}
