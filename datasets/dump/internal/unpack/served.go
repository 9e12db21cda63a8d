package unpack

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"runtime/metrics"
	"slices"
	"sync/atomic"
	"time"

	"github.com/credsieve/credsieve/datasets/dump/internal/apart"
)

// Decoders are what only a child links.
type Decoders struct {
	// Parquet writes the rows of a file as a table, see package rowtext. Its error is a sentence.
	Parquet func(in io.ReaderAt, size int64, to io.Writer) error
}

// Serve is a child of package apart: it does jobs until the run closes its end. Working is called now and then.
func Serve(in io.Reader, out io.Writer, decoders Decoders, working func()) error {
	// An archive may hold a hundred thousand small members: their frames travel together.
	together := bufio.NewWriterSize(out, HeadSize)
	s := &server{
		conn: apart.NewConn(in, together), out: together, decoders: decoders, working: working,
		jobs: make(chan job), answers: make(chan []byte),
	}
	defer close(s.jobs)
	go s.work()
	for {
		const mostOfJob = 64 << 20 // of the run's own making
		kind, body, err := s.conn.Receive(mostOfJob)
		if err != nil {
			return nil // the run is over, and whatever is under way with it
		}
		switch number := 0; kind {
		case apart.KindJob:
			j := job{Job: apart.Job{Limits: new(Limits)}}
			if err := json.Unmarshal(body, &j.Job); err != nil {
				return err
			}
			s.jobs <- j
		case apart.KindAnswer:
			s.answers <- bytes.Clone(body)
		case apart.KindSkip:
			if err := json.Unmarshal(body, &number); err != nil {
				return err
			}
			s.skip.Store(int64(number))
		}
	}
}

type job struct{ apart.Job }

// server is the child's side.
type server struct {
	conn     *apart.Conn
	out      *bufio.Writer // what conn sends, until flushed
	decoders Decoders
	working  func()
	worked   time.Time // when working was called

	jobs    chan job
	answers chan []byte  // to what the job under way asks
	skip    atomic.Int64 // number of a member that is not wanted

	w       *walker // of the job under way
	far     *Source // what it reads from, as far as its errors go
	outside int64   // bytes that were read of the input
	told    apart.Spent
	spent   []byte
	text    []byte
}

// work does one job after another. It ends when the other side does not take what it writes: then Serve ends as well.
func (s *server) work() {
	s.text = make([]byte, HeadSize)
	for j := range s.jobs {
		if err := s.do(j); err != nil {
			return
		}
	}
}

func (s *server) do(j job) error {
	limits, _ := j.Limits.(*Limits)
	budget := NewBudgetOf(*limits, runIn(j.Run))
	budget.output.Store(j.Spent.Output)
	budget.entries.Store(j.Spent.Entries)
	budget.opening.Store(j.Spent.Opening)
	budget.held.Store(j.Held)
	budget.windows.Store(j.Windows)
	s.outside, s.told = j.Consumed, j.Spent
	s.far = &Source{}
	s.w = &walker{
		ctx: context.Background(), src: s.far, limits: budget.limits, budget: budget, visitor: s,
		opts: Options{Budget: budget}, decoders: s.decoders, keys: newKeyring(j.Passwords), alive: s.alive,
		members: j.Members, tooDense: j.TooDense, produced: j.Spent.Produced, asked: j.Spent.Asked,
		consumed: func() int64 { return s.outside },
	}
	m := &Member{
		Name: j.Name, Number: j.Number, stream: j.Stream, depth: j.Depth, whole: j.Whole, volumes: j.Volumes, w: s.w,
	}
	if j.Size < 0 {
		m.from = &farStream{s}
	} else {
		far := &farAt{server: s}
		if j.Ahead {
			answer, err := s.answer()
			far.page, far.end = answer.Data, err
		}
		at := &countingAt{
			ctx: s.w.ctx, from: far, size: j.Size, progress: func(int64) {}, n: j.Read,
		}
		m.at = at
		if j.Whole {
			s.w.consumed = func() int64 { return min(at.n, at.size) } // as randomAccess has it
		}
	}
	i := slices.IndexFunc(containers(), func(c container) bool { return c.name == j.Container })
	if i < 0 {
		return errors.New("the container is unknown")
	}
	if err := containers()[i].open(s.w, m); err != nil {
		return err
	}
	if err := s.tell(); err != nil {
		return err
	}
	err := s.conn.SendJSON(apart.KindEnd, apart.JobEnd{
		Members: s.w.members, TooDense: s.w.tooDense, Keys: s.w.keys.order, Grown: hasGrown(),
	})
	return errors.Join(err, s.out.Flush())
}

// hasGrown reports whether the process holds so much memory that a new one is better.
func hasGrown() bool {
	const much = 128 << 20
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64()-samples[1].Value.Uint64() > much
}

// tell sends what was spent, if that has changed.
func (s *server) tell() error {
	if now := s.w.spent(); now != s.told {
		s.told = now
		s.spent = now.Append(s.spent[:0])
		return s.conn.Send(apart.KindSpent, s.spent)
	}
	return nil
}

// alive shows the run that something goes on, once in a while.
func (s *server) alive() {
	if now := time.Now(); now.Sub(s.worked) > time.Second {
		s.worked = now
		s.working()
		_, _ = s.tell(), s.out.Flush() // what does not arrive shows in the next frame
	}
}

// Visit hands out the text of a member.
func (s *server) Visit(m *Member) error {
	if err := s.tell(); err != nil {
		return err
	}
	about := apart.Member{Name: m.Name, Number: m.Number, Table: m.Table}
	if err := s.conn.SendJSON(apart.KindMember, about); err != nil {
		return err
	}
	for {
		if s.skip.Load() == int64(m.Number) {
			return s.conn.SendJSON(apart.KindMemberEnd, apart.MemberEnd{Skipped: true})
		}
		n, end := fill(m, s.text)
		if n > 0 {
			s.alive()
			if err := s.tell(); err != nil {
				return err
			}
			if err := s.conn.Send(apart.KindText, s.text[:n]); err != nil {
				return err
			}
		}
		if end != nil {
			return s.memberEnd(m, end)
		}
	}
}

func (s *server) memberEnd(m *Member, err error) error {
	var end apart.MemberEnd
	if err != io.EOF {
		how, sentence := m.Ended(err)
		end.End, end.Sentence = int(how), sentence
	}
	if err := s.tell(); err != nil {
		return err
	}
	return s.conn.SendJSON(apart.KindMemberEnd, end)
}

// fill reads until p is full or the reader ends.
func fill(from io.Reader, p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var k int
		k, err = from.Read(p[n:])
		n += k
	}
	return n, err
}

// Note hands out what became of a member.
func (s *server) Note(f Fate) {
	_ = s.tell() // as in alive
	_ = s.conn.SendJSON(apart.KindNote, f)
}

// ask asks the run for bytes.
func (s *server) ask(kind apart.Kind, question []byte) (apart.Answer, error) {
	s.alive()
	if err := s.tell(); err != nil {
		return apart.Answer{}, err
	}
	if err := errors.Join(s.conn.Send(kind, question), s.out.Flush()); err != nil {
		return apart.Answer{}, err
	}
	return s.answer()
}

// answer waits for an answer.
func (s *server) answer() (apart.Answer, error) {
	answer, err := apart.ReadAnswer(<-s.answers)
	if err != nil {
		return apart.Answer{}, err
	}
	s.outside = answer.Consumed
	s.w.budget.run.set(answer.Produced, answer.Entered)
	switch answer.Failure {
	case apart.OverLimit:
		return answer, limitError(answer.Text)
	case apart.Disk:
		s.far.err = errors.New(answer.Text)
		return answer, s.far.err
	}
	return answer, answer.Error()
}

// farStream is a stream that the run reads.
type farStream struct{ *server }

func (f *farStream) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	answer, err := f.ask(apart.KindRead, apart.AppendRead(nil, min(len(p), HeadSize)))
	return copy(p, answer.Data), err
}

// farAt is a file that the run reads. It asks for more than it needs when one read goes on where another ended.
type farAt struct {
	*server
	page []byte
	off  int64 // of page
	end  error // after page
	size int   // of the next page
}

func (f *farAt) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("there is nothing before a file")
	}
	for n < len(p) {
		at := off + int64(n)
		if at < f.off || at >= f.off+int64(len(f.page)) {
			if f.end != nil && at == f.off+int64(len(f.page)) {
				return n, f.end
			}
			if err := f.load(at, len(p)-n); err != nil {
				return n, err
			}
			continue
		}
		n += copy(p[n:], f.page[at-f.off:])
	}
	return n, nil
}

// load fills the page, with at least one byte unless it returns an error.
func (f *farAt) load(at int64, want int) error {
	const least, most = 16 << 10, 512 << 10
	if at == f.off+int64(len(f.page)) {
		f.size = min(2*f.size, most)
	} else {
		f.size = least
	}
	f.size = max(f.size, least)
	answer, err := f.ask(apart.KindReadAt, apart.AppendReadAt(nil, at, min(max(f.size, want), most)))
	f.off, f.page, f.end = at, answer.Data, err
	if len(f.page) == 0 && err == nil {
		err = io.ErrNoProgress
	}
	if len(f.page) > 0 {
		return nil
	}
	f.end = nil
	return err
}
