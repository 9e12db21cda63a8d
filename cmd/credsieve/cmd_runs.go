package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/answers"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/usage"
	"github.com/credsieve/credsieve/pipeline/review/nights"
)

func newRunsCommand(e env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "Look after a folder of runs: list them, remove old ones",
		Long:  "Look after a folder of runs, such as that of \"scan --out-root\": list them, remove old ones." + exitStatus,
		Args:  usage.NoSuchCommand,
		RunE: func(*cobra.Command, []string) error {
			return usagef("no command was named; want one of list, prune")
		},
	}
	cmd.AddCommand(newRunsListCommand(e), newRunsPruneCommand(e))
	return cmd
}

func newRunsListCommand(e env) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "list DIR",
		Short: "List the runs of a folder, the newest first",
		Long: `List the runs that lie in a folder, the newest first: status, accounts listed that are new and outstanding, and
how many wait for a release. A run whose manifest cannot be read is named last. The runs are not verified:
"credsieve verify" does that.` + exitStatus,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			runs, err := nights.List(args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(e.out, map[string]any{"runs": runs})
			}
			return answers.Runs(e.out, runs)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON instead of a table")
	return cmd
}

type pruneOptions struct {
	keep   ageFlag
	dryRun bool
	now    timeFlag
	json   bool
}

func newRunsPruneCommand(e env) *cobra.Command {
	var o pruneOptions
	cmd := &cobra.Command{
		Use:   "prune DIR --keep AGE",
		Short: "Remove the runs of a folder that are old",
		Long: `Remove the runs of a folder that finished longer ago than --keep, and say which. A folder is removed only when all
of it was verified to be a run and nothing else. These stay, however old: the newest run, the newest one that published
a list, the one that the link "latest" leads to, and a held run that can still be released. An old run that stays, and
why, is said on stderr.` + exitStatus,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runRunsPrune(cmd.Context(), e, o, args[0]) },
	}
	flags := cmd.Flags()
	flags.Var(&o.keep, "keep", "remove runs that are older than this `age`, such as 30d or 36h (required)")
	flags.BoolVar(&o.dryRun, "dry-run", false, "say what would be removed, and remove nothing")
	flags.Var(&o.now, "now", "the `time` from which the age is counted (default the clock)")
	flags.BoolVar(&o.json, "json", false, "print JSON")
	flags.Lookup("keep").DefValue = "" // there is none
	requireFlags(cmd, "keep")
	return cmd
}

func runRunsPrune(ctx context.Context, e env, o pruneOptions, root string) error {
	p, err := nights.Prune(ctx, nights.PruneConfig{
		Root: root, Keep: time.Duration(o.keep), MaxAge: releaseMaxAge, Now: o.now.Clock()(), DryRun: o.dryRun,
	})
	if p == nil {
		return err
	}
	for _, kept := range p.Kept {
		fmt.Fprintf(e.err, "credsieve: warning: %s stays: %s\n", sentence(kept.Name), sentence(kept.Why))
	}
	if o.json {
		return errors.Join(err, printJSON(e.out, p))
	}
	answers.Pruned(e.out, p)
	return err
}
