package index

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/credsieve/credsieve/datasets/internal/durable"
)

const (
	lockName      = ".lock"
	stagingPrefix = ".credsieve-build-"
)

var dataFileName = regexp.MustCompile(
	`^(filter\.[0-9a-f]{8}\.bloom|(tokens|accounts)\.[0-9a-f]{8}\.arrow)$`)

// staging is a build's files until they are published. It holds the lock of the folder.
type staging struct {
	dir, tmp  string
	created   bool // dir did not exist before
	lock      *os.File
	published bool
	moved     []string // data files that are already in dir
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
	if s.lock, err = lockFile(filepath.Join(dir, lockName)); err != nil {
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

// publish moves the data files into the folder and makes meta the index, in this order.
func (s *staging) publish(files []FileMeta, meta []byte) error {
	for _, f := range files {
		err := os.Rename(filepath.Join(s.tmp, f.Name), filepath.Join(s.dir, f.Name))
		if err != nil {
			return err
		}
		s.moved = append(s.moved, f.Name)
	}
	// The description must not survive a power cut that its files do not.
	if err := durable.SyncDir(s.dir); err != nil {
		return err
	}
	tmp := filepath.Join(s.tmp, metaName)
	if err := writeSynced(tmp, meta); err != nil {
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
	s.sweep(files)
	return err
}

// sweep removes data files that no index names any more. What it cannot remove costs only space,
// and the next build tries again.
func (s *staging) sweep(keep []FileMeta) {
	live := map[string]bool{}
	for _, f := range keep {
		live[f.Name] = true
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
	unlockFile(s.lock)
}

func writeSynced(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}

// dataFile is a data file while it is written. Arrow's writer wants to know its position, but never
// moves.
type dataFile struct {
	f    *os.File
	buf  *bufio.Writer
	sum  hash.Hash
	size int64
	name string
}

func (s *staging) create(name string) (*dataFile, error) {
	path := filepath.Join(s.tmp, name)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &dataFile{f: f, buf: bufio.NewWriterSize(f, 1<<20), sum: sha256.New(), name: name}, nil
}

func (d *dataFile) Write(p []byte) (int, error) {
	n, err := d.buf.Write(p)
	d.sum.Write(p[:n])
	d.size += int64(n)
	return n, err
}

func (d *dataFile) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekCurrent {
		return 0, fmt.Errorf("%q is written from the beginning to the end only", d.name)
	}
	return d.size, nil
}

// finish makes the file durable and describes it.
func (d *dataFile) finish(rows int64) (FileMeta, error) {
	err := errors.Join(d.buf.Flush(), d.f.Sync(), d.f.Close())
	return FileMeta{
		Name: d.name, Bytes: d.size, SHA256: hex.EncodeToString(d.sum.Sum(nil)), Rows: rows,
	}, err
}

// abandon gives up a file that the staging folder's removal deletes.
func (d *dataFile) abandon() { d.f.Close() }
