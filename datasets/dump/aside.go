package dump

import (
	"bytes"
	"errors"
	"io"

	"github.com/credsieve/credsieve/datasets/dump/internal/format"
)

// aside emits text that no block holds, for sweeps: what a serial session has read already, and what no
// session reads. It is cut where no record is likely to go on.
type aside struct {
	*reading
	member string
	text   []byte
	offset int64 // of text in the member
	line   int64 // number of its first line
}

// asideSize is how much is swept at once: more than the records of nearly all dumps.
const asideSize = 1 << 20

// newAside returns nil when nobody sweeps.
func (r *reading) newAside(member string, offset, line int64) *aside {
	if !r.opts.Sweep {
		return nil
	}
	return &aside{reading: r, member: member, offset: offset, line: line}
}

// add takes in text that no session reads.
func (a *aside) add(text []byte) error {
	if a == nil {
		return nil
	}
	for len(text) > 0 {
		n := min(len(text), 2*asideSize-len(a.text))
		a.text = append(a.text, text[:n]...)
		text = text[n:]
		if len(a.text) == 2*asideSize {
			if err := a.emitTo(seam(a.text), &Block{}); err != nil {
				return err
			}
		}
	}
	return nil
}

// finish emits the rest.
func (a *aside) finish() error {
	if a == nil {
		return nil
	}
	return a.emitTo(len(a.text), &Block{})
}

// emitTo emits the first n bytes with a block. Without either it emits nothing.
func (a *aside) emitTo(n int, b *Block) error {
	if n == 0 && b.packed == nil {
		return nil
	}
	b.Member = a.member
	if n > 0 {
		b.buffer = newBuffer(n)
		b.aside = format.Block{Data: *b.buffer, Offset: a.offset, Line: a.line}
		copy(b.aside.Data, a.text)
		a.offset += int64(n)
		a.line += int64(bytes.Count(a.text[:n], []byte{'\n'}))
		a.text = a.text[:copy(a.text, a.text[n:])]
	}
	return a.emit(b)
}

// seam returns where text is cut, in its second half: at the end of a line, else between fields.
func seam(text []byte) int {
	half := len(text) / 2
	if i := bytes.LastIndexByte(text[half:], '\n'); i >= 0 {
		return half + i + 1
	}
	if i := bytes.LastIndexAny(text[half:], ")}];, \t\x00"); i >= 0 {
		return half + i + 1
	}
	return len(text)
}

// all emits what a reader holds. What ends it early is of no account: nobody has promised to read it.
func (a *aside) all(from io.Reader) error {
	if a == nil {
		return nil
	}
	buffer := newBuffer(64 << 10)
	defer blockBuffers.Put(buffer)
	for {
		n, err := from.Read(*buffer)
		if err := errors.Join(a.ctx.Err(), a.add((*buffer)[:n])); err != nil {
			return err
		}
		if err != nil {
			return a.finish()
		}
	}
}
