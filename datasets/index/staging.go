package index

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/credsieve/credsieve/datasets/index/internal/table"
	"github.com/credsieve/credsieve/datasets/internal/durable"
)

const (
	lockName      = ".lock"
	stagingPrefix = ".credsieve-build-"
)

var dataFileName = regexp.MustCompile(
	`^(filter\.[0-9a-f]{8}\.bloom|live\.[0-9a-f]{8}\.bits|` +
		`(tokens|accounts|ids)\.[0-9a-f]{8}\.arrow)(\.pages)?$`)

// staging is a build's files until they are published. It holds the lock of the folder.
type staging struct {
	dir, tmp  string
	created   bool // dir did not exist before
	lock      *os.File
	published bool
	moved     []string // files that are already in dir
	open      []*table.File
}

// stage locks dir, which it makes if need be, and cleans up after builds that were killed.
func stage(dir string) (*staging, error) {
	s := &staging{dir: dir}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
		s.created = true
	}
	var err error
	if s.lock, err = table.Lock(filepath.Join(dir, lockName)); err != nil {
		if s.created {
			os.Remove(dir) // it is empty, or somebody else's by now; the first error counts
		}
		return nil, err
	}
	if err = s.removeLeftovers(); err == nil {
		s.tmp, err = os.MkdirTemp(dir, stagingPrefix)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// removeLeftovers removes the temporary folders of builds that were killed. None can be alive: we
// hold the lock.
func (s *staging) removeLeftovers() error {
	entries, err := os.ReadDir(s.dir)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), stagingPrefix) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(s.dir, e.Name())))
		}
	}
	return err
}

func (s *staging) exists(name string) bool {
	_, err := os.Lstat(filepath.Join(s.dir, name))
	return err == nil
}

// create begins a data file.
func (s *staging) create(name string) (*table.File, error) {
	f, err := table.Create(s.tmp, name)
	if err == nil {
		s.open = append(s.open, f)
	}
	return f, err
}

// createTable begins a data file that is a table.
func (s *staging) createTable(name string, schema *arrow.Schema) (*table.Writer, error) {
	f, err := s.create(name)
	if err != nil {
		return nil, err
	}
	return table.NewWriter(f, schema)
}

// publish moves the data files into the folder and makes meta the index, in this order. Files that
// an earlier build made, of an index in this folder or in another one, stay or are brought here.
func (s *staging) publish(m *Meta, previous string, meta []byte) error {
	for _, f := range m.Files {
		for _, name := range []string{f.Name, f.Name + table.SumsSuffix} {
			if err := s.place(name, previous); err != nil {
				return err
			}
		}
	}
	// The description must not survive a power cut that its files do not.
	if err := durable.SyncDir(s.dir); err != nil {
		return err
	}
	tmp := filepath.Join(s.tmp, metaName)
	if err := durable.WriteFile(tmp, meta); err != nil {
		return err
	}
	if err := os.Rename(tmp, filepath.Join(s.dir, metaName)); err != nil {
		return err
	}
	s.published = true // from here on the files belong to a live index, whatever fails
	err := durable.SyncDir(s.dir)
	if s.created {
		err = errors.Join(err, durable.SyncDir(filepath.Dir(s.dir)))
	}
	s.sweep(m.Files)
	return err
}

// place brings one file into the folder.
func (s *staging) place(name, previous string) error {
	to := filepath.Join(s.dir, name)
	err := os.Rename(filepath.Join(s.tmp, name), to)
	if errors.Is(err, fs.ErrNotExist) && previous != "" {
		if s.exists(name) && durable.SameFile(filepath.Join(previous, name), to) {
			return nil
		}
		err = durable.LinkOrCopy(filepath.Join(previous, name), to)
	}
	if err == nil {
		s.moved = append(s.moved, name)
	}
	return err
}

// sweep removes data files that no index names any more. What it cannot remove costs only space,
// and the next build tries again.
func (s *staging) sweep(keep []FileMeta) {
	live := map[string]bool{}
	for _, f := range keep {
		live[f.Name], live[f.Name+table.SumsSuffix] = true, true
	}
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if dataFileName.MatchString(e.Name()) && !live[e.Name()] {
			os.Remove(filepath.Join(s.dir, e.Name()))
		}
	}
}

// close removes what was not published and gives the lock back. Its own failures are ignored: they
// leave only files that the next build removes, and the error that led here matters more.
func (s *staging) close() {
	for _, d := range s.open {
		d.Abandon()
	}
	if s.tmp != "" {
		os.RemoveAll(s.tmp)
	}
	if !s.published {
		for _, name := range s.moved {
			os.Remove(filepath.Join(s.dir, name))
		}
		if s.created {
			os.Remove(filepath.Join(s.dir, lockName))
			os.Remove(s.dir)
		}
	}
	table.Unlock(s.lock)
}
