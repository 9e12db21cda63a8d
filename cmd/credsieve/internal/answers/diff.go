package answers

import (
	"fmt"
	"io"
	"time"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/shown"
	"github.com/credsieve/credsieve/pipeline/review"
)

// Diff shows on w what changed from one run to another.
func Diff(w io.Writer, d *review.Diff) {
	for _, part := range []struct {
		name string
		rows []review.DiffRow
	}{{"new", d.New}, {"outstanding", d.Outstanding}, {"gone", d.Gone}} {
		if len(part.rows) == 0 {
			continue
		}
		t := terminal.NewTable(part.name, "account", "score", "band", "why")
		for _, row := range part.rows[:min(len(part.rows), terminal.RowsShown)] {
			why := review.DiffCauseText(row.Cause)
			if row.FirstListedAt != "" {
				why += fmt.Sprintf("; open since %s (%s)", row.FirstListedAt[:len(time.DateOnly)], review.Days(row.DaysOpen))
			}
			t.AppendRow(terminal.Row{
				terminal.Clip(shown.Text(row.AccountID)), fmt.Sprintf("%.1f", row.Score), row.Band, why,
			})
		}
		t.Soft(0)
		t.Show(w)
		if more := len(part.rows) - terminal.RowsShown; more > 0 {
			fmt.Fprintf(w, "and %d more; --json has all of them\n", more)
		}
	}
	fmt.Fprintf(w, "from run %s (%s) to run %s (%s): %d new, %d outstanding, %d gone\n",
		d.RunA, d.Statuses.A, d.RunB, d.Statuses.B, d.Counts.New, d.Counts.Outstanding, d.Counts.Gone)
}
