package dump

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"
	"syscall"

	"github.com/credsieve/credsieve/datasets/dump/internal/unpack"
)

// openSource opens an input for reading.
func openSource(ctx context.Context, in Input, opts Options) (*unpack.Source, error) {
	if in.Path == stdinPath {
		return unpack.NewSource(ctx, opts.Stdin, opts.Progress), nil
	}
	paths := append([]string{in.Path}, in.Parts...)
	return unpack.OpenSource(ctx, opts.Open, paths, opts.Progress)
}

// openFile is what Options.Open is without another.
func openFile(_ context.Context, path string) (fs.File, error) {
	if info, err := os.Stat(path); err == nil && info.Mode()&os.ModeNamedPipe != 0 {
		return &latePipe{path: path, info: info}, nil
	}
	return openRegular(path)
}

// openRegular opens a file that is one, and never waits: between a look at it and opening it, anybody
// who may write to its folder can put a pipe in its place.
func openRegular(path string) (*os.File, error) {
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
		if err != nil {
			return 0, unpack.Cause(err)
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
