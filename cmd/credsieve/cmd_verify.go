package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/answers"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/fetched"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/review"
)

func newVerifyCommand(e env) *cobra.Command {
	keyFile, asJSON := "", false
	cmd := &cobra.Command{
		Use:   "verify RUN",
		Short: "Check that a run is whole",
		Long: `Check that a run directory is whole: its manifest balances, every file has the bytes and rows
that the manifest names, no list stands where it must not, and both forms of the list hold the same rows.
With the key the seal is checked as well: that nobody without the key has changed manifest, lists or approval.
A reset step does this before it reads the list. RUN may be a URL where the program has a driver for it (credsieve-cloud).

--json says the same in fields; of a run that is not whole "whole" is false and "error" says why.` + exitStatus,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runVerify(cmd.Context(), e, args[0], keyFile, asJSON)
		},
	}
	addKeyFlag(cmd, &keyFile)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the same as JSON")
	return cmd
}

func runVerify(ctx context.Context, e env, dir, keyFile string, asJSON bool) error {
	v, err := verifyRun(ctx, e, dir, keyFile)
	switch {
	case asJSON && ctx.Err() == nil:
		return errors.Join(err, printJSON(e.out, v))
	case err == nil:
		v.Print(e.out)
	}
	return err
}

func verifyRun(ctx context.Context, e env, dir, keyFile string) (answers.Verified, error) {
	run, err := fetched.Open(ctx, dir)
	if err != nil {
		return answers.Verified{Error: sentence(err.Error())}, err
	}
	defer run.Close()
	m, err := rundir.Verify(ctx, run.Dir)
	seal := ""
	if err == nil {
		seal, err = review.CheckSeal(ctx, run.Dir, m, keyFile != "", func() (review.RecheckKey, error) {
			key, _, err := loadRecheckKey(e, keyFile)
			return key, err
		})
	}
	if err = run.Said(err); err != nil {
		return answers.Verified{Error: sentence(err.Error())}, err
	}
	v := answers.Verified{
		Whole: true, RunID: m.RunID, Status: m.Status, AccountsListed: m.Counts.AccountsListed, Files: len(m.Outputs),
		SealChecked: seal == review.SealIsRight, Seal: seal, Release: m.Release, InPart: m.HeldInPart(),
	}
	if m.Status == rundir.StatusHeld {
		v.AccountsHeld = m.HeldAccounts()
	}
	return v, nil
}
