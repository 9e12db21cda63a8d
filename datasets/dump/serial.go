package dump

import "io"

// serially reads a member by a serial session. What ended it early is a reject, as for any other.
func (r *reading) serially(m member, f format, how serial) error {
	counted := &countingReader{from: m.from}
	out := newRecorder(r.ctx.Err, func(found *packet) error {
		return r.emit(&Block{Member: m.Name, packed: found})
	}, r.opts.MaxRecord)
	left, err := how.read(counted, out)
	r.account(m, f, out)
	if ctxErr := r.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if out.failed != nil {
		return out.failed
	}
	if err != nil {
		reason, sentence := ReasonReadError, err.Error()
		if counted.err != nil && counted.err != io.EOF {
			reason, sentence = failure(m, counted.err)
		}
		r.lose(m, sentence)
		left.Length = counted.n - left.Offset
		err = out.reject(left, reason)
	}
	if err == nil {
		err = out.flush()
	}
	if out.seen {
		r.books.holds()
	}
	return err
}

// account notes what a serial session has noticed of its member.
func (r *reading) account(m member, f format, out *recorder) {
	r.books.tooLong += out.tooLong
	for _, text := range out.lost {
		r.lose(m, text)
	}
	if out.refused != "" {
		r.skip(m, f.name(), out.refused)
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
