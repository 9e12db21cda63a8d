package claims

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/sweep"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// Sweeper finds what the records of blocks leave out. Each goroutine has its own.
type Sweeper struct {
	sweeper *sweep.Sweeper
	text    []byte // of a block whose lines end with CR
	claimed []sweep.Span
	known   []sweep.Span
	again   []*claim
}

// NewSweeper returns a sweeper.
func NewSweeper() *Sweeper { return &Sweeper{sweeper: sweep.New(sweep.Options{})} }

// Ask says what a sweep asks and tells. The slices that it hands out change after the call.
type Ask struct {
	// Ours reports whether an address is one of ours.
	Ours func(address []byte) bool
	// Found is called for each address that is, in order.
	Found func(m *sweep.Mention)
}

// Further returns what a text in the place of a password may stand for beside itself: what it is in hex or base64 as a
// whole, and what stands before a tool's note. It is for texts of records that name an account of ours.
func (s *Sweeper) Further(secret []byte) [][]byte { return cut.Further(secret) }

// Look has the sweep of a block look at a record again, because it names one of ours: where the reader guesses, as in
// a list, what stands beside the address may have been cut in another way. It reports whether the record is loose: a line
// that the reader has only guessed at. It is called after Parse, with the number of the record in the block, in
// ascending order.
func (s *Sweeper) Look(c *Claims, record int64) (loose bool) {
	if !c.guesses {
		return false
	}
	m := c.of(record)
	if m == nil {
		return false
	}
	if !c.lines {
		s.again = append(s.again, m)
		return false
	}
	line, mine := c.text.Data[m.Start:m.End], c.mine(m)
	if len(mine) > 0 && cut.SchemeEnd(line) > 0 {
		return false // URL, login and password leave nothing to guess
	}
	s.again = append(s.again, m)
	return c.isLoose(m)
}

// Loose reports what Look does, without having anything looked at again.
func (c *Claims) Loose(record int64) bool {
	if !c.lines {
		return false
	}
	m := c.of(record)
	return m != nil && c.isLoose(m)
}

func (c *Claims) isLoose(m *claim) bool {
	line, mine := c.text.Data[m.Start:m.End], c.mine(m)
	if len(mine) == 0 || cut.SchemeEnd(line) > 0 {
		return false
	}
	return isLooseLine(line, sweep.Span{Start: mine[0].Start - m.Start, End: mine[0].End - m.Start}, c.mark)
}

// Sweep looks at the text of a block without any notion of its format: at each e-mail address that no
// record of the block claims. It is called after Parse and before Release, on the same goroutine.
func (s *Sweeper) Sweep(c *Claims, ask Ask) sweep.Counts {
	defer func() { s.again = s.again[:0] }()
	if len(c.text.Data) == 0 {
		return sweep.Counts{}
	}
	in := sweep.Input{Text: c.text.Data}
	if bytes.IndexByte(in.Text, '\r') >= 0 && (c.lineEnd == '\r' || bytes.IndexByte(in.Text, '\n') < 0) {
		// The sweep knows lines by LF.
		s.text = append(s.text[:0], in.Text...)
		for i, b := range s.text {
			if b == '\r' {
				s.text[i] = '\n'
			}
		}
		in.Text = s.text
	}
	if c.lines {
		if !s.lines(c, &in) {
			return sweep.Counts{}
		}
	} else {
		in.Claimed, in.Single = s.sorted(s.without(c)), true
	}
	var hidden sweep.Counts
	counts := s.sweeper.Sweep(in, ask.Ours, func(m *sweep.Mention) {
		if c.holds(m.At, m.Address) {
			hidden.Claimed++
			switch m.Kind {
			case sweep.KindTried:
				hidden.Tried--
			case sweep.KindHashOnly:
				hidden.HashOnly--
			default:
				hidden.Untried--
			}
			hidden.Named--
			return
		}
		ask.Found(m)
	})
	counts.Add(hidden)
	return counts
}

// lines says what of a list is searched: rejects, records that hold more than the reader says, and the records
// between plain ones that stand beside these, for a user may have several lines. It reports whether there is any.
func (s *Sweeper) lines(c *Claims, in *sweep.Input) bool {
	s.known, s.claimed = s.known[:0], s.claimed[:0]
	records, rejects, again := c.list, c.rejects, s.again
	var run lineRun
	from := 0 // where what is not searched begins
	flush := func() {
		if run.look {
			if from < run.Start {
				s.known = append(s.known, sweep.Span{Start: from, End: run.Start})
			}
			from = run.End
		} else {
			s.claimed = s.claimed[:run.claimed]
		}
		run = lineRun{claimed: len(s.claimed)}
	}
	for len(records)+len(rejects) > 0 {
		at, look := sweep.Span{}, true
		var m *claim
		if len(rejects) == 0 || len(records) > 0 && records[0].Start < rejects[0].Start {
			m, records = &records[0], records[1:]
			at, look = m.Span, !m.whole
		} else {
			at, rejects = rejects[0], rejects[1:]
		}
		if run.End > 0 && !isBlankLines(c.text.Data[run.End:max(run.End, at.Start)]) {
			flush()
		}
		if m != nil && len(again) > 0 && again[0] == m {
			again, look = again[1:], true
		} else if m != nil {
			s.claimed = append(s.claimed, c.mine(m)...)
		}
		run.add(at, look)
	}
	flush()
	if from == 0 {
		return false
	}
	if from < len(c.text.Data) {
		s.known = append(s.known, sweep.Span{Start: from, End: len(c.text.Data)})
	}
	in.Claimed, in.Known = s.claimed, s.known
	return true
}

// lineRun is lines of a list one after the other of which none is plain.
type lineRun struct {
	sweep.Span
	look    bool // at one of them
	claimed int  // where their claims begin
}

func (r *lineRun) add(at sweep.Span, look bool) {
	if r.End == 0 {
		r.Start = at.Start
	}
	r.End, r.look = max(r.End, at.End), r.look || look
}

func isBlankLines(text []byte) bool {
	for _, b := range text {
		if b != '\n' && b != '\r' {
			return false
		}
	}
	return true
}

// without returns the spans of a block but for those of the records that are looked at again.
func (s *Sweeper) without(c *Claims) []sweep.Span {
	if len(s.again) == 0 {
		return c.spans
	}
	s.known = s.known[:0]
	from := 0
	for _, m := range s.again {
		s.known = append(s.known, c.spans[from:m.spans]...)
		from = m.spans + len(c.mine(m))
	}
	return append(s.known, c.spans[from:]...)
}

// sorted returns spans in order and apart.
func (s *Sweeper) sorted(spans []sweep.Span) []sweep.Span {
	byStart := func(a, b sweep.Span) int { return cmp.Compare(a.Start, b.Start) }
	s.claimed = append(s.claimed[:0], spans...)
	if !slices.IsSortedFunc(s.claimed, byStart) {
		slices.SortFunc(s.claimed, byStart)
	}
	n := 0
	for _, at := range s.claimed {
		if n > 0 && at.Start < s.claimed[n-1].End {
			s.claimed[n-1].End = max(s.claimed[n-1].End, at.End)
			continue
		}
		s.claimed[n] = at
		n++
	}
	s.claimed = s.claimed[:n]
	return s.claimed
}

// Place returns where a mention stands in its member.
func (c *Claims) Place(m *sweep.Mention) leak.Position {
	t := &c.text
	return leak.Position{
		Offset: t.Offset + int64(m.At.Start), Length: int64(m.At.End - m.At.Start),
		Line: t.Line + int64(bytes.Count(t.Data[:m.At.Start], []byte{c.lineEnd})),
	}
}

// isList reports whether a session reads lists.
func isList(how format.Session) bool {
	l, ok := how.(format.Linewise)
	return ok && l.Linewise()
}

func isGuessing(how format.Session) bool {
	g, ok := how.(format.Guessing)
	return ok && g.Guesses()
}

// markOf returns what parts the fields of a list, nil for the usual separators.
func markOf(how format.Session) []byte {
	if m, ok := how.(format.Marked); ok {
		return m.Mark()
	}
	return nil
}
