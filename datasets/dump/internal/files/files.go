// Package files opens dumps of the operating system, where anybody may have put something else in their place.
//
// Not guaranteed: that a file stays what it was when it was opened.
package files

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"
	"syscall"
)

// Open opens a file for reading, whatever kind it is of. A pipe is opened by the first read, because opening one waits for
// its writer.
func Open(_ context.Context, path string) (fs.File, error) {
	if info, err := os.Stat(path); err == nil && info.Mode()&os.ModeNamedPipe != 0 {
		return &latePipe{path: path, info: info}, nil
	}
	return Regular(path)
}

// Regular opens a file that is one, and never waits: between a look at it and opening it, anybody
// who may write to its folder can put a pipe in its place.
func Regular(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a file any more")
	}
	if err != nil {
		_ = f.Close() // nothing was read
		return nil, err
	}
	return f, nil
}

// latePipe is a named pipe that the first read opens, because opening one waits for its writer.
type latePipe struct {
	path string
	info fs.FileInfo

	mu   sync.Mutex
	file *os.File
	over bool
}

// Stat tells that it is a pipe.
func (p *latePipe) Stat() (fs.FileInfo, error) { return p.info, nil }

func (p *latePipe) Read(b []byte) (int, error) {
	if p.file == nil { // only Read sets it
		f, err := os.Open(p.path)
		if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
			err = pathErr.Err // whoever reads says of what
		}
		if err != nil {
			return 0, err
		}
		p.mu.Lock()
		p.file = f
		over := p.over
		p.mu.Unlock()
		if over {
			_ = f.Close() // nobody waits for it any more
		}
	}
	return p.file.Read(b)
}

// Close ends a read under way; an open that waits for a writer stays.
func (p *latePipe) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over = true; p.file != nil {
		return p.file.Close()
	}
	return nil
}
