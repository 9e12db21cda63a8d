package rundir

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
)

// TestCSV_runs_in_no_spreadsheet: names that begin like a formula are text in every table of a run, also where a
// spreadsheet parts columns at semicolons, and are read back as they were.
func TestCSV_runs_in_no_spreadsheet(t *testing.T) {
	t.Parallel()
	formula := "=cmd()"
	row := exampleRows()[1]
	row.AccountID, row.Identifier, row.Sources = formula, "+49 30 1", []string{"-1", "@x"}
	var list, undecided bytes.Buffer
	if err := writeListCSV(&list, []Row{row}, true); err != nil {
		t.Fatal(err)
	}
	if err := writeUndecidedCSV(&undecided, []Undecided{{AccountID: formula, Cause: "over_cap"}}); err != nil {
		t.Fatal(err)
	}
	back, err := ReadList(tableOf(t, "at_risk.csv", list.String()), new(Manifest))
	if err != nil || back[0].AccountID != formula || back[0].Identifier != row.Identifier || !slices.Equal(back[0].Sources, row.Sources) {
		t.Errorf("it reads back as %+v, %v", back, err)
	}
	records := [][]string{
		Met{AccountID: formula, State: StateListed, Sources: []string{"a", formula}}.record(),
		Reject{Input: "=a.zip", Member: "\t=b", Reason: "syntax"}.record(),
	}
	for _, table := range []*bytes.Buffer{&list, &undecided} {
		rows, err := csv.NewReader(table).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, rows[1:]...)
	}
	for _, record := range records {
		for _, cell := range record {
			for part := range strings.SplitSeq(cell, ";") {
				if part != "" && strings.ContainsAny(part[:1], "=+-@\t\r") {
					t.Errorf("cell %q would run", cell)
				}
			}
		}
	}
	if !slices.Contains(records[0], "'=cmd()") {
		t.Errorf("accounts.csv: %q", records[0])
	}
}
