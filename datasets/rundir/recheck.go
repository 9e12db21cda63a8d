package rundir

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/credsieve/credsieve/datasets/internal/durable"
	"github.com/credsieve/credsieve/datasets/shown"
)

// Rechecked says of a row of a list whether its finding still holds.
type Rechecked struct {
	Row
	Holds bool
	Cause string
}

// RecheckForm is how answers are written. The zero value is CSV with the first four columns.
type RecheckForm struct {
	JSONLines bool // an object for each line; else CSV
	Joined    bool // with what the list says of the account: rank, score, band, status, actions
}

var (
	recheckHeader = []string{"account_id", "finding_id", "holds", "cause"}
	joinedHeader  = append(slices.Clone(recheckHeader), "rank", "score", "band", "status", "actions")
)

// recheckObject is an answer as a line of JSON.
type recheckObject struct {
	AccountID string `json:"account_id"`
	FindingID string `json:"finding_id"`
	Holds     bool   `json:"holds"`
	Cause     string `json:"cause"`
	*joinedObject
}

type joinedObject struct {
	Rank    int      `json:"rank"`
	Score   float64  `json:"score"`
	Band    string   `json:"band"`
	Status  string   `json:"status"`
	Actions []string `json:"actions"`
}

// answerLine is the beginning of an answer as a line of JSON. An account export may begin in the same way, but for the rest.
var answerLine = regexp.MustCompile(`^\{"account_id":"(?:[^"\\]|\\.)*","finding_id":"[0-9a-f]{32}","holds":(?:true|false),"cause":"`)

// isRecheck reports whether the beginning of a file is that of an earlier answer, in any form. Lines of JSON can be none.
func (form RecheckForm) isRecheck(begin []byte) bool {
	if form.JSONLines && len(begin) == 0 || answerLine.Match(begin) {
		return true
	}
	header, _ := csv.NewReader(bytes.NewReader(begin)).Read()
	return slices.Equal(header, recheckHeader) || slices.Equal(header, joinedHeader)
}

// ClearRecheck removes the answer of an earlier recheck, so that it cannot pass for tonight's when tonight's
// fails. It refuses to remove anything else.
func ClearRecheck(path string, form RecheckForm) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("failed to replace %q: %w", path, err)
	}
	if !info.Mode().IsRegular() { // to open a pipe would wait for somebody to write
		return fmt.Errorf("refusing to overwrite %q: it is not a file", path)
	}
	f, err := durable.OpenRegular(path)
	if err != nil {
		return fmt.Errorf("failed to replace %q: %w", path, err)
	}
	begin, err := io.ReadAll(io.LimitReader(f, 1<<16))
	f.Close() // read only
	if err != nil {
		return fmt.Errorf("failed to replace %q: %w", path, err)
	}
	if !form.isRecheck(begin) {
		return fmt.Errorf("refusing to overwrite %q: it is not an answer of an earlier recheck", path)
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("failed to replace %q: %w", path, err)
	}
	return nil
}

// Inside reports whether a file at path would lie in the run, which with one more file is not whole.
func Inside(dir, path string) (bool, error) {
	run, err := filepath.EvalSymlinks(dir)
	if err == nil {
		run, err = filepath.Abs(run)
	}
	if err != nil {
		return false, err
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(path))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // nor can the file be made
	}
	if err == nil {
		folder, err = filepath.Abs(folder)
	}
	if err != nil {
		return false, err
	}
	rel, err := filepath.Rel(run, folder)
	return err == nil && filepath.IsLocal(rel), nil
}

// WriteRecheck writes the answers to path, whole or not at all, with mode 0600.
func WriteRecheck(path string, rows []Rechecked, form RecheckForm) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("failed to write %q: %w", path, err)
		}
	}()
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".partial-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // after the rename nothing has this name
	out := bufio.NewWriter(f)
	write := form.writeCSV
	if form.JSONLines {
		write = form.writeJSONLines
	}
	if err := errors.Join(write(out, rows), out.Flush(), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	if err := durable.SyncDir(filepath.Dir(path)); err != nil {
		return errors.Join(err, os.Remove(path)) // who is told that it failed must not find it
	}
	return nil
}

func (form RecheckForm) writeCSV(w io.Writer, rows []Rechecked) error {
	out := csv.NewWriter(w)
	header := recheckHeader
	if form.Joined {
		header = joinedHeader
	}
	errs := []error{out.Write(header)}
	for i := range rows {
		row := &rows[i]
		record := []string{shown.Cell(row.AccountID), row.FindingID, strconv.FormatBool(row.Holds), row.Cause}
		if form.Joined {
			record = append(record, strconv.Itoa(row.Rank), strconv.FormatFloat(row.Score, 'f', 1, 64), row.Band, row.Status,
				strings.Join(row.Actions, ";"))
		}
		errs = append(errs, out.Write(record))
	}
	out.Flush()
	return errors.Join(append(errs, out.Error())...)
}

func (form RecheckForm) writeJSONLines(w io.Writer, rows []Rechecked) error {
	for i := range rows {
		row := &rows[i]
		object := recheckObject{AccountID: row.AccountID, FindingID: row.FindingID, Holds: row.Holds, Cause: row.Cause}
		if form.Joined {
			object.joinedObject = &joinedObject{row.Rank, row.Score, row.Band, row.Status, append([]string{}, row.Actions...)}
		}
		line, err := json.Marshal(object)
		if err != nil {
			return err
		}
		if _, err := w.Write(append(shown.JSON(line), '\n')); err != nil {
			return err
		}
	}
	return nil
}
