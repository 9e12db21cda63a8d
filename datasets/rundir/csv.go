package rundir

import (
	"encoding/csv"
	"io"
	"strconv"

	"github.com/credsieve/credsieve/datasets/shown"
)

func writeListCSV(w io.Writer, rows []Row, showIdentifiers bool) error {
	cols := columns(showIdentifiers)
	table := csv.NewWriter(w)
	record := make([]string, len(cols))
	for i, c := range cols {
		record[i] = c.name
	}
	if err := table.Write(record); err != nil {
		return err
	}
	for r := range rows {
		for i, c := range cols {
			record[i] = shown.Cell(c.text(&rows[r]))
		}
		if err := table.Write(record); err != nil {
			return err
		}
	}
	table.Flush()
	return table.Error()
}

const undecidedName = "undecided.csv"

var undecidedHeader = []string{"account_id", "cause", "candidates"}

// Undecided is one account that the run could not decide for one cause.
type Undecided struct {
	AccountID  string
	Cause      string
	Candidates int // leaked passwords that stay open for that cause
}

func writeUndecidedCSV(w io.Writer, rows []Undecided) error {
	table := csv.NewWriter(w)
	if err := table.Write(undecidedHeader); err != nil {
		return err
	}
	for _, r := range rows {
		if err := table.Write([]string{shown.Cell(r.AccountID), r.Cause, strconv.Itoa(r.Candidates)}); err != nil {
			return err
		}
	}
	table.Flush()
	return table.Error()
}

// Reject is a stretch of an input that could not be parsed.
type Reject struct {
	Input  string // path of the input
	Member string // path inside a container, empty for a plain file
	Offset int64  // bytes from the start of the member, decompressed
	Length int64  // bytes
	Line   int64  // 1-based
	Reason string
}

var rejectHeader = []string{"input", "member", "offset", "length", "line", "reason"}

func (r Reject) record() []string {
	return []string{
		shown.Cell(shown.Text(r.Input)), shown.Cell(shown.Text(r.Member)), strconv.FormatInt(r.Offset, 10), strconv.FormatInt(r.Length, 10),
		strconv.FormatInt(r.Line, 10), r.Reason,
	}
}
