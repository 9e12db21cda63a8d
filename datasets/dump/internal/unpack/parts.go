package unpack

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sync"

	"github.com/credsieve/credsieve/datasets/internal/unchanged"
)

// parts are files that are read as one.
type parts struct {
	files []fs.File
	infos []fs.FileInfo // of files, when they were opened
	at    []io.ReaderAt // the files, as long as all can be read in any order
	ends  []int64       // of each of them in the whole
	over  sync.Once     // they are closed
}

func openParts(ctx context.Context, open func(context.Context, string) (fs.File, error),
	paths []string) (*parts, error) {
	p := &parts{}
	for _, path := range paths {
		f, err := open(ctx, path)
		if err == nil {
			p.files = append(p.files, f)
			err = p.measure(f)
		}
		if err != nil {
			p.close()
			return nil, Cause(err)
		}
	}
	return p, nil
}

// measure finds out where a file ends, if it can be read in any order.
func (p *parts) measure(f fs.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	p.infos = append(p.infos, info)
	if at, ok := f.(io.ReaderAt); ok && info.Mode().IsRegular() {
		end := info.Size()
		if len(p.ends) > 0 {
			end += p.ends[len(p.ends)-1]
		}
		p.at, p.ends = append(p.at, at), append(p.ends, end)
	}
	return nil
}

// changed compares the files with what they were. Those that are not regular have no size.
func (p *parts) changed() error {
	for i, f := range p.files {
		was := p.infos[i]
		if !was.Mode().IsRegular() {
			continue
		}
		is, err := f.Stat()
		if err != nil {
			return fmt.Errorf("it is not known whether it changed while it was read: %w", Cause(err))
		}
		if err := unchanged.Check(was, is); err != nil {
			return err
		}
	}
	return nil
}

func (p *parts) anyOrder() bool { return len(p.at) == len(p.files) }

// close may be called again, and while a file is read.
func (p *parts) close() {
	p.over.Do(func() {
		for _, f := range p.files {
			_ = f.Close() // see Source.Close
		}
	})
}

// stream reads all files in order.
func (p *parts) stream() io.Reader {
	if len(p.files) == 1 {
		return p.files[0]
	}
	readers := make([]io.Reader, len(p.files))
	for i, f := range p.files {
		readers[i] = f
	}
	return io.MultiReader(readers...)
}

// ReadAt reads across the files.
func (p *parts) ReadAt(to []byte, off int64) (int, error) {
	i, _ := slices.BinarySearchFunc(p.ends, off, func(end, off int64) int {
		return cmp.Compare(end, off+1)
	})
	n := 0
	for ; i < len(p.at) && n < len(to); i++ {
		start := int64(0)
		if i > 0 {
			start = p.ends[i-1]
		}
		want := min(int64(len(to)-n), p.ends[i]-off)
		k, err := p.at[i].ReadAt(to[n:n+int(want)], off-start)
		n += k
		off += int64(k)
		if int64(k) < want {
			return n, early(err)
		}
	}
	if n < len(to) {
		return n, io.EOF
	}
	return n, nil
}
