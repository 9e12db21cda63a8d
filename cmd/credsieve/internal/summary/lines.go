package summary

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/datasets/shown"
	"github.com/credsieve/credsieve/pipeline/review"
)

// summaryLines is how many lines a person is given who did not ask for everything; one more names the run.
const summaryLines = 11

// printSummary says in a few lines what came of a run, each line in one unit.
func printSummary(w io.Writer, m *rundir.Manifest, dir string, all bool) {
	lines := slices.Concat(inputLines(m), countLines(m), accountLines(m), inactiveLines(m, dir), notClearedLines(&m.Sweep), excludedLines(m))
	if !all && len(lines) > summaryLines {
		more := len(lines) - (summaryLines - 1)
		lines = append(lines[:summaryLines-1], fmt.Sprintf("and %d more lines; --verbose shows them", more))
	}
	for _, line := range lines {
		fmt.Fprintln(w, line)
	}
}

// sum names the parts of a line that are not zero.
type sum []string

func (s *sum) add(n int64, what string) {
	if n != 0 {
		*s = append(*s, fmt.Sprintf("%d %s", n, what))
	}
}

func (s sum) line(name string) []string {
	if len(s) == 0 {
		return nil
	}
	return []string{name + ": " + strings.Join(s, ", ")}
}

func inputLines(m *rundir.Manifest) []string {
	var s sum
	status, leftOut := make(map[string]int64), int64(0)
	for _, in := range m.Inputs {
		if in.LeftOut {
			leftOut++
		} else {
			status[in.Status]++
		}
	}
	s.add(status[string(dump.StatusRead)], "read")
	s.add(status[string(dump.StatusPartial)], "not read to the end")
	s.add(status[string(dump.StatusSkipped)], "skipped")
	s.add(leftOut, "without passwords, left out")
	return s.line("inputs")
}

// noveltyShown is how many dumps are named before a run begins to confirm.
const noveltyShown = 5

// Novelty says on w, for each dump that holds any, how many pairs of an account of ours and a text that may be its password
// there are, and how many of them earlier runs have judged.
func Novelty(w io.Writer, dumps []rundir.Dump, all bool) {
	said := 0
	for i := range dumps {
		d := &dumps[i]
		if d.Pairs == 0 {
			continue
		}
		if said++; all || said <= noveltyShown {
			fmt.Fprintf(w, "novelty of %s: %s\n", terminal.Clip(shown.Text(d.Name)), noveltyText(d))
		}
	}
	if more := said - noveltyShown; more > 0 && !all {
		fmt.Fprintf(w, "novelty of %s: --verbose and manifest.json (dumps[].pairs) say it\n", counted.Of(more, "more dump"))
	}
}

func noveltyText(d *rundir.Dump) string {
	fresh := d.Pairs - d.PairsJudged
	return fmt.Sprintf("%s of an account of ours and a password, %d judged by earlier runs, %d new (%.0f%%)", counted.Of(d.Pairs, "pair"),
		d.PairsJudged, fresh, 100*float64(fresh)/float64(d.Pairs))
}

func countLines(m *rundir.Manifest) []string {
	c := m.Counts
	var records, candidates, work sum
	records.add(c.RecordsRead, "read")
	records.add(c.RecordsRejected, "rejected")
	records.add(c.ScreenHits-c.FilterFalseHits, "name accounts of ours")
	records.add(c.Untestable, "of them hold nothing that could be tried")
	candidates.add(c.Candidates, "to try")
	candidates.add(c.Confirmed, "confirmed")
	candidates.add(c.Refuted, "refuted")
	candidates.add(c.Moot, "moot (another one opens the account)")
	candidates.add(c.Indeterminate, "indeterminate")
	candidates.add(c.Unchecked, "not tried")
	candidates.add(c.Remembered, "decided by earlier runs")
	candidates.add(c.Duplicates, "repeated")
	candidates.add(c.PrunedPolicy, "ruled out")
	candidates.add(c.OverCap, "over the cap")
	work.add(c.Verifications, "made")
	return slices.Concat(records.line("records"), candidates.line("candidates"), work.line("verifications"))
}

func accountLines(m *rundir.Manifest) []string {
	c := m.Counts
	var s sum
	s.add(max(m.Rows("accounts.csv"), 0), "met")
	s.add(c.AccountsConfirmed, "confirmed")
	switch {
	case m.HeldInPart():
		s.add(c.AccountsListed-m.HeldAccounts(), "of them on the list that is published")
		s.add(m.HeldAccounts(), "of them on the list that is held")
	case m.Status == rundir.StatusHeld:
		s.add(c.AccountsListed, "of them on the list that is held")
	default:
		s.add(c.AccountsListed, "of them listed")
	}
	s.add(c.AccountsNotActive-c.AccountsExcluded,
		"of them "+notActive+", to be reset before that changes (accounts.csv)")
	lines := slices.Concat(s.line("accounts"), openLines(m))
	if len(m.Undecided) > 0 {
		var causes sum
		for _, cause := range slices.Sorted(maps.Keys(m.Undecided)) {
			causes.add(m.Undecided[cause], cause)
		}
		lines = append(lines, causes.line("accounts undecided (undecided.csv)")...)
	}
	return lines
}

// openLines say for how long accounts have been on lists that nobody has reset.
func openLines(m *rundir.Manifest) []string {
	since := m.Listed.OldestSince
	if since.IsZero() {
		return nil
	}
	oldest := rundir.Row{FirstListedAt: since}
	var s sum
	s.add(m.Listed.Outstanding, "listed before and not reset")
	s.add(m.Listed.OpenOverAWeek, "of them for more than 7 days")
	s = append(s, fmt.Sprintf("the oldest since %s (%s)", rundir.Date(since), review.Days(oldest.DaysOpen(m.StartedAt))))
	return s.line("accounts outstanding")
}

// notActive is what an account is that a leaked password opens and that is not listed, because nobody can sign in with it now.
const notActive = "disabled, locked or without password sign-in"

// inactiveShown is how many of these are named.
const inactiveShown = 5

// inactiveLines name accounts that a leaked password opens and that nobody can use now. They stand on no list, and who
// enables one must know.
func inactiveLines(m *rundir.Manifest, dir string) []string {
	total := m.Counts.AccountsNotActive - m.Counts.AccountsExcluded
	if total == 0 || dir == "" {
		return nil
	}
	var ids []string
	enough := errors.New("enough")
	err := rundir.ReadMet(dir, func(met rundir.Met) error {
		if met.State != rundir.StateNotActive {
			return nil
		}
		ids = append(ids, terminal.Clip(shown.Text(met.AccountID)))
		if len(ids) == inactiveShown {
			return enough
		}
		return nil
	})
	if err != nil && !errors.Is(err, enough) || len(ids) == 0 {
		return nil // the line before says how many there are
	}
	line := notActive + ", with a leaked password: " + strings.Join(ids, ", ")
	if more := total - int64(len(ids)); more > 0 {
		line += fmt.Sprintf(" and %d more", more)
	}
	return []string{line}
}

// notClearedLines say of accounts that are not on the list why that does not clear them.
func notClearedLines(s *rundir.Sweep) (lines []string) {
	say := func(n int64, one, many string) {
		switch {
		case n == 1:
			lines = append(lines, one)
		case n > 1:
			lines = append(lines, fmt.Sprintf("%d %s", n, many))
		}
	}
	say(s.AccountsHashOnly, "1 account is not cleared: a dump holds a hash for it that cannot be tested (hash_only)",
		"accounts are not cleared: dumps hold hashes for them that cannot be tested (hash_only)")
	say(s.Mentioned, "1 account is not cleared: a dump names it in a place that is not understood, and what stands "+
		"beside it does not open it (mentioned)",
		"accounts are not cleared: dumps name them in places that are not understood, and what stands beside them "+
			"does not open them (mentioned)")
	say(s.NotUnderstood, "1 account is undecided: an input that names it was not understood (not_understood); look at "+
		"it with \"credsieve inspect\"",
		"accounts are undecided: inputs that name them were not understood (not_understood); look at them with "+
			"\"credsieve inspect\"")
	say(s.Cut, "beside 1 address of ours a limit kept texts back",
		"addresses of ours have more beside them than the limits of the sweep let through")
	return lines
}

// unknownShown is how many mistyped ids the summary names; the manifest has more.
const unknownShown = 10

// excludedLines say what an operator kept off the list: it must never be silent.
func excludedLines(m *rundir.Manifest) []string {
	x := m.Excluded
	if x == nil {
		return nil
	}
	lines := []string{fmt.Sprintf("excluded: %s (%d of them not in the index); %s not listed", counted.Of(x.Accounts, "account"), x.Unknown,
		counted.As(x.Confirmed, "of them has a leaked password and is", "of them have a leaked password and are"))}
	for _, id := range x.Unknowns[:min(len(x.Unknowns), unknownShown)] {
		lines = append(lines, fmt.Sprintf("excluded: %s is not an account of the index", terminal.Clip(shown.Text(id))))
	}
	for _, reason := range slices.Sorted(maps.Keys(x.Reasons)) {
		lines = append(lines, fmt.Sprintf("excluded: %d for %s", x.Reasons[reason], terminal.Clip(shown.Text(reason))))
	}
	for _, f := range x.Found {
		lines = append(lines, fmt.Sprintf("excluded: %s has a leaked password: %s", terminal.Clip(shown.Text(f.AccountID)),
			terminal.Clip(shown.Text(f.Reason))))
	}
	return lines
}
