package dump

import (
	"io"

	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// serially reads a stretch by a serial session, and returns where it turned. What ended it early is a reject, as for any
// other.
func (r *reading) serially(m stretch, how format.Serial) (*turn, error) {
	read := &serialText{aside: r.newAside(m.Name, m.at.Offset, m.at.Line)}
	counted := &countingReader{from: m.from}
	out := format.NewRecorder(r.ctx.Err, func(found *format.Packet) error {
		if read.aside == nil {
			return r.emit(&Block{Member: m.Name, packed: found})
		}
		return read.emit(found)
	}, r.opts.MaxRecord)
	out.From(m.at.Offset, m.at.Line)
	next := r.watch(m, how, out)
	counted.read = func(text []byte) error { return read.add(text, out) }
	left, err := how.Read(counted, out)
	r.account(m.member, m.format, out)
	defer func() { // however it ends
		if out.Seen {
			r.books.holds()
		}
	}()
	if ctxErr := r.ctx.Err(); ctxErr != nil {
		return nil, ctxErr
	}
	if out.Failed != nil {
		return nil, out.Failed
	}
	if out.Turned != nil {
		next.rest = out.Turned.Rest
		next.at.Offset += out.Turned.At.Offset
		next.at.Line += out.Turned.At.Line - 1
		read.turn(next.at.Offset)
	}
	if err != nil {
		reason, sentence := leak.ReasonReadError, err.Error()
		if counted.err != nil && counted.err != io.EOF {
			reason, sentence = failure(m.member, counted.err)
		}
		r.lose(m.member, sentence)
		left.Length = counted.n - left.Offset
		err = out.Reject(left, reason)
	}
	read.ended = true
	if err == nil {
		err = out.Flush()
	}
	if err == nil {
		err = read.aside.finish()
	}
	if out.Turned == nil {
		next = nil
	}
	return next, err
}

// watch has the recorder of a serial session know where another format begins. It returns the turn, of which the place
// is that of the stretch.
func (r *reading) watch(m stretch, how format.Session, out *format.Recorder) *turn {
	next := &turn{at: m.at}
	if t := r.turnsOf(m, how); t != nil {
		out.Turns = func(text []byte, ended bool) bool {
			next.format = t.begins(text, ended)
			return next.format != nil
		}
	}
	return next
}

// serialText is what a serial session has read, until it was swept. It is emitted with the records that were
// made of it; what yields none is emitted once the session is past any record that could begin in it.
type serialText struct {
	aside *aside // nil: nobody sweeps
	ended bool
}

// emit emits a packet with the text that it is about.
func (t *serialText) emit(found *format.Packet) error {
	n := len(t.aside.text)
	if !t.ended {
		n = int(min(max(found.End()-t.aside.offset, 0), int64(n)))
	}
	return t.aside.emitTo(n, &Block{packed: found})
}

// turn forgets the text from an offset of the member on: another session reads it.
func (t *serialText) turn(offset int64) {
	if t.aside != nil {
		t.aside.text = t.aside.text[:max(0, min(int64(len(t.aside.text)), offset-t.aside.offset))]
	}
}

// add takes in what the session reads.
func (t *serialText) add(text []byte, out *format.Recorder) error {
	if t.aside == nil {
		return nil
	}
	t.aside.text = append(t.aside.text, text...)
	if len(t.aside.text) < out.MaxRecord+2*asideSize {
		return nil
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if n := len(t.aside.text) - out.MaxRecord; n > asideSize {
		return t.aside.emitTo(seam(t.aside.text[:n]), &Block{})
	}
	return nil
}

// account notes what a serial session has noticed of its member.
func (r *reading) account(m member, f format.Format, out *format.Recorder) {
	r.books.tooLong += out.TooLong
	for _, text := range out.Lost {
		r.lose(m, text)
	}
	if out.Refused != "" {
		r.skip(m, f.Name(), out.Refused)
	}
}

// countingReader knows how far a member was read and what ended it.
type countingReader struct {
	from io.Reader
	read func(text []byte) error // is shown what was read
	n    int64
	err  error
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n += int64(n)
	if failed := c.read(p[:n]); failed != nil {
		return n, failed
	}
	if err != nil {
		c.err = err
	}
	return n, err
}
