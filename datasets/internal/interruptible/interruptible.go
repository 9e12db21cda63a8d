// Package interruptible reads streams that may keep a reader waiting for ever: pipes and terminals.
package interruptible

import (
	"context"
	"io"
)

// chunkSize is read at once; two chunks are in memory, one read while the other is filled.
const chunkSize = 256 << 10

// Reader reads from a stream until its context ends. The goroutine behind it then stays in the read
// that nothing can interrupt.
type Reader struct {
	ctx    context.Context
	chunks chan chunk
	free   chan []byte
	now    chunk
	rest   []byte
}

var _ io.Reader = (*Reader)(nil)

type chunk struct {
	buffer []byte
	n      int
	err    error
}

// NewReader begins to read from the stream.
func NewReader(ctx context.Context, from io.Reader) *Reader {
	r := &Reader{ctx: ctx, chunks: make(chan chunk), free: make(chan []byte, 2)}
	for range cap(r.free) {
		r.free <- make([]byte, chunkSize)
	}
	go r.fill(from)
	return r
}

func (r *Reader) fill(from io.Reader) {
	for {
		var c chunk
		select {
		case c.buffer = <-r.free:
		case <-r.ctx.Done():
			return
		}
		c.n, c.err = from.Read(c.buffer)
		select {
		case r.chunks <- c:
		case <-r.ctx.Done():
			return
		}
		if c.err != nil {
			return
		}
	}
}

// Read implements io.Reader; it returns the error of the context when that ends first.
func (r *Reader) Read(p []byte) (int, error) {
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
