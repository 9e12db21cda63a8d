package dump

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/dump/internal/bracketed"
	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/keyed"
	"github.com/credsieve/credsieve/datasets/dump/internal/list"
	"github.com/credsieve/credsieve/datasets/dump/internal/shape"
	"github.com/credsieve/credsieve/datasets/dump/internal/unpack"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// text reads a member by a format that is demanded or that its beginning tells.
func (r *reading) text(m member) error {
	r.turned = 0
	s := format.NewSample(m.head)
	s.Exact = m.Table != ""
	f, score := r.forced, 0
	if f == nil && !s.Exact {
		if m, ok := m.unmarked(s); ok {
			return r.text(m)
		}
	}
	if f == nil && s.Exact {
		f = formatOfTable(s)
	}
	if f == nil {
		if kind := foreignTo(s); kind != nil {
			r.skip(m, kind.name, kind.sentence)
			return r.newAside(m.Name, 0, 1).all(m.from)
		}
		if f, score = formatOf(s); f.Name() != "sql" && bracketed.Looks(s.Data, s.Whole()) {
			return r.text(m.tabled(bracketed.NewReader(m.unsigned())))
		}
		if m, ok := m.joined(s); ok {
			return r.text(m)
		}
		if first := r.beginning(m, s, f); first != f {
			f, score = first, format.Certain
		}
	}
	f = r.opts.Layout.format(f)
	reader := f
	if len(s.Lines) > 0 {
		r.books.encodings = append(r.books.encodings, m.encodingOf(s))
	} else {
		reader = list.Combo{} // blank lines are nothing in any format, and few can be opened on them
	}
	how, err := reader.Open(s)
	if err != nil {
		r.skip(m, m.reported(f), err.Error())
		return r.newAside(m.Name, 0, 1).all(m.from)
	}
	r.books.open(m, m.reported(f), r.why(s, score), m.encodingOf(s))
	r.cr = s.CR
	whole := stretch{m, f, leak.Position{Line: 1}}
	if r.window != nil {
		return r.windowed(whole, s, how)
	}
	r.ranges.look(m, how)
	next, err := r.stretch(whole, s, how)
	for next != nil && err == nil {
		next, err = r.goOn(m, next)
	}
	return err
}

// tabled returns a member as the table that a reader makes of it. Positions then count the bytes of that.
func (m member) tabled(from io.Reader) member {
	as := *m.Member
	as.Table = "json"
	m.Member = &as
	return m.rewritten(from)
}

// joined returns the users of a member of which each row is one value of a user, and false for any other.
func (m member) joined(s *format.Sample) (member, bool) {
	users := keyed.NewReader(m.from, s)
	if m.markup || users == nil {
		return m, false
	}
	m.unsigned()
	m = m.rewritten(users)
	m.markup = true
	return m, true
}

// unsigned returns the text of a member without its byte order mark, which would be a part of the first row.
func (m member) unsigned() io.Reader {
	if bytes.HasPrefix(m.head, []byte(cut.ByteOrderMark)) {
		_, _ = io.CopyN(io.Discard, m.from, int64(len(cut.ByteOrderMark))) // an error shows again when it is read
	}
	return m.from
}

// rewritten returns a member whose text another reader yields.
func (m member) rewritten(from io.Reader) member {
	buffered := bufio.NewReaderSize(from, format.SampleSize)
	m.from = buffered
	m.head, _ = buffered.Peek(format.SampleSize) // an error shows again when it is read
	return m
}

// split cuts a stretch into blocks.
func (r *reading) split(m stretch, sample *format.Sample, how format.Session) (*turn, error) {
	mark := 0
	if bytes.HasPrefix(m.head, []byte(cut.ByteOrderMark)) {
		mark = len(cut.ByteOrderMark)
	}
	skip := mark + how.Skip()
	if r.window != nil && r.window.From > 0 {
		skip = 0 // what the member begins with is elsewhere
	} else if err := r.rejectAbove(m, how, int64(mark)); err != nil {
		return nil, err
	}
	s := &splitter{
		reading: r, member: m.member, session: how, offset: m.at.Offset, line: m.at.Line, seen: holdsRecords(sample, how),
		turns: r.turnsOf(m, how),
	}
	s.enclosed, _ = how.(format.Enclosed)
	err := s.run(skip)
	if s.seen || s.lost {
		r.books.holds()
	}
	return s.turned, err
}

// rejectAbove rejects what stands above the first record and is not structure.
func (r *reading) rejectAbove(m stretch, how format.Session, mark int64) error {
	p, ok := how.(format.Preambled)
	if !ok || len(p.Preamble()) == 0 {
		return nil
	}
	b := &Block{Member: m.Name}
	for _, at := range p.Preamble() {
		at.Offset += m.at.Offset + mark
		at.Line += m.at.Line - 1
		b.Rejects = append(b.Rejects, leak.Reject{Position: at, Reason: leak.ReasonNotARecord})
	}
	return r.emit(b)
}

// holdsRecords reports whether the sample holds more than a header.
func holdsRecords(s *format.Sample, how format.Session) bool {
	if p, ok := how.(format.Preambled); ok && len(p.Preamble()) > 0 {
		return true
	}
	return !cut.IsBlank(s.Data[how.Skip():])
}

// why says in words how the format of a member was found.
func (r *reading) why(s *format.Sample, score int) string {
	switch {
	case r.forced != nil:
		return "it was demanded by --format or a sidecar"
	case s.Exact:
		return "it is a table of named columns"
	case len(s.Lines) == 0:
		return ""
	case score >= format.Tabular:
		return "its beginning is of that format and of no other"
	default:
		if len(s.Lines) == 1 && score == 100 {
			return "its first line looks like it"
		}
		return fmt.Sprintf("%d%% of its first %s like it", score, counted.As(len(s.Lines), "line looks", "lines look"))
	}
}

// splitter cuts one member into blocks.
type splitter struct {
	*reading
	member  member
	session format.Session
	buffer  *[]byte
	size    int   // of a buffer, but for records that need a larger one
	n       int   // bytes of buffer that are filled
	offset  int64 // of buffer in the member
	line    int64 // number of its first line
	seen    bool  // something that is not blank
	lost    bool  // the member ended in an error

	turns  *turns // nil: the format was demanded
	turned *turn

	enclosed format.Enclosed // the session, if it is one
	tail     []byte          // what came last, for it
}

// run reads the member to its end, without the skip bytes at its start.
func (s *splitter) run(skip int) error {
	s.size = min(s.opts.BlockSize+s.ahead(), s.limit())
	if head := len(s.member.head); head < format.SampleSize {
		s.size = min(s.size, head+1) // that is all of it: the last byte is for its end
	}
	s.buffer = newBuffer(max(skip, s.size))
	end := s.fill()
	if err := s.aside(s.data()[:min(skip, s.n)]); err != nil {
		return err
	}
	s.consume(min(skip, s.n))
	if len(*s.buffer) > s.size { // a long header: no record may be longer for it
		s.replace(max(s.size, s.n))
	}
	for {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		if end == nil {
			end = s.fill()
		}
		to := s.look(end != nil)
		if s.turned != nil || end != nil {
			return s.finish(end)
		}
		switch cut := s.lastOf(to); {
		case s.ctx.Err() != nil:
			return s.ctx.Err()
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

// look looks for the place where another format begins. It returns how much of the buffer is known to be of this one.
func (s *splitter) look(ended bool) int {
	if s.turns == nil {
		return s.n
	}
	end := s.n
	if !ended {
		end = max(0, s.n-shape.Ahead)
	}
	at, f := s.turns.find(s.data(), s.offset, end, ended, func(n int) bool { return isWhole(s.session, s.data()[:n]) })
	if f == nil {
		return end
	}
	data := s.data()
	s.turned = &turn{
		format: f, rest: bytes.Clone(data[at:]),
		at: leak.Position{
			Offset: s.offset + int64(at), Line: s.line + int64(bytes.Count(data[:at], []byte{s.session.LineEnd()})),
		},
	}
	s.n = at
	return at
}

// lastOf returns where the last whole record ends in the beginning of the buffer: in as much as a block has, or else in
// twice as much and so on.
func (s *splitter) lastOf(to int) int {
	data := s.data()
	for size := s.opts.BlockSize; ; size *= 2 {
		part := data[:min(size, to)]
		if n := s.lastIn(part); n > 0 || len(part) == to || s.ctx.Err() != nil {
			return n
		}
	}
}

// last returns where the last whole record in the buffer ends, or any number when the run is over.
func (s *splitter) last() int { return s.lastIn(s.data()) }

func (s *splitter) lastIn(data []byte) int {
	if how, ok := s.session.(format.Cancellable); ok {
		return how.LastWithin(s.ctx, data)
	}
	return s.session.Last(data)
}

// ahead is how much more than a block is read.
func (s *splitter) ahead() int {
	if s.turns == nil {
		return 0
	}
	return shape.Ahead
}

// limit is the size of a buffer that holds the longest record with its line end.
func (s *splitter) limit() int {
	if a, ok := s.session.(format.Lookahead); ok {
		return s.opts.MaxRecord + len("\r\n") + a.Ahead() + s.ahead()
	}
	return s.opts.MaxRecord + len("\r\n") + s.ahead()
}

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
	for s.turns != nil && s.n > s.opts.BlockSize { // what was read ahead
		cut := s.lastOf(s.n)
		if cut == 0 || cut == s.n || s.ctx.Err() != nil {
			break
		}
		if err := s.send(cut); err != nil {
			return err
		}
	}
	cut := s.last()
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if err := s.send(cut); err != nil {
		return err
	}
	if end == io.EOF || s.turned != nil { // the last line needs no line end
		if d, ok := s.session.(format.Finisher); ok && d.Unfinished(s.data()) {
			s.lose(s.member, "it ends in the middle of a record")
		} else if s.keepTail(s.data()); s.enclosed != nil && s.enclosed.Open(s.tail) {
			s.lose(s.member, "it ends in the middle of a list: what followed is missing")
		}
		return s.send(s.n)
	}
	s.lost = true
	reason, sentence := failure(s.member, end)
	s.lose(s.member, sentence)
	if err := s.aside(s.data()); err != nil {
		return err
	}
	return s.reject(int64(len(bytes.TrimRight(s.data(), "\r\n"))), reason)
}

// failure says why a member ended early.
func failure(m member, err error) (leak.Reason, string) {
	how, sentence := m.Ended(err)
	switch how {
	case unpack.EndByLimit:
		return leak.ReasonOverLimit, sentence
	case unpack.EndEarly:
		return leak.ReasonTruncated, sentence
	}
	return leak.ReasonReadError, sentence
}

// send emits the first n bytes as a block, unless they are one record that is too long.
func (s *splitter) send(n int) error {
	if n == 0 {
		return nil
	}
	data := s.data()[:n]
	text := bytes.TrimRight(data, "\r\n")
	if len(text) > s.opts.MaxRecord && s.session.Last(text) == 0 {
		s.books.tooLong++
		if err := s.reject(int64(len(text)), leak.ReasonTooLong); err != nil {
			return err
		}
		if err := s.aside(data); err != nil {
			return err
		}
		s.consume(n)
		return nil
	}
	s.seen = s.seen || !cut.IsBlank(data)
	block := &Block{
		Member: s.member.Name, text: format.Block{Data: data, Offset: s.offset, Line: s.line}, session: s.session,
		buffer: s.buffer,
	}
	s.advance(data)
	rest := s.data()[n:]
	s.buffer = newBuffer(max(s.size, len(rest)))
	s.n = copy(*s.buffer, rest)
	return s.emit(block)
}

// aside emits a part of the buffer for sweeps only.
func (s *splitter) aside(text []byte) error {
	if cut.IsBlank(bytes.TrimPrefix(text, []byte(cut.ByteOrderMark))) {
		return nil
	}
	a := s.newAside(s.member.Name, s.offset, s.line)
	if err := a.add(text); err != nil {
		return err
	}
	return a.finish()
}

// reject emits a reject that begins with the buffer.
func (s *splitter) reject(length int64, reason leak.Reason) error {
	at := leak.Position{Offset: s.offset, Length: length, Line: s.line}
	return s.emit(&Block{Member: s.member.Name, Rejects: []leak.Reject{{Position: at, Reason: reason}}})
}

// skipRecord lets a record stream by that is too long to be held; end is what ended the member.
func (s *splitter) skipRecord(end *error) error {
	if n := len(s.data()) - len(bytes.TrimLeft(s.data(), "\r\n")); n > 0 {
		s.consume(n) // blank lines before it are not part of it, and alone they are not a record
		return nil
	}
	s.books.tooLong++
	start := leak.Position{Offset: s.offset, Line: s.line}
	passing := s.newAside(s.member.Name, s.offset, s.line)
	ends, lineEnd := format.IndexLineEnd, 1
	if o, ok := s.session.(format.Overlong); ok {
		ends, lineEnd = o.Overlong(), 0
	}
	for {
		i := ends(s.data())
		if i == 0 && lineEnd == 0 {
			i = 1 // an end at the very beginning would never be passed
		}
		passed := s.n
		if i >= 0 {
			passed = i
		}
		if err := passing.add(s.data()[:passed]); err != nil {
			return err
		}
		if i >= 0 {
			start.Length = s.offset + int64(i) - start.Offset
			s.consume(i + lineEnd)
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
	if err := passing.finish(); err != nil {
		return err
	}
	return s.emit(&Block{Member: s.member.Name, Rejects: []leak.Reject{{Position: start, Reason: leak.ReasonTooLong}}})
}

// consume drops the first n bytes of the buffer.
func (s *splitter) consume(n int) {
	s.advance(s.data()[:n])
	s.n = copy(*s.buffer, s.data()[n:])
}

func (s *splitter) advance(over []byte) {
	s.keepTail(over)
	s.offset += int64(len(over))
	s.line += int64(bytes.Count(over, []byte{s.session.LineEnd()}))
}

// keepTail keeps what the member ends with so far.
func (s *splitter) keepTail(over []byte) {
	if s.enclosed == nil {
		return
	}
	over = over[max(len(over)-format.TailSize, 0):]
	if over := len(s.tail) + len(over) - format.TailSize; over > 0 {
		s.tail = s.tail[:copy(s.tail, s.tail[over:])]
	}
	s.tail = append(s.tail, over...)
}

// replace goes on in a larger buffer.
func (s *splitter) replace(size int) {
	larger := newBuffer(size)
	copy(*larger, s.data())
	blockBuffers.Put(s.buffer)
	s.buffer = larger
}
