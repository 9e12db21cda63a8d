package dump

import (
	"io"

	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// serially reads a member by a serial session. What ended it early is a reject, as for any other.
func (r *reading) serially(m member, f format.Format, how format.Serial) error {
	counted := &countingReader{from: m.from}
	out := format.NewRecorder(r.ctx.Err, func(found *format.Packet) error {
		return r.emit(&Block{Member: m.Name, packed: found})
	}, r.opts.MaxRecord)
	left, err := how.Read(counted, out)
	r.account(m, f, out)
	if ctxErr := r.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if out.Failed != nil {
		return out.Failed
	}
	if err != nil {
		reason, sentence := leak.ReasonReadError, err.Error()
		if counted.err != nil && counted.err != io.EOF {
			reason, sentence = failure(m, counted.err)
		}
		r.lose(m, sentence)
		left.Length = counted.n - left.Offset
		err = out.Reject(left, reason)
	}
	if err == nil {
		err = out.Flush()
	}
	if out.Seen {
		r.books.holds()
	}
	return err
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
	n    int64
	err  error
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n += int64(n)
	if err != nil {
		c.err = err
	}
	return n, err
}
