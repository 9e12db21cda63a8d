package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/datasets/shown"
	"github.com/credsieve/credsieve/pipeline"
)

// rowsShown is how much of a list a person reads; the files have all of it.
const rowsShown = 25

// printOutcome shows a finished run: the manifest for programs, tables for people.
func printOutcome(e env, o *pipeline.Outcome, asJSON bool) error {
	if asJSON {
		data, err := o.Manifest.Encode()
		if err != nil {
			return err
		}
		_, err = e.out.Write(data)
		return err
	}
	m := o.Manifest
	if m.Status != rundir.StatusDryRun {
		printList(e.out, o.List, m)
		printNotCleared(e.out, &m.Sweep)
	}
	printDumps(e.out, m)
	printCounts(e.out, m.Counts)
	if m.Estimate != nil {
		printEstimate(e.out, m.Estimate)
		fmt.Fprintf(e.out, "dry run: confirming takes at most %d verifications, about %s with %d workers; "+
			"nothing was confirmed or published\n", m.Estimate.Verifications,
			time.Duration(m.Estimate.Seconds*float64(time.Second)).Round(time.Second/10), m.Estimate.Workers)
		return nil
	}
	printExcluded(e.out, m)
	listed := fmt.Sprintf("%d accounts listed", m.Counts.AccountsListed)
	if n := m.Listed.Outstanding; n > 0 {
		listed += fmt.Sprintf(" (%d of them outstanding)", n)
	}
	if m.HeldInPart() {
		listed += fmt.Sprintf(", %d of them held", m.HeldAccounts())
	}
	_, err := fmt.Fprintf(e.out, "run %s: %s, %s, %s\n", m.RunID, m.Status, listed, o.Dir)
	return err
}

// printNotCleared says of accounts that are not on the list why that does not clear them.
func printNotCleared(w io.Writer, s *rundir.Sweep) {
	say := func(n int64, one, many string) {
		switch {
		case n == 1:
			fmt.Fprintln(w, one)
		case n > 1:
			fmt.Fprintf(w, "%d %s\n", n, many)
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
}

// unknownShown is how many mistyped ids the summary names; the manifest has more.
const unknownShown = 10

// printExcluded says what an operator kept off the list: it must never be silent.
func printExcluded(w io.Writer, m *rundir.Manifest) {
	x := m.Excluded
	if x == nil {
		return
	}
	fmt.Fprintf(w, "excluded: %d accounts (%d of them not in the index); %d of them have a leaked password and are "+
		"not listed\n", x.Accounts, x.Unknown, x.Confirmed)
	for _, id := range x.Unknowns[:min(len(x.Unknowns), unknownShown)] {
		fmt.Fprintf(w, "excluded: %s is not an account of the index\n", clip(shown.Text(id)))
	}
	for _, reason := range slices.Sorted(maps.Keys(x.Reasons)) {
		fmt.Fprintf(w, "excluded: %d for %s\n", x.Reasons[reason], clip(shown.Text(reason)))
	}
	for _, f := range x.Found {
		fmt.Fprintf(w, "excluded: %s has a leaked password: %s\n", clip(shown.Text(f.AccountID)), clip(shown.Text(f.Reason)))
	}
}

// printEstimate shows what confirming would take, for each input and for each kind of stored hash.
func printEstimate(w io.Writer, est *rundir.Estimate) {
	duration := func(seconds float64) string {
		return round(time.Duration(seconds * float64(time.Second))).String()
	}
	t := newTable("inputs", "input", "accounts met", "verifications", "time to confirm")
	for _, in := range est.Inputs[:min(len(est.Inputs), rowsShown)] {
		t.AppendRow(table.Row{clip(shown.Text(in.Path)), in.AccountsMet, in.Verifications, duration(in.Seconds)})
	}
	fmt.Fprintln(w, t.Render())
	if more := len(est.Inputs) - rowsShown; more > 0 {
		fmt.Fprintf(w, "and %d more inputs; --json has all of them\n", more)
	}
	t = newTable("stored hashes", "scheme", "costs", "verifications", "one verification", "one worker")
	for _, s := range est.Schemes {
		t.AppendRow(table.Row{s.Scheme, s.Params, s.Verifications, duration(s.SecondsEach),
			duration(s.SecondsEach * float64(s.Verifications))})
	}
	fmt.Fprintln(w, t.Render())
}

func newTable(title string, header ...any) table.Writer {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = 0 // as written
	t.SetTitle("%s", title)
	t.AppendHeader(table.Row(header))
	return t
}

func printList(w io.Writer, list []rundir.Row, m *rundir.Manifest) {
	title := "accounts at risk"
	switch {
	case m.HeldInPart():
		title = fmt.Sprintf("accounts at risk (the last %d held, not published)", m.HeldAccounts())
	case m.Status == rundir.StatusHeld:
		title = "accounts at risk (held, not published)"
	}
	t := newTable(title, "rank", "account", "score", "band", "last leaked", "sources", "reasons")
	for i := range list[:min(len(list), rowsShown)] {
		row := &list[i]
		codes := make([]string, len(row.Reasons))
		for j, r := range row.Reasons {
			codes[j] = r.Code
		}
		t.AppendRow(table.Row{
			row.Rank, clip(shown.Text(row.AccountID)), fmt.Sprintf("%.1f", row.Score), row.Band,
			rundir.Date(row.LastLeakedOn), clipLines(row.Sources),
			strings.Join(codes, "\n"),
		})
	}
	t.Style().Options.SeparateRows = true
	fmt.Fprintln(w, t.Render())
	if more := len(list) - rowsShown; more > 0 {
		fmt.Fprintf(w, "and %d more; at_risk.csv has all of them\n", more)
	}
}

func printDumps(w io.Writer, m *rundir.Manifest) {
	t := newTable("dumps", "dump", "inputs", "records", "rejected", "accounts met", "confirmed")
	for _, d := range m.Dumps[:min(len(m.Dumps), rowsShown)] {
		t.AppendRow(table.Row{
			clip(shown.Text(d.Name)), d.Inputs, d.Records, d.Rejected, d.AccountsMet, d.AccountsConfirmed,
		})
	}
	fmt.Fprintln(w, t.Render())
	if more := len(m.Dumps) - rowsShown; more > 0 {
		fmt.Fprintf(w, "and %d more dumps; the manifest has all of them\n", more)
	}
}

// printCounts shows where every record went, each sum above its parts.
func printCounts(w io.Writer, c rundir.Counts) {
	t := newTable("counts", "of", "what", "records")
	for _, row := range []struct {
		whole, name string
		n           int64
	}{
		{"", "records_read", c.RecordsRead},
		{"read", "records_rejected", c.RecordsRejected},
		{"read", "records_parsed", c.RecordsParsed},
		{"parsed", "screened_out", c.ScreenedOut},
		{"parsed", "screen_hits", c.ScreenHits},
		{"hits", "filter_false_hits", c.FilterFalseHits},
		{"hits", "untestable", c.Untestable},
		{"hits", "candidates_raw", c.CandidatesRaw},
		{"raw", "duplicates", c.Duplicates},
		{"raw", "remembered", c.Remembered},
		{"raw", "pruned_policy", c.PrunedPolicy},
		{"raw", "over_cap", c.OverCap},
		{"raw", "candidates", c.Candidates},
		{"candidates", "confirmed", c.Confirmed},
		{"candidates", "moot", c.Moot},
		{"candidates", "refuted", c.Refuted},
		{"candidates", "indeterminate", c.Indeterminate},
		{"candidates", "unchecked", c.Unchecked},
		{"accounts", "accounts_confirmed", c.AccountsConfirmed},
		{"accounts", "accounts_listed", c.AccountsListed},
		{"accounts", "accounts_not_active", c.AccountsNotActive},
		{"work", "verifications", c.Verifications},
	} {
		t.AppendRow(table.Row{row.whole, row.name, row.n})
	}
	fmt.Fprintln(w, t.Render())
}

func printIndexTable(w io.Writer, m *index.Meta, now time.Time) error {
	t := newTable("index "+m.ID, "what", "value")
	t.AppendRows([]table.Row{
		{"generation", m.Generation},
		{"created", m.CreatedAt.UTC().Format(time.RFC3339)},
		{"age", formatAge(now.Sub(m.CreatedAt))},
		{"key", m.KeyID},
		{"canonicalizer", m.Canonicalizer},
		{"accounts", m.Accounts},
		{"accounts indexed", m.Indexed},
		{"accounts without password", m.NoPassword},
		{"rows rejected", m.RowsRejected},
		{"identifiers", m.Identifiers},
	})
	appendCounts(t, "not active: ", m.NotActive)
	appendCounts(t, "identifiers: ", m.IdentifiersByKind)
	appendCounts(t, "hashes: ", m.Schemes)
	appendCounts(t, "costs: ", m.Costs)
	appendCounts(t, "cannot be verified: ", m.NotVerifiable)
	for _, rule := range m.HashSteps {
		t.AppendRow(table.Row{"hash steps: " + clip(shown.Text(rule.Name)), fmt.Sprintf("%d accounts, %d known answers: %s",
			rule.Accounts, rule.KnownAnswers, clip(shown.Text(strings.Join(rule.Steps, ", "))))})
	}
	if m.KnownAnswers > 0 {
		t.AppendRow(table.Row{"known answers verified", m.KnownAnswers})
	}
	t.AppendRow(table.Row{"accounts with credential tag", m.Tagged})
	t.AppendRow(table.Row{"canaries", m.Canaries})
	t.AppendRow(table.Row{"filter", fmt.Sprintf("%s, %d hashes, false-positive rate %.2g measured, %g wanted",
		formatBytes(int64(m.Filter.Bits/8)), m.Filter.Hashes, m.Filter.FPRMeasured, m.Filter.FPRTarget)})
	appendPrevious(t, m)
	if _, err := fmt.Fprintln(w, t.Render()); err != nil {
		return err
	}
	for _, r := range m.Rejected {
		fmt.Fprintf(w, "row %d rejected: %s\n", r.Row, r.Reason)
	}
	if more := m.RowsRejected - int64(len(m.Rejected)); more > 0 {
		fmt.Fprintf(w, "and %d more rows rejected\n", more)
	}
	for _, u := range m.Unusable {
		fmt.Fprintln(w, shown.Text(u.String()))
	}
	return nil
}

// appendPrevious shows what a build carried over from an earlier index.
func appendPrevious(t table.Writer, m *index.Meta) {
	p := m.Previous
	if p == nil {
		return
	}
	if p.Generation > 0 {
		t.AppendRow(table.Row{"since generation", p.Generation})
	}
	t.AppendRows([]table.Row{
		{"accounts added", p.Added},
		{"accounts changed", p.Changed},
		{"accounts updated", p.Updated},
		{"accounts removed", p.Removed},
		{"accounts carried over", p.Carried},
		{"segments", len(m.Segments)},
	})
	if p.Rewritten != "" {
		t.AppendRow(table.Row{"all tables made again", clip(shown.Text(p.Rewritten))})
	}
}

// formatAge rounds to what people say.
func formatAge(d time.Duration) string {
	switch {
	case d < 0:
		return "in the future"
	case d < 48*time.Hour:
		return d.Round(time.Minute).String()
	default:
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	}
}

func appendCounts[K ~string](t table.Writer, prefix string, counts map[K]int64) {
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		t.AppendRow(table.Row{prefix + string(name), counts[name]})
	}
}

// sentence is an error on one line of the log: what it quotes may be a name that begins another.
func sentence(text string) string { return shown.Text(strings.ReplaceAll(text, "\n", "; ")) }

// clip keeps a table readable; the files have the whole text.
func clip(text string) string {
	const widest = 48
	if runes := []rune(text); len(runes) > widest {
		return string(runes[:widest-1]) + "…"
	}
	return text
}

// clipLines writes a line each, the first of them.
func clipLines(texts []string) string {
	const most = 6
	lines := make([]string, 0, most+1)
	for i, text := range texts {
		if i == most {
			lines = append(lines, fmt.Sprintf("and %d more", len(texts)-most))
			break
		}
		lines = append(lines, clip(shown.Text(text)))
	}
	return strings.Join(lines, "\n")
}
