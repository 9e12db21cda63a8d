package answers

import (
	"fmt"
	"io"
	"strings"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/datasets/shown"
	"github.com/credsieve/credsieve/pipeline/review/nights"
)

// Runs shows on w the runs of a folder.
func Runs(w io.Writer, runs []nights.Run) error {
	if len(runs) == 0 {
		_, err := fmt.Fprintln(w, "no run lies there")
		return err
	}
	t := terminal.NewTable("runs", "run", "finished", "status", "new", "outstanding", "held", "")
	for i := range runs {
		r := &runs[i]
		name := terminal.Clip(shown.Text(r.Name))
		if r.Problem != "" {
			t.AppendRow(terminal.Row{name, "", "not readable", "", "", "", ""})
			continue
		}
		var notes []string
		if len(r.Signs) > 0 {
			notes = append(notes, "signs of an own leak")
		}
		if r.Released {
			notes = append(notes, "released")
		}
		if r.Latest {
			notes = append(notes, rundir.LatestName)
		}
		t.AppendRow(terminal.Row{
			name, r.FinishedAt.UTC().Format("2006-01-02 15:04"), shown.Text(string(r.Status)), r.New, r.Outstanding, r.Held, strings.Join(notes, ", "),
		})
	}
	t.Soft(6)
	if err := t.Print(w); err != nil {
		return err
	}
	for i := range runs {
		if r := &runs[i]; r.Problem != "" {
			fmt.Fprintln(w, terminal.Sentence(r.Problem))
		}
	}
	return nil
}

// Pruned says on w which runs were removed.
func Pruned(w io.Writer, p *nights.Pruned) {
	verb := "removed"
	if p.DryRun {
		verb = "would remove"
	}
	for i := range p.Removed {
		r := &p.Removed[i]
		fmt.Fprintf(w, "%s %s: %s, finished %s\n",
			verb, shown.Text(r.Name), r.Status, r.FinishedAt.UTC().Format("2006-01-02 15:04 UTC"))
	}
	said := []string{fmt.Sprintf("%s %d", verb, len(p.Removed))}
	if p.Young > 0 {
		said = append(said, "kept "+counted.As(p.Young, "that is", "that are")+" not old")
	}
	if len(p.Kept) > 0 {
		said = append(said, fmt.Sprintf("kept %d for another reason", len(p.Kept)))
	}
	fmt.Fprintf(w, "runs: %s\n", strings.Join(said, ", "))
}
