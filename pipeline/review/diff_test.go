package review

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
)

// outstanding is a row that was on a list at a time.
func outstanding(account, letter string, since time.Time) rundir.Row {
	r := row(account, letter)
	r.Status, r.FirstListedAt = "outstanding", since
	return r
}

// summary writes an entry of a diff on one line.
func summary(rows []DiffRow) string {
	var parts []string
	for _, r := range rows {
		part := r.AccountID + " " + r.FindingID[:1] + " " + r.Cause
		if r.FirstListedAt != "" {
			part += " " + r.FirstListedAt
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// TestCompare: what is new, what is outstanding and since when, and why what is gone is gone.
func TestCompare(t *testing.T) {
	t.Parallel()
	key := workplace.NewKey(t)
	a := night{key: key, rows: []rundir.Row{
		row("stays", "1"), row("changed", "2"), row("refuted", "3"), row("locked", "4"), row("kept-off", "5"), row("open", "6"), row("pruned", "7"),
		row("unmet", "8"), outstanding("long", "9", noon(1)), row("since", "a"),
	}}.publish(t)
	b := night{
		key: key,
		rows: []rundir.Row{
			row("new", "f"), row("changed", "e"), row("stays", "1"), outstanding("long", "9", time.Time{}), outstanding("since", "a", noon(4)),
		},
		others: []rundir.Met{
			{AccountID: "refuted", State: rundir.StateRefuted}, {AccountID: "locked", State: rundir.StateNotActive},
			{AccountID: "kept-off", State: rundir.StateExcluded}, {AccountID: "open", State: rundir.StateUndecided},
			{AccountID: "pruned", State: rundir.StatePruned}, {AccountID: "stranger", State: rundir.StateRefuted},
		},
		undecided: []rundir.Undecided{{AccountID: "open", Cause: "unchecked", Candidates: 1}},
		change:    func(m *rundir.Manifest) { m.StartedAt = noon(12) },
	}.publish(t)
	d, err := Compare(t.Context(), a, b)
	if err != nil {
		t.Fatal(err)
	}
	for what, tt := range map[string]struct{ got, want string }{
		"new": {summary(d.New), "changed e password_changed, new f first_listed"},
		"outstanding": {summary(d.Outstanding), "long 9 still_listed 2026-06-01T12:00:00Z, since a still_listed 2026-06-04T12:00:00Z, " +
			"stays 1 still_listed 2026-06-10T12:00:00Z"},
		"gone": {summary(d.Gone), "changed 2 password_changed, kept-off 5 excluded, locked 4 not_active, open 6 undecided, " +
			"pruned 7 not_tested, refuted 3 no_longer_matches, unmet 8 not_met"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %s\nwant: %s", what, tt.got, tt.want)
		}
	}
	if days := d.Outstanding[0].DaysOpen; days != 11 {
		t.Errorf("open for %d days", days)
	}
	if d.Counts != (DiffCounts{2, 3, 7}) || d.Statuses != (DiffStatuses{rundir.StatusComplete, rundir.StatusPartial}) || d.RunA == d.RunB {
		t.Errorf("%+v, %+v, %s, %s", d.Counts, d.Statuses, d.RunA, d.RunB)
	}
	if of := d.Gone[0]; of.Score != 70 || of.Band != "high" {
		t.Errorf("a gone one has %+v", of)
	}
	if _, err := Compare(t.Context(), a, night{key: workplace.NewKey(t)}.publish(t)); err == nil || !strings.Contains(err.Error(), "different keys") {
		t.Errorf("runs of two keys: %v", err)
	}
	for _, pair := range [][2]string{{a, t.TempDir()}, {t.TempDir(), a}} {
		if d, err := Compare(t.Context(), pair[0], pair[1]); err == nil {
			t.Errorf("something that is not a run: %+v", d)
		}
	}
}

// TestCompare_says_since_when_the_first_list_was_out: one that was held was out when somebody released it, or not at all.
func TestCompare_says_since_when_the_first_list_was_out(t *testing.T) {
	t.Parallel()
	rows := []rundir.Row{row("stays", "1")}
	b := night{rows: rows, change: func(m *rundir.Manifest) { m.StartedAt = noon(20) }}.publish(t)
	held := night{rows: rows, held: true}.publish(t)
	released := night{rows: rows, held: true}.publish(t)
	_, err := rundir.Release(t.Context(), released, func(m *rundir.Manifest) (rundir.Approval, error) {
		return rundir.Approval{RunID: m.RunID, Count: 1, ApprovedAt: noon(15)}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{held: "", released: "2026-06-15T12:00:00Z"} {
		d, err := Compare(t.Context(), dir, b)
		if err != nil || len(d.Outstanding) != 1 || d.Outstanding[0].FirstListedAt != want {
			t.Errorf("%+v, %v, want %q", d, err, want)
		}
	}
}

// TestTexts: each cause has words of its own.
func TestTexts(t *testing.T) {
	t.Parallel()
	seen := make(map[string]string)
	for _, cause := range []string{
		causeFirstListed, causeStillListed, causePasswordChanged, causeNoLongerMatches, causeNotActive, causeExcluded, causeUndecided,
		causeNotTested, causeNotMet,
	} {
		text := DiffCauseText(cause)
		if other, known := seen[text]; known || text == "" {
			t.Errorf("%s has the words of %q", cause, other)
		}
		seen[text] = cause
	}
	for _, cause := range []string{"unchecked", "not_understood", "over_cap", "no_password", "unknown_scheme", "nul_in_password", "other"} {
		text := CauseText(cause)
		if other, known := seen[text]; known || text == "" {
			t.Errorf("%s has the words of %q", cause, other)
		}
		seen[text] = cause
	}
	if text := CauseText("made_up"); !strings.Contains(text, "(made_up)") {
		t.Errorf("a cause that is not known is not named: %s", text)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	if Days(0) != "0 days" || Days(1) != "1 day" || Days(2) != "2 days" {
		t.Errorf("%s, %s, %s", Days(0), Days(1), Days(2))
	}
	var kinds []string
	for _, kind := range []string{hashing.KindEmail.String(), hashing.KindPhone.String(), hashing.KindUsername.String(), "other"} {
		kinds = append(kinds, kindText(kind))
	}
	if !slices.Equal(kinds, []string{"e-mail address", "phone number", "user name", "identifier"}) {
		t.Errorf("%q", kinds)
	}
}
