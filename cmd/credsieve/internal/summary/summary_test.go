package summary_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/summary"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline"
)

// full is a run of which there is something to say about everything.
func full() *pipeline.Outcome {
	m := &rundir.Manifest{
		RunID: "20260601T000000Z-00112233", Status: rundir.StatusPartial,
		Inputs: []rundir.Input{{Status: "read"}, {Status: "partial"}, {Status: "skipped"}, {Status: "skipped", LeftOut: true}},
		Counts: rundir.Counts{
			RecordsRead: 90, RecordsRejected: 1, ScreenHits: 50, Untestable: 2, Candidates: 30, Confirmed: 3, Refuted: 20,
			Moot: 1, Indeterminate: 2, Unchecked: 4, Remembered: 5, AccountsConfirmed: 3, AccountsListed: 3, Verifications: 31,
		},
		Sweep:     rundir.Sweep{AccountsHashOnly: 1, Mentioned: 2, NotUnderstood: 3, Cut: 4},
		Listed:    rundir.Listed{New: 2, Outstanding: 1},
		Undecided: map[string]int64{"unchecked": 4},
		Excluded:  &rundir.Excluded{Accounts: 40, Reasons: make(map[string]int64)},
	}
	for i := range 40 {
		m.Excluded.Reasons[fmt.Sprintf("reason %d", i)] = 1
	}
	row := func(rank int, id, status string) rundir.Row {
		return rundir.Row{Rank: rank, AccountID: id, Band: "high", Status: status, Identifier: id + "@example.com"}
	}
	list := []rundir.Row{row(1, "was-there", "outstanding"), row(2, "first-new", "new"), row(3, "second-new", "new")}
	return &pipeline.Outcome{Manifest: m, List: list, Dir: "run"}
}

func printed(t *testing.T, o *pipeline.Outcome, width int, opts summary.Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := summary.Print(&terminal.Page{Writer: &out, Width: width}, o, opts); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestPrint_is_short_unless_everything_is_asked_for(t *testing.T) {
	t.Parallel()
	text := printed(t, full(), 140, summary.Options{})
	_, after, found := strings.Cut(text, "inputs: ")
	if n := strings.Count(after, "\n"); !found || n > 12 {
		t.Errorf("%d lines:\n%s", n, after)
	}
	if !strings.Contains(after, "more lines; --verbose shows them\nrun 20260601T000000Z-00112233: partial, 3 accounts listed (2 new, 1 outstanding), run\n") {
		t.Errorf("what was left out is not said:\n%s", after)
	}
	if text := printed(t, full(), 140, summary.Options{Verbose: true}); !strings.Contains(text, "excluded: 1 for reason 39") ||
		!strings.Contains(text, "filter_false_hits") {
		t.Errorf("not everything:\n%s", text)
	}
	if text := printed(t, full(), 140, summary.Options{Quiet: true}); strings.Count(text, "\n") != 1 {
		t.Errorf("not one line:\n%s", text)
	}
}

func TestPrint_never_mixes_units_in_a_line(t *testing.T) {
	t.Parallel()
	units := []string{"records", "candidates", "verifications"}
	for line := range strings.Lines(printed(t, full(), 140, summary.Options{})) {
		name, parts, _ := strings.Cut(line, ": ")
		for _, unit := range units {
			if strings.HasPrefix(name, "run ") || name == unit {
				continue
			}
			if strings.Contains(parts, unit) {
				t.Errorf("%s in a line about %s: %s", unit, name, line)
			}
		}
	}
}

func TestPrint_shows_what_is_new_first(t *testing.T) {
	t.Parallel()
	for _, width := range []int{60, 140} {
		text := printed(t, full(), width, summary.Options{Identifiers: true})
		first, second, last := strings.Index(text, "first-new"), strings.Index(text, "second-new"), strings.Index(text, "was-there")
		if first < 0 || !(first < second && second < last) {
			t.Errorf("%d columns:\n%s", width, text)
		}
		if !strings.Contains(text, "first-new@example.com") || !strings.Contains(text, "outstanding") {
			t.Errorf("%d columns: identifier or status is missing:\n%s", width, text)
		}
	}
}
