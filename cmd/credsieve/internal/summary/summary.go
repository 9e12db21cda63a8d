// Package summary says in words and tables what came of a run: nothing more than its manifest and list hold.
//
// A line of it has one unit: records, candidates, verifications, accounts and inputs are never mixed in one. Parts that
// are zero are left out, unless everything is asked for.
package summary

import (
	"fmt"
	"io"
	"time"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/datasets/shown"
	"github.com/credsieve/credsieve/pipeline"
)

// Options say how much is wanted.
type Options struct {
	JSON        bool // the manifest
	Quiet       bool // one line
	Verbose     bool // every count and every dump
	Identifiers bool // beside the ids of accounts
}

// Print shows a finished run on w.
func Print(w io.Writer, o *pipeline.Outcome, opts Options) error {
	m := o.Manifest
	if opts.JSON {
		data, err := m.Encode()
		if err != nil {
			return err
		}
		_, err = w.Write(data)
		return err
	}
	if m.Estimate != nil {
		if !opts.Quiet {
			Novelty(w, m.Dumps, opts.Verbose)
			printDumps(w, m)
			printCounts(w, m.Counts, opts.Verbose)
			printEstimate(w, m.Estimate)
		}
		return printDryRun(w, m.Estimate)
	}
	if opts.Quiet {
		return printRunLine(w, o)
	}
	printList(w, o.List, m, opts.Identifiers)
	if opts.Verbose {
		printDumps(w, m)
		printCounts(w, m.Counts, true)
	}
	printSummary(w, m, o.Dir, opts.Verbose)
	return printRunLine(w, o)
}

func printDryRun(w io.Writer, est *rundir.Estimate) error {
	_, err := fmt.Fprintf(w, "dry run: confirming takes at most %s, about %s with %s; "+
		"nothing was confirmed or published\n", counted.Of(est.Verifications, "verification"),
		time.Duration(est.Seconds*float64(time.Second)).Round(time.Second/10), counted.Of(est.Workers, "worker"))
	return err
}

// printRunLine says in one line which run it was and what came of it.
func printRunLine(w io.Writer, o *pipeline.Outcome) error {
	m := o.Manifest
	held, listed := m.Status == rundir.StatusHeld && !m.HeldInPart(), "listed"
	if held {
		listed = "held"
	}
	listed = counted.Of(m.Counts.AccountsListed, "account") + " " + listed
	if n := m.Listed.Outstanding; n > 0 {
		listed += fmt.Sprintf(" (%d new, %d outstanding)", m.Listed.New, n)
	}
	switch {
	case held:
		listed += ", none published"
	case m.HeldInPart():
		listed += fmt.Sprintf(", %d of them held", m.HeldAccounts())
	}
	_, err := fmt.Fprintf(w, "run %s: %s, %s, %s\n", m.RunID, m.Status, listed, o.Dir)
	return err
}

// printEstimate shows what confirming would take, for each input and for each kind of stored hash.
func printEstimate(w io.Writer, est *rundir.Estimate) {
	duration := func(seconds float64) string {
		return terminal.Round(time.Duration(seconds * float64(time.Second))).String()
	}
	t := terminal.NewTable("inputs", "input", "accounts met", "verifications", "time to confirm")
	for _, in := range est.Inputs[:min(len(est.Inputs), terminal.RowsShown)] {
		t.AppendRow(terminal.Row{terminal.Clip(shown.Text(in.Path)), in.AccountsMet, in.Verifications, duration(in.Seconds)})
	}
	t.Soft(0)
	t.Show(w)
	if more := len(est.Inputs) - terminal.RowsShown; more > 0 {
		fmt.Fprintf(w, "and %s; --json has all of them\n", counted.Of(more, "more input"))
	}
	if len(est.Schemes) == 0 {
		return
	}
	t = terminal.NewTable("stored hashes", "scheme", "costs", "verifications", "one verification", "one worker")
	for _, s := range est.Schemes {
		t.AppendRow(terminal.Row{s.Scheme, s.Params, s.Verifications, duration(s.SecondsEach),
			duration(s.SecondsEach * float64(s.Verifications))})
	}
	t.Show(w)
}

func printDumps(w io.Writer, m *rundir.Manifest) {
	header := []any{"inputs", "parsed", "rejected", "accounts met", "confirmed"}
	if m.Estimate != nil { // a dry run confirms none, and a column of zeros would say that none can be
		header = header[:len(header)-1]
	}
	t := terminal.NewTable("dumps", append([]any{"dump"}, header...)...)
	for _, d := range m.Dumps[:min(len(m.Dumps), terminal.RowsShown)] {
		cells := terminal.Row{d.Inputs, d.Records, d.Rejected, d.AccountsMet, d.AccountsConfirmed}[:len(header)]
		t.AppendRow(append(terminal.Row{terminal.Clip(shown.Text(d.Name))}, cells...))
	}
	t.Soft(0)
	t.Show(w)
	if more := len(m.Dumps) - terminal.RowsShown; more > 0 {
		fmt.Fprintf(w, "and %s; the manifest has all of them\n", counted.Of(more, "more dump"))
	}
}

// printCounts shows where every record went, each sum above its parts; what is 0 only when everything is asked for.
func printCounts(w io.Writer, c rundir.Counts, all bool) {
	t := terminal.NewTable("counts", "of", "what", "number", "of what")
	unit := "records"
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
		switch row.whole {
		case "accounts":
			unit = "accounts"
		case "work":
			unit = "verifications"
		}
		if row.n != 0 || all {
			t.AppendRow(terminal.Row{row.whole, row.name, row.n, unit})
		}
	}
	t.Show(w)
}
