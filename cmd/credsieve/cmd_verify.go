package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/datasets/shown"
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
A reset step does this before it reads the list.

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

// verified is what a check of a run found.
type verified struct {
	Whole          bool             `json:"whole"`
	Error          string           `json:"error,omitempty"`
	RunID          string           `json:"run_id,omitempty"`
	Status         rundir.Status    `json:"status,omitempty"`
	AccountsListed int64            `json:"accounts_listed"`
	AccountsHeld   int64            `json:"accounts_held"` // of those: they wait for a release
	Files          int              `json:"files"`
	SealChecked    bool             `json:"seal_checked"`
	Seal           string           `json:"seal,omitempty"`
	Release        *rundir.Approval `json:"release,omitempty"`

	inPart bool
}

func runVerify(ctx context.Context, e env, dir, keyFile string, asJSON bool) error {
	v, err := verifyRun(ctx, e, dir, keyFile)
	switch {
	case asJSON && ctx.Err() == nil:
		return errors.Join(err, printJSON(e.out, v))
	case err == nil:
		v.print(e.out)
	}
	return err
}

func verifyRun(ctx context.Context, e env, dir, keyFile string) (verified, error) {
	m, err := rundir.Verify(ctx, dir)
	seal := ""
	if err == nil {
		seal, err = review.CheckSeal(ctx, dir, m, keyFile != "", func() (review.RecheckKey, error) {
			key, _, err := loadRecheckKey(e, keyFile)
			return key, err
		})
	}
	if err != nil {
		return verified{Error: sentence(err.Error())}, err
	}
	v := verified{
		Whole: true, RunID: m.RunID, Status: m.Status, AccountsListed: m.Counts.AccountsListed, Files: len(m.Outputs),
		SealChecked: seal == review.SealIsRight, Seal: seal, Release: m.Release, inPart: m.HeldInPart(),
	}
	if m.Status == rundir.StatusHeld {
		v.AccountsHeld = m.HeldAccounts()
	}
	return v, nil
}

func (v *verified) print(w io.Writer) {
	listed := "listed"
	if v.Status == rundir.StatusHeld && !v.inPart {
		listed = "held, none published"
	}
	fmt.Fprintf(w, "run %s is whole: %s, %s %s, %s\n", v.RunID, v.Status, counted.Of(v.AccountsListed, "account"), listed,
		counted.Of(v.Files, "file"))
	fmt.Fprintln(w, v.Seal)
	if v.inPart {
		fmt.Fprintf(w, "%s held, the others published\n", counted.As(v.AccountsHeld, "of them is", "of them are"))
	}
	if a := v.Release; a != nil {
		fmt.Fprintf(w, "it was held, and released by %s at %s\n", shown.Text(a.ApprovedBy), a.ApprovedAt.Format(time.RFC3339))
	}
}
