package table

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/credsieve/credsieve/datasets/internal/durable"
)

// SumsSuffix is added to the name of a data file for that of its list of digests.
const SumsSuffix = ".pages"

const blockBytes = 64 * pageSize

// FileMeta describes a data file. Rows are members in the case of the filter, and bits of the live
// rows.
type FileMeta struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // of NAME.pages, which holds the SHA-256 of every page of NAME
	Rows   int64  `json:"rows"`
}

// File is a data file while it is written. What is written to it is hashed page by page and
// handed to the disk beside its writer's own work. Arrow's writer wants to know its position, but
// never moves.
type File struct {
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

// Create begins a data file in a folder, which Finish finishes or Abandon gives up.
func Create(dir, name string) (*File, error) {
	path := filepath.Join(dir, name)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	d := &File{
		f: f, path: path, name: name,
		full: make(chan []byte, 1), free: make(chan []byte, 3), done: make(chan error, 1),
	}
	d.free <- nil // blocks grow when they are filled: most indexes are small
	d.free <- nil
	go d.drain()
	return d, nil
}

// drain writes and hashes the full blocks. After an error it only empties the channel, so that the
// writer never waits for it; Finish tells the error.
func (d *File) drain() {
	var failed error
	for block := range d.full {
		if failed == nil {
			_, failed = d.f.Write(block)
		}
		d.sums = AppendSums(d.sums, block)
		d.free <- block[:0]
	}
	d.done <- failed
}

// Write implements io.Writer. Its errors come with Finish.
func (d *File) Write(p []byte) (int, error) {
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

// Seek tells the position and refuses to change it.
func (d *File) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekCurrent {
		return 0, fmt.Errorf("%q is written from the beginning to the end only", d.name)
	}
	return d.size, nil
}

// Finish makes the file and its list of digests durable and describes them.
func (d *File) Finish(rows int64) (FileMeta, error) {
	if len(d.block) > 0 {
		d.full <- d.block
	}
	if err := errors.Join(d.stop(), d.f.Sync(), d.f.Close()); err != nil {
		return FileMeta{}, err
	}
	if err := durable.WriteFile(d.path+SumsSuffix, d.sums); err != nil {
		return FileMeta{}, err
	}
	root := sha256.Sum256(d.sums)
	return FileMeta{
		Name: d.name, Bytes: d.size, SHA256: hex.EncodeToString(root[:]), Rows: rows,
	}, nil
}

func (d *File) stop() error {
	d.closed = true
	close(d.full)
	return <-d.done
}

// Abandon gives up a file that is not finished; to remove it is the caller's affair.
func (d *File) Abandon() {
	if !d.closed {
		_ = d.stop() // the error that led here matters more
		d.f.Close()
	}
}
