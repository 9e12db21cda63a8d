package rundir

import (
	"context"
	"encoding/csv"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/datasets/internal/durable"
	"github.com/credsieve/credsieve/datasets/shown"
)

// approved is how many accounts an approval of a released run is about.
func (m *Manifest) approved() int64 {
	if m.Guard.Verdict != VerdictHeldInPart {
		return m.Counts.AccountsListed
	}
	before := Manifest{Outputs: m.Release.Held}
	return before.Rows(heldFolder + "/at_risk.csv")
}

// HeldAccounts is how many rows wait for a release, 0 when none do.
func (m *Manifest) HeldAccounts() int64 {
	return max(m.Rows(heldFolder+"/at_risk.csv"), 0)
}

// listFolders are where the lists of a run lie, below it.
func listFolders(m *Manifest) []string {
	switch {
	case m.HeldInPart():
		return []string{"", heldFolder}
	case m.Status == StatusHeld:
		return []string{heldFolder}
	default:
		return []string{""}
	}
}

var listNames = []string{"at_risk.parquet", "at_risk.csv"}

// isList reports whether a file of a run is one of its lists.
func isList(name string) bool { return slices.Contains(listNames, publishedPath(name)) }

func checkList(ctx context.Context, dir string, m *Manifest) error {
	all, got := int64(0), Listed{}
	for _, folder := range listFolders(m) {
		fromCSV, err := compareForms(ctx, filepath.Join(dir, folder))
		if err != nil {
			return err
		}
		rows := int64(len(fromCSV) - 1)
		for _, name := range listNames {
			if named := m.Rows(path.Join(folder, name)); named != rows {
				return fmt.Errorf("the list has %d rows, the manifest says %d of %q", rows, named, path.Join(folder, name))
			}
		}
		all += rows
		countListed(&got, fromCSV)
	}
	switch {
	case all != m.Counts.AccountsListed:
		return fmt.Errorf("the list has %d rows, the counts say %d", all, m.Counts.AccountsListed)
	case m.Listed != Listed{} && (got.New != m.Listed.New || got.Outstanding != m.Listed.Outstanding): // runs of versions that knew only new accounts do not say
		return fmt.Errorf("the list has %d new and %d outstanding rows, the manifest says %d and %d",
			got.New, got.Outstanding, m.Listed.New, m.Listed.Outstanding)
	}
	return nil
}

// compareForms returns the rows of a list when both its forms hold the same.
func compareForms(ctx context.Context, dir string) ([][]string, error) {
	fromCSV, err := readListCSV(filepath.Join(dir, "at_risk.csv"))
	if err != nil {
		return nil, err
	}
	fromParquet, err := readListParquet(ctx, filepath.Join(dir, "at_risk.parquet"))
	if err != nil {
		return nil, err
	}
	if len(fromCSV) != len(fromParquet) {
		return nil, fmt.Errorf("the list has %d rows as CSV and %d as Parquet", len(fromCSV)-1, len(fromParquet)-1)
	}
	for i := range fromCSV {
		if !slices.EqualFunc(fromCSV[i], fromParquet[i], sameCell) {
			return nil, fmt.Errorf("row %d of the list differs between CSV and Parquet", i)
		}
	}
	return fromCSV, nil
}

// countListed counts the rows by status.
func countListed(got *Listed, rows [][]string) {
	status := slices.Index(rows[0], "status")
	for _, row := range rows[1:] {
		if status >= 0 && row[status] == "outstanding" {
			got.Outstanding++
		} else {
			got.New++
		}
	}
}

// sameCell compares as readers of CSV see it: they fold a line end of two bytes within quotes.
func sameCell(fromCSV, fromParquet string) bool {
	return fromCSV == strings.ReplaceAll(fromParquet, "\r\n", "\n")
}

// readListCSV returns the rows of a list, the header first.
func readListCSV(path string) ([][]string, error) {
	f, err := durable.OpenRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%q: %w", filepath.Base(path), err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%q has no header", filepath.Base(path))
	}
	for _, row := range rows {
		for i := range row {
			row[i] = shown.Uncell(row[i])
		}
	}
	return rows, nil
}
