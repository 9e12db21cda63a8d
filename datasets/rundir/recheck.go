package rundir

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/credsieve/credsieve/datasets/internal/durable"
	"github.com/credsieve/credsieve/datasets/shown"
)

// Rechecked says whether a finding still holds.
type Rechecked struct {
	AccountID string
	FindingID string
	Holds     bool
	Cause     string
}

var recheckHeader = []string{"account_id", "finding_id", "holds", "cause"}

// ClearRecheck removes the answer of an earlier recheck, so that it cannot pass for tonight's when tonight's
// fails. It refuses to remove anything else.
func ClearRecheck(path string) error {
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
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("failed to replace %q: %w", path, err)
	}
	header, _ := csv.NewReader(bufio.NewReader(io.LimitReader(f, 1<<10))).Read()
	f.Close() // read only
	if !slices.Equal(header, recheckHeader) {
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
func WriteRecheck(path string, rows []Rechecked) (err error) {
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
	out := csv.NewWriter(f)
	errs := []error{out.Write(recheckHeader)}
	for _, row := range rows {
		errs = append(errs, out.Write([]string{
			shown.Cell(row.AccountID), row.FindingID, strconv.FormatBool(row.Holds), row.Cause,
		}))
	}
	out.Flush()
	if err := errors.Join(append(errs, out.Error(), f.Sync(), f.Close())...); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return durable.SyncDir(filepath.Dir(path))
}
