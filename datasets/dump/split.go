package dump

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// text reads a member that is no container. What head holds is still to be read; end is what ended
// it, nil when there is more.
func (r *reading) text(m member, head []byte, end error) error {
	s := newSample(head)
	f := r.forced
	if f == nil {
		if kind := foreignTo(s); kind != nil {
			r.skip(m, kind.name, kind.sentence)
			return nil
		}
		f = formatOf(s)
	}
	var how session = lines{s.lineEnd()}
	if len(s.lines) > 0 {
		var err error
		if how, err = f.open(s); err != nil {
			r.skip(m, f.name(), err.Error())
			return nil
		}
	}
	if all, ok := how.(serial); ok {
		return r.serially(m, f.name(), all)
	}
	c := &splitter{reading: r, member: m, session: how, line: 1, seen: len(s.lines) > 0}
	err := c.run(len(head) - len(s.data) + how.skip())
	if c.seen || c.lost {
		r.read = append(r.read, f.name())
	}
	return err
}

// splitter cuts one member into blocks.
type splitter struct {
	*reading
	member  member
	session session
	buffer  *[]byte
	n       int   // bytes of buffer that are filled
	offset  int64 // of buffer in the member
	line    int64 // number of its first line
	seen    bool  // something that is not blank
	lost    bool  // the member ended in an error
}

// run reads the member to its end, without the skip bytes at its start.
func (s *splitter) run(skip int) error {
	s.buffer = newBuffer(max(skip, min(s.opts.BlockSize, s.limit())))
	end := s.fill()
	s.consume(min(skip, s.n))
	for {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		if end == nil {
			end = s.fill()
		}
		if end != nil {
			return s.finish(end)
		}
		switch cut := s.session.last(s.data()); {
		case cut > 0:
			if err := s.send(cut); err != nil {
				return err
			}
		case s.n < s.limit():
			s.replace(min(2*s.n, s.limit()))
		default:
			if err := s.skipRecord(&end); err != nil {
				return err
			}
		}
	}
}

// limit is the size of a buffer that holds the longest record with its line end.
func (s *splitter) limit() int { return s.opts.MaxRecord + len("\r\n") }

func (s *splitter) data() []byte { return (*s.buffer)[:s.n] }

// fill reads until the buffer is full or the member has ended.
func (s *splitter) fill() error {
	for s.n < len(*s.buffer) {
		n, err := s.member.from.Read((*s.buffer)[s.n:])
		s.n += n
		if err != nil {
			return err
		}
	}
	return nil
}

// finish deals with what is left at the end of the member.
func (s *splitter) finish(end error) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if err := s.send(s.session.last(s.data())); err != nil {
		return err
	}
	if end == io.EOF { // the last line needs no line end
		return s.send(s.n)
	}
	s.lost = true
	reason, sentence := s.failure(end)
	s.lose(s.member, sentence)
	return s.reject(int64(s.n), reason)
}

// failure says why a member ended early.
func (s *splitter) failure(err error) (Reason, string) {
	switch disk := s.src.err; {
	case disk != nil && disk != io.EOF:
		return ReasonReadError, fmt.Sprintf("failed to read it to its end: %v", cause(disk))
	case errors.Is(err, errOverLimit):
		return ReasonOverLimit,
			fmt.Sprintf("it unpacks to over %d times its size, the limit", maxRatio)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return ReasonTruncated, fmt.Sprintf("the %s stream ends early", s.member.stream)
	}
	return ReasonReadError, fmt.Sprintf("the %s stream is damaged: %v", s.member.stream, err)
}

// send emits the first n bytes as a block, unless they are one record that is too long.
func (s *splitter) send(n int) error {
	if n == 0 {
		return nil
	}
	data := s.data()[:n]
	text := bytes.TrimRight(data, "\r\n")
	if len(text) > s.opts.MaxRecord && s.session.last(text) == 0 {
		s.tooLong++
		if err := s.reject(int64(len(text)), ReasonTooLong); err != nil {
			return err
		}
		s.consume(n)
		return nil
	}
	s.seen = s.seen || !isBlank(data)
	block := &Block{
		Member: s.member.name, data: data, offset: s.offset, line: s.line, session: s.session,
		buffer: s.buffer,
	}
	s.advance(data)
	rest := s.data()[n:]
	s.buffer = newBuffer(max(min(s.opts.BlockSize, s.limit()), len(rest)))
	s.n = copy(*s.buffer, rest)
	return s.emit(block)
}

// reject emits a reject that begins with the buffer.
func (s *splitter) reject(length int64, reason Reason) error {
	at := Position{Offset: s.offset, Length: length, Line: s.line}
	return s.emit(&Block{Member: s.member.name, Rejects: []Reject{{at, reason}}})
}

// skipRecord lets a record stream by that is too long to be held; end is what ended the member.
func (s *splitter) skipRecord(end *error) error {
	s.tooLong++
	start := Position{Offset: s.offset, Line: s.line}
	for {
		i := indexLineEnd(s.data())
		if i >= 0 {
			start.Length = s.offset + int64(i) - start.Offset
			s.consume(i + 1)
			break
		}
		s.consume(s.n)
		if *end != nil {
			start.Length = s.offset - start.Offset
			break
		}
		if err := s.ctx.Err(); err != nil {
			return err
		}
		*end = s.fill()
	}
	s.seen = true
	return s.emit(&Block{Member: s.member.name, Rejects: []Reject{{start, ReasonTooLong}}})
}

// consume drops the first n bytes of the buffer.
func (s *splitter) consume(n int) {
	s.advance(s.data()[:n])
	s.n = copy(*s.buffer, s.data()[n:])
}

func (s *splitter) advance(over []byte) {
	s.offset += int64(len(over))
	s.line += int64(bytes.Count(over, []byte{s.session.lineEnd()}))
}

// replace goes on in a larger buffer.
func (s *splitter) replace(size int) {
	larger := newBuffer(size)
	copy(*larger, s.data())
	blockBuffers.Put(s.buffer)
	s.buffer = larger
}

// indexLineEnd returns where the first line ends, -1 when it does not.
func indexLineEnd(data []byte) int {
	i := bytes.IndexByte(data, '\n')
	if i >= 0 {
		data = data[:i]
	}
	if cr := bytes.IndexByte(data, '\r'); cr >= 0 {
		return cr
	}
	return i
}
