package index

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// sumsSuffix is added to the name of a data file for that of its list of digests.
const sumsSuffix = ".pages"

const blockBytes = 64 * pageSize

// dataFile is a data file while it is written. What is written to it is hashed page by page and
// handed to the disk beside its writer's own work. Arrow's writer wants to know its position, but
// never moves.
type dataFile struct {
	f    *os.File
	path string
	name string
	size int64

	block      []byte // being filled
	full, free chan []byte
	done       chan error
	closed     bool
	sums       []byte
}

func (s *staging) create(name string) (*dataFile, error) {
	path := filepath.Join(s.tmp, name)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	d := &dataFile{
		f: f, path: path, name: name, block: make([]byte, 0, blockBytes),
		full: make(chan []byte, 1), free: make(chan []byte, 3), done: make(chan error, 1),
	}
	d.free <- make([]byte, 0, blockBytes)
	d.free <- make([]byte, 0, blockBytes)
	s.open = append(s.open, d)
	go d.drain()
	return d, nil
}

// drain writes and hashes the full blocks. After an error it only empties the channel, so that the
// writer never waits for it; finish tells the error.
func (d *dataFile) drain() {
	var failed error
	for block := range d.full {
		if failed == nil {
			_, failed = d.f.Write(block)
		}
		for rest := block; len(rest) > 0; rest = rest[min(pageSize, len(rest)):] {
			sum := sha256.Sum256(rest[:min(pageSize, len(rest))])
			d.sums = append(d.sums, sum[:]...)
		}
		d.free <- block[:0]
	}
	d.done <- failed
}

func (d *dataFile) Write(p []byte) (int, error) {
	written := len(p)
	for len(p) > 0 {
		n := min(len(p), blockBytes-len(d.block))
		d.block = append(d.block, p[:n]...)
		p = p[n:]
		if len(d.block) == blockBytes {
			d.full <- d.block
			d.block = <-d.free
		}
	}
	d.size += int64(written)
	return written, nil
}

func (d *dataFile) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekCurrent {
		return 0, fmt.Errorf("%q is written from the beginning to the end only", d.name)
	}
	return d.size, nil
}

// finish makes the file and its list of digests durable and describes them.
func (d *dataFile) finish(rows int64) (FileMeta, error) {
	if len(d.block) > 0 {
		d.full <- d.block
	}
	if err := errors.Join(d.stop(), d.f.Sync(), d.f.Close()); err != nil {
		return FileMeta{}, err
	}
	if err := writeSynced(d.path+sumsSuffix, d.sums); err != nil {
		return FileMeta{}, err
	}
	root := sha256.Sum256(d.sums)
	return FileMeta{
		Name: d.name, Bytes: d.size, SHA256: hex.EncodeToString(root[:]), Rows: rows,
	}, nil
}

func (d *dataFile) stop() error {
	d.closed = true
	close(d.full)
	return <-d.done
}

// abandon gives up a file that the staging folder's removal deletes.
func (d *dataFile) abandon() {
	if !d.closed {
		d.stop() // the error that led here matters more
		d.f.Close()
	}
}
