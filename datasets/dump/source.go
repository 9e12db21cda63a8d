package dump

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"sync"

	"github.com/credsieve/credsieve/datasets/internal/interruptible"
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

// errDirectory says that the directory of an archive is larger than what is read of one.
var errDirectory = errors.New("its directory is too large")

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
		return 0, errDirectory
	}
	n, err := c.from.ReadAt(p, off)
	before := min(c.n, c.size)
	c.n += int64(n)
	c.progress(min(c.n, c.size) - before)
	return n, err
}

// finish reports the bytes that nobody had to read.
func (c *countingAt) finish() { c.progress(c.size - min(c.n, c.size)) }

// openSource opens an input for reading in order. The disk is nil for standard input.
func openSource(ctx context.Context, in Input, opts Options) (*source, *disk, error) {
	if in.Path == stdinPath {
		return newSource(ctx, interruptible.NewReader(ctx, opts.Stdin), opts.Progress), nil, nil
	}
	if info, err := os.Stat(in.Path); err == nil && info.Mode()&os.ModeNamedPipe != 0 {
		pipe := &latePipe{path: in.Path}
		context.AfterFunc(ctx, pipe.close)
		return newSource(ctx, interruptible.NewReader(ctx, pipe), opts.Progress), nil, nil
	}
	d, err := openDisk(in)
	if err != nil {
		return nil, nil, err
	}
	if !d.regular() {
		return newSource(ctx, interruptible.NewReader(ctx, d.stream()), opts.Progress), d, nil
	}
	return newSource(ctx, d.stream(), opts.Progress), d, nil
}

// latePipe is a named pipe that the first read opens, because opening one waits for its writer.
type latePipe struct {
	path string

	mu   sync.Mutex
	file *os.File
	over bool
}

func (p *latePipe) Read(b []byte) (int, error) {
	if p.file == nil { // only Read sets it
		f, err := os.Open(p.path)
		if err != nil {
			return 0, cause(err)
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

// close ends a read under way; an open that waits for a writer stays.
func (p *latePipe) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over = true; p.file != nil {
		_ = p.file.Close() // it was opened for reading only
	}
}

// randomAccess returns an archive for reading in any order, nil when it was skipped. What is not on
// disk as it stands is held in memory until give is called.
func (r *reading) randomAccess(m member, kind string) (at *countingAt, give func(), err error) {
	if m.disk == nil {
		return r.hold(m, kind)
	}
	// Its entries may lie in any order and overlap, so the digest takes a pass of its own. What was
	// read to look at the beginning has been reported already.
	reported := r.src.n
	r.src.progress = func(int64) {}
	r.src.drain()
	at = &countingAt{
		ctx: r.ctx, from: m.disk, size: r.src.n, progress: r.opts.Progress, n: reported,
	}
	// Entries that overlap are read many times over, and are no more on disk for that.
	r.consumed = func() int64 { return min(at.n, at.size) }
	return at, at.finish, r.ctx.Err()
}

// hold reads an archive into memory, within what all that are open may take.
func (r *reading) hold(m member, kind string) (*countingAt, func(), error) {
	room := r.opts.Limits.Held - r.held
	data, err := io.ReadAll(io.LimitReader(m.from, room+1))
	switch refused := limitError(""); {
	case r.ctx.Err() != nil:
		return nil, nil, r.ctx.Err()
	case errors.As(err, &refused):
		r.lose(m, string(refused))
	case int64(len(data)) > room:
		r.skip(m, kind, fmt.Sprintf("a %s archive over %s cannot be read from a stream or out of "+
			"another archive: extract it first, or name the file", kind, byteSize(int(room))))
		return nil, nil, nil
	}
	// Of one that ends early, what is there is read, and its missing end shows.
	data = data[:len(data):len(data)]
	r.held += int64(len(data))
	at := &countingAt{
		ctx: r.ctx, from: bytes.NewReader(data), size: int64(len(data)), progress: func(int64) {},
	}
	return at, func() { r.held -= int64(len(data)) }, nil
}
