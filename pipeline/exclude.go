package pipeline

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/finding"
)

// Exclusions are accounts that are never listed, each with its reason: service accounts, those under a legal hold.
// They are verified like all others, so that the run still says what it found.
type Exclusions struct{ reasons map[string]string }

const (
	maxExclusionsFile  = 64 << 20
	maxExclusionReason = 256
)

// ReadExclusions reads a CSV file with the header account_id,reason. One without a row is refused: whoever excludes
// nobody leaves the file out, and an empty one is an accident of the program that writes it.
func ReadExclusions(path string) (*Exclusions, error) {
	x, err := readExclusions(path)
	if err != nil {
		return nil, fmt.Errorf("failed to read excluded accounts %q: %w", path, err)
	}
	return x, nil
}

func readExclusions(path string) (*Exclusions, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxExclusionsFile+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxExclusionsFile:
		return nil, fmt.Errorf("it is over %d bytes", maxExclusionsFile)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))))
	r.FieldsPerRecord = 2
	header, err := r.Read()
	if err != nil || !slices.Equal(header, []string{"account_id", "reason"}) {
		return nil, errors.New("its first line is not account_id,reason")
	}
	x := &Exclusions{reasons: make(map[string]string)}
	for row := 1; ; row++ {
		record, err := r.Read()
		switch {
		case errors.Is(err, io.EOF) && len(x.reasons) == 0:
			return nil, errors.New("it excludes nobody; leave it out if that is meant")
		case errors.Is(err, io.EOF):
			return x, nil
		case err != nil:
			return nil, err
		}
		id, reason := record[0], record[1]
		switch _, twice := x.reasons[id]; {
		case id == "" || reason == "":
			return nil, fmt.Errorf("row %d: account id or reason is empty", row)
		case len(reason) > maxExclusionReason:
			return nil, fmt.Errorf("row %d: the reason is longer than %d bytes", row, maxExclusionReason)
		case twice:
			return nil, fmt.Errorf("row %d: account %q stands there twice", row, id)
		}
		x.reasons[id] = reason
	}
}

// exclude keeps the findings of excluded accounts off the list and says what it did; nil when nothing is excluded.
func (r *run) exclude(findings []finding.Finding) (*rundir.Excluded, error) {
	x := r.cfg.Exclude
	if x == nil {
		return nil, nil
	}
	e := &rundir.Excluded{Accounts: int64(len(x.reasons)), Reasons: make(map[string]int64)}
	for _, reason := range x.reasons {
		e.Reasons[reason]++
	}
	for i := range findings {
		f := &findings[i]
		if reason, ok := x.reasons[f.Account().ID]; ok {
			f.Exclude()
			e.Confirmed++
			if len(e.Found) < maxExcludedNamed {
				e.Found = append(e.Found, rundir.ExcludedFinding{AccountID: f.Account().ID, Reason: reason})
			}
		}
	}
	return e, r.countUnknown(x, e)
}

// maxExcludedNamed bounds what the manifest names; accounts.csv has every one.
const maxExcludedNamed = 100

// countUnknown counts and names the ids that are of no account of the index: a typing error excludes nobody.
func (r *run) countUnknown(x *Exclusions, e *rundir.Excluded) error {
	var rows []uint32
	for _, id := range slices.Sorted(maps.Keys(x.reasons)) {
		rows = r.index.RowsOf(r.index.IDPrint(id), rows[:0])
		known := false
		for _, row := range rows {
			account, err := r.index.Account(row)
			if err != nil {
				return err
			}
			known = known || account.ID == id
		}
		if !known {
			e.Unknown++
			if len(e.Unknowns) < maxExcludedNamed {
				e.Unknowns = append(e.Unknowns, id)
			}
		}
	}
	return nil
}
