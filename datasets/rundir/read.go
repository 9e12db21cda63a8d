package rundir

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/credsieve/credsieve/datasets/internal/durable"
	"github.com/credsieve/credsieve/datasets/shown"
)

// ReadList returns the list of a run, as it stands in its CSV form: published or held, of a run that is held in part the
// published rows and then the others. m is what Verify returned for the run.
func ReadList(dir string, m *Manifest) ([]Row, error) {
	var all []Row
	for _, folder := range listFolders(m) {
		rows, err := readListIn(dir, folder)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// ReadHeld returns the rows of a list that wait for a release; none of a run that is not held.
func ReadHeld(dir string, m *Manifest) ([]Row, error) {
	if m.Status != StatusHeld {
		return nil, nil
	}
	return readListIn(dir, heldFolder)
}

// ReadPublished returns the rows of a list that a reset step acts on; none of a run that is held.
func ReadPublished(dir string, m *Manifest) ([]Row, error) {
	if m.Status == StatusHeld && !m.HeldInPart() {
		return nil, nil
	}
	return readListIn(dir, "")
}

func readListIn(dir, folder string) ([]Row, error) {
	cells, err := readListCSV(filepath.Join(dir, folder, "at_risk.csv"))
	if err != nil {
		return nil, fmt.Errorf("failed to read the list of run %q: %w", dir, err)
	}
	header := cells[0]
	identifiers := len(header) > len(columns(false))
	for i, c := range columns(identifiers) {
		if i >= len(header) || header[i] != c.name {
			return nil, fmt.Errorf("failed to read the list of run %q: it has no column %s", dir, c.name)
		}
	}
	rows := make([]Row, len(cells)-1)
	for i, record := range cells[1:] {
		if rows[i], err = parseRow(record); err != nil {
			return nil, fmt.Errorf("failed to read the list of run %q: row %d: %w", dir, i+1, err)
		}
	}
	return rows, nil
}

// parseRow reads a row in the order of columns.
func parseRow(record []string) (Row, error) {
	row := Row{
		AccountID: record[1], Band: record[3], Status: record[4], Match: record[5], Attribution: record[6],
		IdentifierKind: record[7], Sources: splitList(record[11]), Actions: splitList(record[13]),
		FindingID: record[14], HashTag: record[15],
	}
	if len(record) > 16 {
		row.Identifier = record[16]
	}
	var errs [5]error
	row.Rank, errs[0] = strconv.Atoi(record[0])
	row.Score, errs[1] = strconv.ParseFloat(record[2], 64)
	row.FirstLeakedOn, errs[2] = parseDate(record[8])
	row.LastLeakedOn, errs[3] = parseDate(record[9])
	row.Reasons, errs[4] = parseReasons(record[12])
	return row, errors.Join(errs[:]...)
}

func splitList(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, ";")
}

func parseDate(cell string) (time.Time, error) {
	if cell == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.DateOnly, cell)
}

func parseMoment(cell string) (time.Time, error) {
	if cell == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.RFC3339, cell)
}

func parseReasons(cell string) ([]Reason, error) {
	var reasons []Reason
	for _, part := range splitList(cell) {
		code, weight, _ := strings.Cut(part, ":")
		value, err := strconv.ParseFloat(weight, 64)
		if err != nil {
			return nil, fmt.Errorf("reason %q: %w", part, err)
		}
		reasons = append(reasons, Reason{Code: code, Weight: value})
	}
	return reasons, nil
}

// ReadUndecided returns the rows of undecided.csv.
func ReadUndecided(dir string) ([]Undecided, error) {
	var rows []Undecided
	err := eachRecord(dir, undecidedName, undecidedHeader, func(record []string) error {
		candidates, err := strconv.Atoi(record[2])
		rows = append(rows, Undecided{AccountID: shown.Uncell(record[0]), Cause: record[1], Candidates: candidates})
		return err
	})
	return rows, err
}

// ReadMet calls visit for each row of accounts.csv, in its order.
func ReadMet(dir string, visit func(Met) error) error {
	return eachRecord(dir, metName, metHeader, func(record []string) error {
		candidates, errCandidates := strconv.Atoi(record[2])
		refuted, errRefuted := strconv.Atoi(record[3])
		firstListed, errListed := parseMoment(added(record, 8))
		if err := errors.Join(errCandidates, errRefuted, errListed); err != nil {
			return err
		}
		return visit(Met{
			AccountID: shown.Uncell(record[0]), State: State(record[1]), Candidates: candidates, Refuted: refuted,
			Sources: splitList(shown.Uncell(record[5])), ChangedTag: added(record, 6), Actions: splitList(added(record, 7)),
			FirstListedAt: firstListed,
		})
	})
}

// ReadFirstListed notes in rows of a list since when each outstanding account has been on one, as accounts.csv says.
func ReadFirstListed(dir string, rows []Row) error {
	place := make(map[string]int, len(rows))
	for i := range rows {
		place[rows[i].AccountID] = i
	}
	return ReadMet(dir, func(met Met) error {
		if i, listed := place[met.AccountID]; listed && met.State == StateListed {
			rows[i].FirstListedAt = met.FirstListedAt
		}
		return nil
	})
}

// added is a column that runs of earlier versions do not have.
func added(record []string, column int) string {
	if column >= len(record) {
		return ""
	}
	return record[column]
}

// firstMetColumns are those of accounts.csv that the first version wrote.
const firstMetColumns = 6

// eachRecord streams the rows of one table of a run. What visit is given is valid until it returns.
func eachRecord(dir, name string, header []string, visit func([]string) error) error {
	err := func() error {
		f, err := durable.OpenRegular(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		defer f.Close()
		table := csv.NewReader(f)
		table.ReuseRecord = true
		first, err := table.Read()
		if err != nil {
			return err
		}
		// Columns that were added since are not in older runs.
		older := name == metName && len(first) >= firstMetColumns && len(first) < len(header) &&
			slices.Equal(first, header[:len(first)])
		if !slices.Equal(first, header) && !older {
			return errors.New("its header is not that of this version")
		}
		for {
			record, err := table.Read()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err == nil {
				err = visit(record)
			}
			if err != nil {
				return err
			}
		}
	}()
	if err != nil {
		return fmt.Errorf("failed to read %q of run %q: %w", name, dir, err)
	}
	return nil
}

// largestManifest is some hundred times what a run of 100,000 inputs has; it is read into memory whole.
const largestManifest = 1 << 30

func readBounded(path string) ([]byte, error) {
	f, err := durable.OpenRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	if info, err := f.Stat(); err != nil || info.Size() > largestManifest {
		return nil, errors.Join(err, fmt.Errorf("it has more than %d MiB, which is not a manifest", largestManifest>>20))
	}
	return io.ReadAll(io.LimitReader(f, largestManifest))
}
