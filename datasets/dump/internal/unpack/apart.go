package unpack

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/credsieve/credsieve/datasets/dump/internal/apart"
)

// apart has a container taken apart in a child process, and hands on what the child finds, as if it had been found here.
func (w *walker) apart(m *Member, c container) error {
	s := &session{w: w, m: m, container: c}
	if !c.stream {
		at, give, err := w.randomAccess(m, c.name)
		if at == nil || err != nil {
			return err
		}
		defer give()
		s.at = at
	}
	if err := s.begin(); err != nil {
		w.skip(m, c.name, fmt.Sprintf("the process that takes it apart failed to start: %v", Cause(err)))
		return w.ctx.Err()
	}
	unwatch := context.AfterFunc(w.ctx, s.child.Kill)
	defer unwatch()
	err := s.run()
	if err == nil {
		err = w.ctx.Err()
	}
	if err != nil || s.broken != "" {
		s.child.End()
	}
	switch {
	case err != nil || s.broken == "":
		return err
	case w.members > m.Number:
		w.lose(m, s.broken)
		return nil
	}
	return s.nothing()
}

// session is one job of a child.
type session struct {
	w         *walker
	m         *Member
	container container
	at        *countingAt // nil: the container is a stream
	child     *apart.Process

	spent     apart.Spent // as the child has told
	start     int64       // of spent.Output
	delivered int64       // bytes of text
	heard     bool        // a frame has come
	broken    string      // why the child broke off
	buffer    []byte      // of what it asks for
	out       []byte
}

// nothing has the container visited as a stream that failed at once: it was not skipped, somebody has tried to read it.
func (s *session) nothing() error {
	s.w.members++
	text := &farText{session: s}
	m := &Member{Name: s.m.Name, Number: s.w.members, w: s.w, from: text, ended: text.sentence}
	if s.container.name == "parquet" {
		m.Table = "parquet"
	}
	return s.w.visitor.Visit(m)
}

// begin gives a child its job.
func (s *session) begin() (err error) {
	if s.child, err = s.w.opts.Apart.Take(false); err != nil {
		return err
	}
	s.spent = s.w.spent()
	s.start = s.spent.Output
	if err = s.send(); err != nil && s.child.Used() {
		return s.again()
	}
	return nil // else the first frame fails, and tells why
}

// again gives the job to a fresh child: one that waited for work can have been ended by somebody who needed memory.
func (s *session) again() (err error) {
	s.child.End()
	if s.child, err = s.w.opts.Apart.Take(true); err != nil {
		return err
	}
	_ = s.send() // as in begin
	return nil
}

// send sends the job, and all of a container that is small: most questions are saved that way.
func (s *session) send() error {
	const small = 32 << 10
	job := s.job()
	job.Ahead = s.at != nil && s.at.size <= small
	if err := s.child.Conn().SendJSON(apart.KindJob, job); err != nil || !job.Ahead {
		return err
	}
	return s.answer(apart.KindReadAt, apart.AppendReadAt(nil, 0, int(s.at.size)))
}

func (s *session) job() apart.Job {
	job := apart.Job{
		Container: s.container.name, Name: s.m.Name, Stream: s.m.stream, Number: s.m.Number, Depth: s.m.depth,
		Whole: s.m.whole, Size: -1, Limits: s.w.limits, Members: s.w.members, TooDense: s.w.tooDense, Consumed: s.w.consumed(), Spent: s.spent,
		Held: s.w.budget.held.Load(), Windows: s.w.budget.windows.Load(), Run: s.w.budget.run.state(),
	}
	if s.at != nil {
		job.Size, job.Read = s.at.size, s.at.n
	}
	if s.m.whole && s.w.src.parts != nil {
		job.Volumes = s.w.src.parts.ends
	}
	for _, password := range s.w.keys.passwords[:min(len(s.w.keys.passwords), maxPasswords)] {
		job.Passwords = append(job.Passwords, []byte(password))
	}
	return job
}

// run follows a job to its end. Its error is that of a Visit.
func (s *session) run() error {
	for {
		kind, body := s.next()
		switch {
		case s.broken != "":
			return nil
		case kind == apart.KindMember:
			if err := s.member(body); err != nil {
				return err
			}
		case kind == apart.KindEnd:
			s.end(body)
			return nil
		default:
			s.fail(errSpeech)
		}
	}
}

// errSpeech says that a child does not say what it should.
var errSpeech = errors.New("it does not speak as it should")

// next answers what the child asks, takes note of what it tells, and returns the next frame that is neither.
func (s *session) next() (apart.Kind, []byte) {
	for s.broken == "" {
		kind, body, err := s.child.Receive(s.w.limits.Silence)
		if err != nil && !s.heard && s.child.Used() && s.w.ctx.Err() == nil {
			if err = s.again(); err == nil {
				continue
			}
		}
		if err != nil {
			s.fail(err)
			break
		}
		s.heard = true
		switch kind {
		case apart.KindReadAt, apart.KindRead:
			err = s.answer(kind, body)
		case apart.KindSpent:
			err = s.note(apart.ReadSpent(body, s.spent))
		case apart.KindNote:
			err = s.fate(body)
		default:
			return kind, body
		}
		if err != nil {
			s.fail(err)
		}
	}
	return 0, nil
}

// fail ends the job early.
func (s *session) fail(err error) {
	if s.broken == "" {
		s.broken = s.child.Cause(s.w.limits.Silence, err) + ": " + s.container.way
	}
}

// answer reads what the child asks for.
func (s *session) answer(kind apart.Kind, body []byte) error {
	var a apart.Answer
	var err error
	switch off, n, ok := apart.ReadReadAt(body); {
	case kind == apart.KindReadAt && ok && s.at != nil:
		s.buffer = slices.Grow(s.buffer[:0], n)[:n]
		n, err = s.at.ReadAt(s.buffer, off)
		a.Data = s.buffer[:n]
	case kind == apart.KindRead && s.at == nil:
		n, ok := apart.ReadRead(body)
		if !ok {
			return errSpeech
		}
		s.buffer = slices.Grow(s.buffer[:0], n)[:n]
		n, err = s.m.from.Read(s.buffer)
		a.Data = s.buffer[:n]
	default:
		return errSpeech
	}
	a.Failure, a.Text = s.w.failure(err)
	a.Consumed = s.w.consumed()
	run := s.w.budget.run.state()
	a.Produced, a.Entered = run.Produced, run.Entered
	s.out = a.Append(s.out[:0])
	return s.child.Conn().Send(apart.KindAnswer, s.out)
}

// failure says what the error of a read is to somebody who cannot have the error itself.
func (w *walker) failure(err error) (apart.Failure, string) {
	over := limitError("")
	disk := w.src.err
	switch {
	case err == nil:
		return apart.None, ""
	case err == io.EOF:
		return apart.Ended, ""
	case disk != nil && disk != io.EOF:
		return apart.Disk, Cause(disk).Error()
	case errors.As(err, &over):
		return apart.OverLimit, string(over)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return apart.EndedEarly, ""
	}
	return apart.Other, err.Error()
}

// note spends what the child has spent.
func (s *session) note(now apart.Spent, ok bool) error {
	if !ok {
		return errSpeech
	}
	w, before := s.w, s.spent
	w.produced += now.Produced - before.Produced
	w.budget.output.Add(now.Output - before.Output)
	w.budget.entries.Add(now.Entries - before.Entries)
	w.budget.opening.Add(now.Opening - before.Opening)
	w.asked += now.Asked - before.Asked
	w.budget.run.add(now.Output-before.Output, now.Asked-before.Asked)
	s.spent = now
	return nil
}

// fate hands on what became of a member.
func (s *session) fate(body []byte) error {
	var f Fate
	if json.Unmarshal(body, &f) != nil || f.Kind < Skipped || f.Kind > Private || f.Files < 0 || f.Number < 0 || f.Last < 0 {
		return errSpeech
	}
	f.Name, f.Text, f.Format = printable(f.Name), printable(f.Text), printable(f.Format)
	s.w.visitor.Note(f)
	return nil
}

// member has a member visited.
func (s *session) member(body []byte) error {
	var about apart.Member
	if json.Unmarshal(body, &about) != nil || about.Number <= s.m.Number || about.Number <= s.w.members {
		s.fail(errSpeech)
		return nil
	}
	s.w.members = about.Number
	text := &farText{session: s}
	m := &Member{
		Name: printable(about.Name), Number: about.Number, Table: printable(about.Table), w: s.w, ended: text.sentence,
	}
	buffered := bufio.NewReaderSize(text, HeadSize)
	m.from = buffered
	m.Head, _ = buffered.Peek(HeadSize) // its end shows when it is read
	if err := s.w.ctx.Err(); err != nil {
		return err
	}
	if err := s.w.visitor.Visit(m); err != nil {
		return err
	}
	text.skip(about.Number)
	return s.w.ctx.Err()
}

// end takes over where the walk stands after the job.
func (s *session) end(body []byte) {
	var end apart.JobEnd
	if json.Unmarshal(body, &end) != nil || end.Members < s.w.members {
		s.fail(errSpeech)
		return
	}
	s.w.members, s.w.tooDense = end.Members, s.w.tooDense || end.TooDense
	s.w.keys.reorder(end.Keys)
	if end.Grown {
		s.child.End()
		return
	}
	s.w.opts.Apart.Give(s.child)
}

// farText is the text of a member while the child hands it out.
type farText struct {
	*session
	left []byte
	over bool
	end  apart.MemberEnd
}

var errFar = errors.New("it was not read to its end")

func (t *farText) Read(p []byte) (int, error) {
	for len(t.left) == 0 {
		switch {
		case t.broken != "":
			return 0, errFar
		case t.over && t.end.End == 0:
			return 0, io.EOF
		case t.over:
			return 0, errFar
		}
		t.receive()
	}
	n := copy(p, t.left)
	t.left = t.left[n:]
	return n, nil
}

// receive takes the next frame of the member.
func (t *farText) receive() {
	kind, body := t.next()
	switch {
	case t.broken != "":
	case kind == apart.KindText:
		t.delivered += int64(len(body))
		if t.delivered > t.spent.Output-t.start { // what it does not count would cost nothing
			t.fail(errSpeech)
			return
		}
		t.left = body
	case kind == apart.KindMemberEnd && json.Unmarshal(body, &t.end) == nil && t.end.End >= 0 && End(t.end.End) <= EndDamaged:
		t.over = true
	default:
		t.fail(errSpeech)
	}
}

// sentence says how the member ended, see Member.Ended.
func (t *farText) sentence() (End, string) {
	if t.broken != "" {
		return EndDamaged, t.broken
	}
	return End(t.end.End), printable(t.end.Sentence)
}

// skip lets the rest of the member be.
func (t *farText) skip(number int) {
	told := false
	for t.broken == "" && !t.over {
		if t.left = nil; !told {
			told = true
			if err := t.child.Conn().SendJSON(apart.KindSkip, number); err != nil {
				t.fail(io.EOF)
				return
			}
		}
		t.receive()
	}
}
