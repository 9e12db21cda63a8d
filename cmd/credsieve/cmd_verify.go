package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/datasets/shown"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/review"
)

func newVerifyCommand(e env) *cobra.Command {
	var keyFile string
	cmd := &cobra.Command{
		Use:   "verify RUN",
		Short: "Check that a run is whole",
		Long: `Check that a run directory is whole: its manifest balances, every file has the bytes and rows
that the manifest names, no list stands where it must not, and both forms of the list hold the same rows.
With the key the seal is checked as well: that nobody without the key has changed manifest, lists or approval.
A reset step does this before it reads the list.` + exitStatus,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runVerify(cmd.Context(), e, args[0], keyFile)
		},
	}
	addKeyFlag(cmd, &keyFile)
	return cmd
}

func runVerify(ctx context.Context, e env, dir, keyFile string) error {
	m, err := rundir.Verify(ctx, dir)
	if err != nil {
		return err
	}
	seal, err := review.CheckSeal(ctx, dir, m, keyFile != "", func() (*hashing.Key, error) { return loadKey(e, keyFile) })
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "run %s is whole: %s, %d accounts listed, %d files\n",
		m.RunID, m.Status, m.Counts.AccountsListed, len(m.Outputs))
	fmt.Fprintln(e.out, seal)
	if m.HeldInPart() {
		fmt.Fprintf(e.out, "%d of them are held, the others published\n", m.HeldAccounts())
	}
	if a := m.Release; a != nil {
		fmt.Fprintf(e.out, "it was held, and released by %s at %s\n",
			shown.Text(a.ApprovedBy), a.ApprovedAt.Format(time.RFC3339))
	}
	return nil
}
