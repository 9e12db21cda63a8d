package stream

import (
	"fmt"
	"io"
	"os"

	"github.com/credsieve/credsieve/datasets/internal/unchanged"
)

// whole reads a file that must not change meanwhile: of an export that is still being written, or that is written again, the
// accounts that are missing would be told as not affected.
type whole struct {
	f   *os.File
	was os.FileInfo
	n   int64 // bytes so far
}

// newWhole returns what reads a file from its beginning. What is not a regular file, such as a pipe, has no size to hold it against.
func newWhole(f *os.File) (io.Reader, error) {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return f, err
	}
	return &whole{f: f, was: info}, nil
}

func (w *whole) Read(p []byte) (int, error) {
	n, err := w.f.Read(p)
	w.n += int64(n)
	if err == io.EOF {
		if changed := w.changed(); changed != nil {
			return n, changed
		}
	}
	return n, err
}

func (w *whole) changed() error {
	is, err := w.f.Stat()
	if err != nil {
		return fmt.Errorf("it is not known whether it changed while it was read: %w", err)
	}
	if err := unchanged.Check(w.was, is); err != nil {
		return err
	}
	if w.n != is.Size() {
		return fmt.Errorf("it ended after %d of its %d bytes: read it again", w.n, is.Size())
	}
	return nil
}
