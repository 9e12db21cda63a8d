package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// Every format says near its beginning what it is; by that an earlier report is known, and may be replaced.
var madeHere = [][]byte{[]byte("credsieve report"), []byte("credsieve statement")}

// beginning is how much of a file is looked at for that.
const beginning = 1 << 10

// Write puts a report into a file of mode 0600, in one step. An earlier report in its place is replaced, anything else is
// never overwritten, nor is anything written into a run.
func Write(path string, content []byte, runs []string) error {
	for _, dir := range runs {
		switch inside, err := rundir.Inside(dir, path); {
		case err != nil:
			return fmt.Errorf("failed to find the place of %q: %w", path, err)
		case inside:
			return fmt.Errorf("refusing to write %q into run %q: with one more file it is not whole", path, dir)
		}
	}
	// Runs that are not named, such as those of a history, are known by their manifest.
	if _, err := os.Lstat(filepath.Join(filepath.Dir(path), rundir.ManifestName)); err == nil {
		return fmt.Errorf("refusing to write %q into a run: with one more file it is not whole", path)
	}
	if err := mayReplace(path); err != nil {
		return err
	}
	if err := replace(path, content); err != nil {
		return fmt.Errorf("failed to write report %q: %w", path, err)
	}
	return nil
}

func mayReplace(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("failed to replace %q: %w", path, err)
	case !info.Mode().IsRegular(): // to open a pipe would wait for somebody to write
		return fmt.Errorf("refusing to overwrite %q: it is not a file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("failed to replace %q: %w", path, err)
	}
	defer f.Close() // only read
	begin, err := io.ReadAll(io.LimitReader(f, beginning))
	if err != nil {
		return fmt.Errorf("failed to replace %q: %w", path, err)
	}
	for _, mark := range madeHere {
		if bytes.Contains(begin, mark) {
			return nil
		}
	}
	return fmt.Errorf("refusing to overwrite %q: it is not an earlier report", path)
}

func replace(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // nothing is there once it is renamed
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
