package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/pipeline/progress"
)

type synthOptions struct {
	synth.Options
	out                      string
	reuse, stale, duplicates shareFlag
	progress                 choiceFlag
}

func newSynthOptions() synthOptions {
	o := synthOptions{Options: synth.Defaults()}
	o.reuse, o.stale = shareFlag(o.Reuse), shareFlag(o.Stale)
	o.duplicates = shareFlag(o.Duplicates)
	o.progress.Value = "auto"
	return o
}

func newSynthCommand(e env) *cobra.Command {
	o := newSynthOptions()
	cmd := &cobra.Command{
		Use:   "synth --out DIR --accounts N --records N --seed S",
		Short: "Make synthetic accounts and dumps, with the true answer",
		Long: `Make synthetic accounts, dumps in every format that the readers know, and truth.csv with exactly
the accounts that a scan must list. All of it is made up; the same options and seed give the same bytes.` +
			exitStatus,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runSynth(cmd.Context(), e, o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.out, "out", "", "`directory` to make (required)")
	flags.IntVar(&o.Accounts, "accounts", o.Accounts, "`N` accounts")
	flags.IntVar(&o.Records, "records", o.Records, "about `N` records in all dumps")
	flags.Uint64Var(&o.Seed, "seed", o.Seed, "`number` that everything is derived from")
	flags.StringVar(&o.Hash, "hash", o.Hash, "`scheme`: argon2id, argon2i, bcrypt, mixed")
	flags.Uint32Var(&o.Argon2.Memory, "argon2-memory", o.Argon2.Memory, "argon2 memory in `KiB`")
	flags.Uint32Var(&o.Argon2.Time, "argon2-time", o.Argon2.Time, "argon2 `passes`")
	flags.Uint32Var(&o.Argon2.Threads, "argon2-parallelism", o.Argon2.Threads, "argon2 `lanes`")
	flags.IntVar(&o.BcryptCost, "bcrypt-cost", o.BcryptCost, "bcrypt `cost`")
	flags.Var(&o.reuse, "reuse", "`share` of accounts whose current password is in a dump")
	flags.Var(&o.stale, "stale", "`share` of accounts that are in a dump with another password")
	flags.Var(&o.duplicates, "duplicates", "`share` of records that repeat an earlier one")
	flags.StringSliceVar(&o.Formats, "formats", nil,
		"dump formats, a `list` of "+strings.Join(synth.Formats(), ", ")+" (default all)")
	flags.StringVar(&o.AccountsFormat, "accounts-format", o.AccountsFormat,
		"`format` of the accounts: csv, tsv, jsonl, each also with .gz or .zst, or parquet")
	flags.IntVar(&o.Workers, "workers", 0, "hash with `N` workers (default one for each core)")
	addProgressFlag(cmd, &o.progress)
	requireFlags(cmd, "out")
	return cmd
}

func runSynth(ctx context.Context, e env, o synthOptions) error {
	o.Reuse, o.Stale, o.Duplicates = float64(o.reuse), float64(o.stale), float64(o.duplicates)
	if err := o.Validate(); err != nil {
		return usagef("%w", err)
	}
	meter := terminal.NewHalves(newProgress(o.progress, e.err), o.Accounts,
		terminal.Half{Name: "accounts", Unit: progress.Accounts}, terminal.Half{Name: "dumps", Unit: progress.Records})
	defer meter.Done()
	o.Progress = meter.Update
	summary, err := synth.Generate(ctx, o.out, o.Options)
	if err != nil {
		return err
	}
	meter.Done()
	fmt.Fprintf(e.out, "synthetic data in %s: %s, %s in %s, %s at risk\n",
		summary.Dir, counted.Of(summary.Accounts, "account"), counted.Of(summary.Records, "record"),
		counted.Of(len(summary.Dumps), "dump"), counted.Of(summary.Listed, "account"))
	return nil
}
