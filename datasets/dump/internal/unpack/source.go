package unpack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"

	"github.com/credsieve/credsieve/datasets/internal/interruptible"
)

// Source is the input of a walk: the bytes of a stream, of a file or of several files as one, in
// order. It counts and hashes them. Files that can be read in any order are, where an archive needs
// it.
type Source struct {
	ctx      context.Context
	from     io.Reader
	progress func(int64)
	sum      hash.Hash
	n        int64
	err      error // what ended it

	parts *parts // the files, nil for a stream
}

// NewSource returns a source that is a stream. The context ends a read that waits for ever. Progress
// is called with increments.
func NewSource(ctx context.Context, from io.Reader, progress func(bytes int64)) *Source {
	return newSource(ctx, interruptible.NewReader(ctx, from), progress)
}

func newSource(ctx context.Context, from io.Reader, progress func(int64)) *Source {
	return &Source{ctx: ctx, from: from, progress: progress, sum: sha256.New()}
}

// OpenSource opens files that go on where the one before ends. The caller calls Close.
//
// Regular files that are an io.ReaderAt are read in any order. Others, pipes and devices among them,
// are read as a stream, and closed when the context ends.
func OpenSource(ctx context.Context, open func(ctx context.Context, path string) (fs.File, error),
	paths []string, progress func(bytes int64)) (*Source, error) {
	p, err := openParts(ctx, open, paths)
	if err != nil {
		return nil, err
	}
	from := p.stream()
	if !p.anyOrder() {
		context.AfterFunc(ctx, p.close) // ends a read that is under way
		from = interruptible.NewReader(ctx, from)
	}
	s := newSource(ctx, from, progress)
	s.parts = p
	return s, nil
}

// Close closes the files. They were opened for reading only: nothing is lost.
func (s *Source) Close() {
	if s.parts != nil {
		s.parts.close()
	}
}

// Read reads what comes next.
func (s *Source) Read(p []byte) (int, error) {
	if s.err == nil {
		s.err = s.ctx.Err()
	}
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.from.Read(p)
	s.err = err
	s.sum.Write(p[:n])
	s.n += int64(n)
	if n > 0 {
		s.progress(int64(n))
	}
	return n, err
}

// Drain reads what no reader wanted, so that count and digest are those of the whole input. An
// error shows in SHA256, and is nobody's loss.
func (s *Source) Drain() { _, _ = io.Copy(io.Discard, s) }

// Changed says what of the files is not as it was when they were opened: one that is still being written,
// or was cut, is not read to an end that means anything. Nil: nothing, as far as size and time tell.
func (s *Source) Changed() error {
	if s.parts == nil {
		return nil
	}
	return s.parts.changed()
}

// Bytes is how many were read, all of them after Drain.
func (s *Source) Bytes() int64 { return s.n }

// SHA256 is the digest of all bytes, hex, empty when the source could not be read to its end.
func (s *Source) SHA256() string {
	if s.err != io.EOF {
		return ""
	}
	return hex.EncodeToString(s.sum.Sum(nil))
}

func (s *Source) anyOrder() bool { return s.parts != nil && s.parts.anyOrder() }

// Cause strips operation and path from an error of the file system: the reader's sentence has them.
func Cause(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}
