package sql

import (
	"bytes"
	"io"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// input is a window over a member that only moves forward, in memory that does not depend on
// the member. What stands from mark on is held, up to limit bytes: the tuple that is being read.
type input struct {
	from  io.Reader
	check func() error // says that the run is over
	end   error        // what ended the member

	buf   []byte
	base  int64 // of buf in the member
	pos   int   // of the next byte in buf
	mark  int   // of the first byte to hold, -1 for none
	limit int
	lost  bool // what was to be held is over limit, and mark is -1

	lineEnd byte
	line    int64 // number of the line at counted
	counted int
}

const (
	// window is the least that is read ahead. A second-level cache holds it.
	window = 256 << 10
	// minHeld is enough to step back over any keyword.
	minHeld = 4 << 10
)

func newInput(from io.Reader, out *format.Recorder, lineEnd byte) input {
	return input{
		from: from, check: out.Check, buf: make([]byte, 0, window), mark: -1,
		limit: max(out.MaxRecord, minHeld), lineEnd: lineEnd, line: 1,
	}
}

// more reads on and reports whether there is more. It moves buf, so that only distances from pos
// and mark outlive it.
func (in *input) more() bool {
	if in.end != nil {
		return false
	}
	if in.mark >= 0 && in.pos-in.mark > in.limit {
		in.mark, in.lost = -1, true
	}
	in.drop()
	if len(in.buf) == cap(in.buf) {
		in.buf = append(make([]byte, 0, 2*cap(in.buf)), in.buf...)
	}
	const patience = 100 // reads of nothing
	n := 0
	for tries := 0; n == 0 && in.end == nil; tries++ {
		if in.end = in.check(); in.end != nil {
			break
		}
		n, in.end = in.from.Read(in.buf[len(in.buf):cap(in.buf)])
		if tries == patience && in.end == nil {
			in.end = io.ErrNoProgress
		}
	}
	in.buf = in.buf[:len(in.buf)+n]
	return n > 0
}

// drop forgets what stands before mark, or before pos.
func (in *input) drop() {
	keep := in.pos
	if in.mark >= 0 {
		keep = in.mark
	}
	if keep == 0 {
		return
	}
	in.lineAt(keep)
	in.counted -= keep
	in.buf = in.buf[:copy(in.buf, in.buf[keep:])]
	in.base += int64(keep)
	in.pos -= keep
	if in.mark >= 0 {
		in.mark = 0
	}
}

// hold begins to hold what stands from pos on.
func (in *input) hold() { in.mark, in.lost = in.pos, false }

// release ends it.
func (in *input) release() { in.mark, in.lost = -1, false }

// held returns a stretch of what is held; nothing when that was too much.
func (in *input) held(s cut.Span) []byte {
	if in.mark < 0 {
		return nil
	}
	return in.buf[in.mark+s.Start : in.mark+s.End]
}

// heldUpTo returns the distance of pos from mark.
func (in *input) heldUpTo() int { return in.pos - max(in.mark, 0) }

// peek returns the byte i places ahead of pos.
func (in *input) peek(i int) (byte, bool) {
	for in.pos+i >= len(in.buf) {
		if !in.more() {
			return 0, false
		}
	}
	return in.buf[in.pos+i], true
}

// startsWith reports whether text stands at pos.
func (in *input) startsWith(text []byte) bool {
	in.peek(len(text) - 1)
	return bytes.HasPrefix(in.buf[in.pos:], text)
}

// offset returns where pos is in the member.
func (in *input) offset() int64 { return in.base + int64(in.pos) }

// lineAt returns the number of the line at a place in buf. Places only grow.
func (in *input) lineAt(place int) int64 {
	if place > in.counted {
		in.line += int64(bytes.Count(in.buf[in.counted:place], []byte{in.lineEnd}))
		in.counted = place
	}
	return in.line
}

// position returns where pos is, for a record that begins there.
func (in *input) position() leak.Position {
	return leak.Position{Offset: in.offset(), Line: in.lineAt(in.pos)}
}

// skipTo moves past the next occurrence of text and reports whether there is one.
func (in *input) skipTo(text string) bool {
	for {
		i := bytes.Index(in.buf[in.pos:], []byte(text))
		if i >= 0 {
			in.pos += i + len(text)
			return true
		}
		in.pos = max(in.pos, len(in.buf)-len(text)+1)
		if !in.more() {
			in.pos = len(in.buf)
			return false
		}
	}
}

// skipLine moves to the end of the line.
func (in *input) skipLine() {
	for {
		if i := format.IndexLineEnd(in.buf[in.pos:]); i >= 0 {
			in.pos += i
			return
		}
		in.pos = len(in.buf)
		if !in.more() {
			return
		}
	}
}
