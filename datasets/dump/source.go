package dump

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"os"
)

// source reads the bytes of one input as they lie on disk, in order; it counts and hashes them.
type source struct {
	ctx      context.Context
	from     io.Reader
	progress func(int64)
	sum      hash.Hash
	n        int64
	err      error // what ended it
}

func newSource(ctx context.Context, from io.Reader, progress func(int64)) *source {
	return &source{ctx: ctx, from: from, progress: progress, sum: sha256.New()}
}

func (s *source) Read(p []byte) (int, error) {
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

// drain reads what no reader wanted, so that count and digest are those of the whole input. An
// error shows in digest, and is nobody's loss.
func (s *source) drain() { _, _ = io.Copy(io.Discard, s) }

// digest is empty when the source could not be read to its end.
func (s *source) digest() string {
	if s.err != io.EOF {
		return ""
	}
	return hex.EncodeToString(s.sum.Sum(nil))
}

// interruptible reads a stream that may keep a reader waiting for ever, a pipe or a terminal: a
// read returns when the context ends. Its goroutine then stays in the read that nothing can
// interrupt.
type interruptible struct {
	ctx    context.Context
	chunks chan chunk
	free   chan []byte
	now    chunk
	rest   []byte
}

type chunk struct {
	buffer []byte
	n      int
	err    error
}

func newInterruptible(ctx context.Context, from io.Reader) *interruptible {
	r := &interruptible{ctx: ctx, chunks: make(chan chunk), free: make(chan []byte, 2)}
	for range cap(r.free) { // one is read while the other is filled
		r.free <- make([]byte, 256<<10)
	}
	go func() {
		for {
			var c chunk
			select {
			case c.buffer = <-r.free:
			case <-ctx.Done():
				return
			}
			c.n, c.err = from.Read(c.buffer)
			select {
			case r.chunks <- c:
			case <-ctx.Done():
				return
			}
			if c.err != nil {
				return
			}
		}
	}()
	return r
}

func (r *interruptible) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.now.err != nil {
			return 0, r.now.err
		}
		if r.now.buffer != nil {
			r.free <- r.now.buffer
		}
		select {
		case r.now = <-r.chunks:
			r.rest = r.now.buffer[:r.now.n]
		case <-r.ctx.Done():
			return 0, r.ctx.Err()
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// countingAt reads an archive that is taken apart in any order, and reports progress up to its
// size.
type countingAt struct {
	ctx      context.Context
	from     io.ReaderAt
	size     int64
	progress func(int64)
	n        int64 // bytes read, some perhaps twice
	limit    int64 // 0: none; else the bytes that may be read
}

func (c *countingAt) ReadAt(p []byte, off int64) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	if c.limit > 0 && c.n >= c.limit {
		return 0, errOverLimit
	}
	n, err := c.from.ReadAt(p, off)
	before := min(c.n, c.size)
	c.n += int64(n)
	c.progress(min(c.n, c.size) - before)
	return n, err
}

// finish reports the bytes that nobody had to read.
func (c *countingAt) finish() { c.progress(c.size - min(c.n, c.size)) }

// openSource opens an input for reading in order. The file is nil for a stream.
func openSource(ctx context.Context, in Input, opts Options) (*source, *os.File, error) {
	if in.Path == stdinPath {
		return newSource(ctx, newInterruptible(ctx, opts.Stdin), opts.Progress), nil, nil
	}
	f, err := os.Open(in.Path)
	if err != nil {
		return nil, nil, cause(err)
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close() // opened for reading only: nothing is lost
		return nil, nil, cause(err)
	}
	if !info.Mode().IsRegular() {
		return newSource(ctx, newInterruptible(ctx, f), opts.Progress), f, nil
	}
	return newSource(ctx, f, opts.Progress), f, nil
}
