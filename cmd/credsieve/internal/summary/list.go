package summary

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/datasets/shown"
)

// printList shows the first accounts of a list: those that are new before those that a reset step has had, each in the
// order of the list.
func printList(w io.Writer, list []rundir.Row, m *rundir.Manifest, identifiers bool) {
	const held, heldFile = "accounts at risk (held, not published)", "held/" + listFile
	switch {
	case m.HeldInPart():
		published := len(list) - int(m.HeldAccounts())
		printPart(w, "accounts at risk", listFile, list[:published], m, identifiers)
		printPart(w, held, heldFile, list[published:], m, identifiers)
	case m.Status == rundir.StatusHeld:
		printPart(w, held, heldFile, list, m, identifiers)
	default:
		printPart(w, "accounts at risk", listFile, list, m, identifiers)
	}
}

// listFile has all of a list.
const listFile = "at_risk.csv"

// printPart shows what is published of a list, or what is held of it, and which file has all of it.
func printPart(w io.Writer, title, file string, list []rundir.Row, m *rundir.Manifest, identifiers bool) {
	if len(list) == 0 {
		return
	}
	first := slices.Clone(list)
	slices.SortStableFunc(first, func(a, b rundir.Row) int { return rankOfStatus(a.Status) - rankOfStatus(b.Status) })
	first = first[:min(len(first), terminal.RowsShown)]
	for i := range first {
		first[i].Status = first[i].StatusOpen(m.StartedAt)
	}
	if t := rowsOf(title, first, identifiers); terminal.Narrow(w) || !t.Fits(w) {
		printBlocks(w, title, first, identifiers)
	} else {
		t.Show(w)
	}
	if more := len(list) - terminal.RowsShown; more > 0 {
		fmt.Fprintf(w, "and %d more; %s has all of them\n", more, file)
	}
}

// statusOutstanding is the status of a row that an earlier list had.
const statusOutstanding = "outstanding"

func rankOfStatus(status string) int {
	if status == statusOutstanding {
		return 1
	}
	return 0
}

// rowsOf is a table with a row for each account.
func rowsOf(title string, list []rundir.Row, identifiers bool) *terminal.Table {
	header := []any{"rank", "account"}
	if identifiers {
		header = append(header, "identifier")
	}
	t := terminal.NewTable(title, append(header, "score", "band", "status", "last leaked", "sources", "reasons")...)
	longest := longestCode(list)
	for i := range list {
		row := &list[i]
		cells := terminal.Row{row.Rank, terminal.Clip(shown.Text(row.AccountID))}
		if identifiers {
			cells = append(cells, terminal.Clip(shown.Text(row.Identifier)))
		}
		t.AppendRow(append(cells, fmt.Sprintf("%.1f", row.Score), row.Band, row.Status, rundir.Date(row.LastLeakedOn),
			terminal.ClipLines(row.Sources), packed(codesOf(row.Reasons), longest)))
	}
	t.Apart()
	t.Soft(1, len(header)+4)
	if identifiers {
		t.Soft(1, 2, len(header)+4)
	}
	return t
}

// printBlocks shows a block for each account, where a row of many columns has no room.
func printBlocks(w io.Writer, title string, list []rundir.Row, identifiers bool) {
	fmt.Fprintln(w, title)
	for i := range list {
		row := &list[i]
		name := terminal.Clip(shown.Text(row.AccountID))
		if identifiers {
			name += " (" + terminal.Clip(shown.Text(row.Identifier)) + ")"
		}
		terminal.Wrapped(w, fmt.Sprintf("%4d  ", row.Rank), fmt.Sprintf("%s: %s, score %.1f, %s", name, row.Band, row.Score,
			row.Status))
		leaked := "date of the leak unknown"
		if !row.LastLeakedOn.IsZero() {
			leaked = "leaked " + rundir.Date(row.LastLeakedOn)
		}
		sources := strings.Split(terminal.ClipLines(row.Sources), "\n")
		terminal.Wrapped(w, "      ", leaked+", in "+strings.Join(sources, ", "))
		terminal.Wrapped(w, "      ", strings.Join(codesOf(row.Reasons), ", "))
	}
}

// longestCode is how long the longest reason of a list is.
func longestCode(list []rundir.Row) (longest int) {
	for i := range list {
		for _, code := range codesOf(list[i].Reasons) {
			longest = max(longest, len(code))
		}
	}
	return longest
}

// packed writes codes on lines of at most longest columns, several on one where they have room.
func packed(codes []string, longest int) string {
	var lines []string
	for _, code := range codes {
		if last := len(lines) - 1; last >= 0 && len(lines[last])+1+len(code) <= longest {
			lines[last] += " " + code
		} else {
			lines = append(lines, code)
		}
	}
	return strings.Join(lines, "\n")
}

func codesOf(reasons []rundir.Reason) []string {
	codes := make([]string, len(reasons))
	for i, r := range reasons {
		codes[i] = r.Code
	}
	return codes
}
