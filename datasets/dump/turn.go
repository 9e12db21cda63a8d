package dump

import (
	"bytes"
	"io"
	"slices"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/list"
	"github.com/credsieve/credsieve/datasets/dump/internal/shape"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

const (
	mostTurns = 64  // of a member: one that turns more often is made to
	mostTries = 256 // of a stretch: places that were looked at in vain
)

// stretch is a part of a member that is of one format. Most members are one stretch.
type stretch struct {
	member
	format format.Format
	at     leak.Position // where it begins in its member
}

// turn is where a stretch ends because another begins.
type turn struct {
	format format.Format
	at     leak.Position // in the member
	rest   []byte        // what was read of it
}

// turns finds where a stretch ends.
type turns struct {
	family shape.Family
	mark   []byte // what parts the fields of its lines
	start  int64  // of the stretch
	next   int64  // up to here no other begins
	begun  bool   // a line begins there
	tries  int
}

// turnsOf returns what finds the end of a stretch, nil when all of the member is of the format that was demanded.
func (r *reading) turnsOf(s stretch, how format.Session) *turns {
	family := shape.FamilyOf(s.format.Name())
	described := r.opts.Layout.Separator != "" || len(r.opts.Layout.Columns) > 0
	if r.window != nil || r.forced != nil || described || s.Table != "" || r.turned >= mostTurns || family == shape.FamilyUnspecified {
		return nil
	}
	return &turns{family: family, mark: markOf(how), start: s.at.Offset, next: s.at.Offset + 1}
}

// markOf returns what parts the fields of a session's lines where it knows.
func markOf(how format.Session) []byte {
	if m, ok := how.(format.Marked); ok {
		return m.Mark()
	}
	return nil
}

// begins returns the format of another family that begins with a line, nil when none does.
func (t *turns) begins(text []byte, ended bool) format.Format {
	text = text[:min(len(text), shape.Ahead)]
	if t.family != shape.FamilyList && shape.IsList(text, t.mark, t.family, ended) {
		return list.Combo{}
	}
	line := text
	if i := format.IndexLineEnd(text); i >= 0 {
		line = text[:i]
	}
	if t.tries >= mostTries || !shape.MayBegin(line, t.family) {
		return nil
	}
	for _, lines := range []int{4, 12, shape.Ahead} { // few at first: what follows may be of yet another shape
		head := shape.Lines(text, lines)
		sample := format.NewSample(head)
		f, score := formatOf(sample)
		family := shape.FamilyOf(f.Name())
		if score >= format.Certain && family != t.family && family != shape.FamilyList && yields(f, sample, head) {
			return f
		}
		if len(head) == len(text) {
			break
		}
	}
	t.tries++
	return nil
}

// beginning returns the format that a member begins with, where that is another than most of its sample is of.
func (r *reading) beginning(m member, s *format.Sample, f format.Format) format.Format {
	t := r.turnsOf(stretch{m, f, leak.Position{}}, nil)
	if t == nil {
		return f
	}
	text := bytes.TrimLeft(s.Data, "\r\n")
	if first := t.begins(text, len(text) < shape.Ahead); first != nil {
		return first
	}
	return f
}

// yields reports whether a format makes records of a text: one is dirt, as lists are full of.
func yields(f format.Format, sample *format.Sample, text []byte) bool {
	const least = 2
	records := 0
	record := func(r *leak.Record) {
		line := text[min(int(r.Offset), len(text)):min(int(r.Offset+r.Length), len(text))]
		if cut.LeadingEmail(line) == 0 && slices.ContainsFunc(r.Cuts, func(c leak.Cut) bool { return len(c.Secret) > 0 }) {
			records++
		}
	}
	how, err := f.Open(sample)
	if err != nil {
		return false
	}
	if all, ok := how.(format.Serial); ok {
		out := format.NewRecorder(func() error { return nil }, func(p *format.Packet) error {
			p.Parse(record, func(leak.Reject) {})
			return nil
		}, len(text))
		_, err := all.Read(bytes.NewReader(text), out)
		return err == nil && out.Flush() == nil && records >= least
	}
	skip := how.Skip()
	how.Parse(&format.Block{Data: text[skip:], Offset: int64(skip)}, record, func(leak.Reject) {})
	return records >= least
}

// find looks for a turn at the lines of data, which begins at an offset of the member and of which the first end bytes
// may be looked at. It returns where one is, or where it has come to.
func (t *turns) find(data []byte, offset int64, end int, ended bool, whole func(n int) bool) (at int, f format.Format) {
	i := int(max(t.next-offset, 0))
	begun := t.begun && t.next == offset
	for i < end {
		if i > 0 {
			begun = isLineEnd(data[i-1])
		}
		if !begun {
			n := format.IndexLineEnd(data[i:end])
			if n < 0 {
				break
			}
			i += n + 1
			continue
		}
		if watched, next := shape.Watched(offset + int64(i) - t.start); !watched {
			i += int(next)
			continue
		}
		if f := t.begins(data[i:], ended); f != nil && whole(i) {
			return i, f
		}
		i++
	}
	if end > 0 {
		t.next, t.begun = offset+int64(end), isLineEnd(data[end-1])
	}
	return end, nil
}

func isLineEnd(b byte) bool { return b == '\n' || b == '\r' }

// goOn reads a member on where it turned.
func (r *reading) goOn(m member, t *turn) (*turn, error) {
	r.turned++
	r.ranges.turn()
	m = m.rewritten(io.MultiReader(bytes.NewReader(t.rest), m.from))
	head := m.head
	if shape.FamilyOf(t.format.Name()) == shape.FamilyList {
		head = head[:min(len(head), shape.Ahead)] // what else follows tells nothing of it
	}
	sample := format.NewSample(head)
	sample.CR = r.cr
	how, err := t.format.Open(sample)
	if err != nil {
		t.format = list.Combo{}
		if how, err = t.format.Open(sample); err != nil {
			return nil, err
		}
	}
	r.books.turn(t.format.Name(), t.at)
	return r.stretch(stretch{m, t.format, t.at}, sample, how)
}

// stretch reads one stretch, and returns where it turned.
func (r *reading) stretch(s stretch, sample *format.Sample, how format.Session) (*turn, error) {
	if all, ok := how.(format.Serial); ok {
		return r.serially(s, all)
	}
	return r.split(s, sample, how)
}

// isWhole reports whether the records before a place are whole.
func isWhole(how format.Session, data []byte) bool { return cut.IsBlank(data[how.Last(data):]) }
