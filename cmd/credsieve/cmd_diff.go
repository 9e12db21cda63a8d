package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/answers"
	"github.com/credsieve/credsieve/pipeline/review"
)

func newDiffCommand(e env) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "diff RUN_A RUN_B",
		Short: "Say what is new, gone and still there from one run to another",
		Long: `Compare the lists of two runs by account and finding id: what is new in RUN_B, what is on both
(outstanding), and what is gone, with the cause as far as the runs know it. A user who changed a leaked password to
another leaked one is gone under the old finding and new under the other. Held lists are compared like published
ones. Both runs are verified first.` + exitStatus,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDiff(cmd.Context(), e, args[0], args[1], asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print all of it as JSON")
	return cmd
}

func runDiff(ctx context.Context, e env, a, b string, asJSON bool) error {
	d, err := review.Compare(ctx, a, b)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(e.out, d)
	}
	answers.Diff(e.out, d)
	return nil
}
