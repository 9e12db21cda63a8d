package unpack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

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

// randomAccess returns an archive for reading in any order, nil when it was skipped. What is not on
// disk as it stands is held in memory until give is called.
func (w *walker) randomAccess(m *Member, kind string) (at *countingAt, give func(), err error) {
	if m.at != nil {
		return m.at, func() {}, nil
	}
	if !m.whole {
		return w.hold(m, kind)
	}
	// Its entries may lie in any order and overlap, so the digest takes a pass of its own. What was
	// read to look at the beginning has been reported already.
	progress, reported := w.src.progress, w.src.n
	w.src.progress = func(int64) {}
	w.src.Drain()
	at = &countingAt{ctx: w.ctx, from: w.src.parts, size: w.src.n, progress: progress, n: reported}
	// Entries that overlap are read many times over, which makes them no larger on disk.
	w.consumed = func() int64 { return min(at.n, at.size) }
	return at, at.finish, w.ctx.Err()
}

// hold reads an archive into memory, within what all that are open may take.
func (w *walker) hold(m *Member, kind string) (*countingAt, func(), error) {
	room := w.budget.room()
	into := &holding{from: m.from, budget: w.budget}
	data, err := io.ReadAll(into)
	give := func() { w.budget.give(into.n) }
	switch refused := limitError(""); {
	case w.ctx.Err() != nil:
		give()
		return nil, nil, w.ctx.Err()
	case errors.As(err, &refused):
		w.lose(m, string(refused))
	case errors.Is(err, errNoRoom):
		give()
		w.skip(m, kind, fmt.Sprintf("a %s archive over %s cannot be read from a stream or out of "+
			"another archive: extract it first, or name the file", kind, ByteSize(int(room))))
		return nil, nil, nil
	}
	// Of one that ends early, what is there is read, and its missing end shows.
	data = data[:len(data):len(data)]
	at := &countingAt{
		ctx: w.ctx, from: bytes.NewReader(data), size: int64(len(data)), progress: func(int64) {},
	}
	return at, give, nil
}

var errNoRoom = errors.New("there is no room in memory")

// holding reads what is to be held, as long as the budget has room for it.
type holding struct {
	from   io.Reader
	budget *Budget
	n      int64
}

func (h *holding) Read(p []byte) (int, error) {
	n, err := h.from.Read(p)
	h.n += int64(n)
	if !h.budget.hold(int64(n)) {
		err = errNoRoom
	}
	return n, err
}
