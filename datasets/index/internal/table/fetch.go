package table

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/credsieve/credsieve/datasets/fault"
	"github.com/credsieve/credsieve/datasets/internal/durable"
)

// Fetcher fetches data files that lie elsewhere into a folder: some whole, of others the parts that are needed, each once.
type Fetcher struct {
	ctx  context.Context
	read func(ctx context.Context, name string, offset, n int64) ([]byte, error)
	dir  string
}

// NewFetcher makes one that asks read for n bytes of a file from an offset on, n < 0: for all, with a new folder below temp.
// The context ends fetches, also later ones.
func NewFetcher(ctx context.Context, read func(ctx context.Context, name string, offset, n int64) ([]byte, error),
	temp string,
) (*Fetcher, error) {
	dir, err := os.MkdirTemp(temp, ".credsieve-index-")
	return &Fetcher{ctx, read, dir}, err
}

// Close removes the folder. Files that are mapped stay where the system allows that.
func (f *Fetcher) Close() error {
	if f.dir == "" {
		return nil
	}
	return os.RemoveAll(f.dir)
}

// Whole fetches a small file.
func (f *Fetcher) Whole(name string) ([]byte, error) {
	data, err := f.read(f.ctx, name, 0, -1)
	if err != nil {
		return nil, err
	}
	return data, os.WriteFile(filepath.Join(f.dir, name), data, 0o600)
}

// Dir is the folder.
func (f *Fetcher) Dir() string { return f.dir }

// fetches is how many files are fetched at once.
const fetches = 8

// Ready fetches the lists of digests of files, and those whole that are wanted so.
func (f *Fetcher) Ready(files []FileMeta, whole ...string) error {
	group, _ := fault.NewGroup(f.ctx)
	group.SetLimit(fetches)
	for _, want := range files {
		group.Go(func() error {
			file, err := f.open(want)
			if err == nil && slices.Contains(whole, want.Name) {
				err = file.all()
			}
			return errors.Join(err, file.Close())
		})
	}
	return group.Wait()
}

// Map is the function Map of a file of which parts are fetched when they are first used.
func (f *Fetcher) Map(want FileMeta, failed *Failure) (*Pages, func() error, error) {
	file, err := f.open(want)
	if err == nil && !sharedMaps {
		err = file.all()
	}
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	p, unmap, err := Map(f.dir, want, failed)
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	p.fetched = file
	return p, func() error { return errors.Join(unmap(), file.Close()) }, nil
}

// open readies a data file: its list of digests whole, and of itself nothing but its size.
func (f *Fetcher) open(want FileMeta) (*fetched, error) {
	file := &fetched{of: f, want: want, chunks: make([]chunk, (want.Bytes+chunkBytes-1)/chunkBytes)}
	sums := filepath.Join(f.dir, want.Name+SumsSuffix)
	if _, err := os.Lstat(sums); err != nil {
		text, err := f.read(f.ctx, want.Name+SumsSuffix, 0, pageCount(want.Bytes)*sha256.Size)
		if err != nil {
			return file, err
		}
		if err := os.WriteFile(sums, text, 0o600); err != nil {
			return file, err
		}
	}
	var err error
	if file.file, err = durable.OpenOwn(filepath.Join(f.dir, want.Name), os.O_RDWR|os.O_CREATE); err != nil {
		return file, err
	}
	return file, file.file.Truncate(want.Bytes)
}

// chunkBytes is what is fetched at once: a request costs as much as some hundred kilobytes, and rows that are asked for
// together lie together.
const chunkBytes = 1 << 20

// fetched is a data file of which parts are fetched when they are first needed, into a file of its size that has holes
// until then. Nobody looks at a byte of it but through Pages, which compare it with its digest. It is safe for concurrent
// use.
type fetched struct {
	of     *Fetcher
	want   FileMeta
	file   *os.File
	chunks []chunk
}

type chunk struct {
	once sync.Once
	err  error
}

// all fetches the whole file.
func (f *fetched) all() error {
	for i := range f.chunks {
		if err := f.need(int64(i) * chunkBytes); err != nil {
			return err
		}
	}
	return nil
}

// need fetches what holds a byte, unless it is there.
func (f *fetched) need(at int64) error {
	i := at / chunkBytes
	c := &f.chunks[i]
	c.once.Do(func() {
		from := i * chunkBytes
		var data []byte
		if data, c.err = f.of.read(f.of.ctx, f.want.Name, from, min(chunkBytes, f.want.Bytes-from)); c.err == nil {
			_, c.err = f.file.WriteAt(data, from)
		}
		if c.err != nil {
			c.err = fmt.Errorf("failed to fetch file %q: %w", f.want.Name, c.err)
		}
	})
	return c.err
}

// Close closes the file, which stays. It may not have been opened.
func (f *fetched) Close() error {
	if f.file == nil {
		return nil
	}
	return f.file.Close()
}
