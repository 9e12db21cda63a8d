package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/shown"
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
	printDiff(e.out, d)
	return nil
}

func printDiff(w io.Writer, d *review.Diff) {
	for _, part := range []struct {
		name string
		rows []review.DiffRow
	}{{"new", d.New}, {"outstanding", d.Outstanding}, {"gone", d.Gone}} {
		if len(part.rows) == 0 {
			continue
		}
		t := terminal.NewTable(part.name, "account", "score", "band", "why")
		for _, row := range part.rows[:min(len(part.rows), rowsShown)] {
			t.AppendRow(terminal.Row{
				clip(shown.Text(row.AccountID)), fmt.Sprintf("%.1f", row.Score), row.Band,
				review.DiffCauseText(row.Cause),
			})
		}
		t.Show(w)
		if more := len(part.rows) - rowsShown; more > 0 {
			fmt.Fprintf(w, "and %d more; --json has all of them\n", more)
		}
	}
	fmt.Fprintf(w, "from run %s (%s) to run %s (%s): %d new, %d outstanding, %d gone\n",
		d.RunA, d.Statuses.A, d.RunB, d.Statuses.B, d.Counts.New, d.Counts.Outstanding, d.Counts.Gone)
}
