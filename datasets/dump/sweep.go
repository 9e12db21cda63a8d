package dump

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/sweep"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// The names of the sweep, for whoever asks [Block.Sweep].
type (
	// Mention is an address that stands in a block and that no record claims, with the texts beside it.
	Mention = sweep.Mention
	// SweepCounts are what a sweep has seen.
	SweepCounts = sweep.Counts
)

// Sweeper finds what the records of blocks leave out. Each goroutine has its own.
type Sweeper struct {
	sweeper *sweep.Sweeper
	claimed []sweep.Span
	known   []sweep.Span
	look    []sweep.Span
	again   []*claim
}

// NewSweeper returns a sweeper.
func NewSweeper() *Sweeper { return &Sweeper{sweeper: sweep.New(sweep.Options{})} }

// Swept says what a sweep asks and tells. The slices that it hands out change after the call.
type Swept struct {
	// Ours reports whether an address is one of ours.
	Ours func(address []byte) bool
	// Found is called for each address that is, in order.
	Found func(m *Mention)
}

// Look has the sweep of a block look at a record again, because it names one of ours: in a list only, where
// what stands beside the address may have been cut in another way. It reports whether the record is loose: a line
// that the reader has only guessed at. It is called after Parse, with the number of the record in the block, in
// ascending order.
func (b *Block) Look(s *Sweeper, record int64) (loose bool) {
	if b.claims == nil || !b.claims.lines {
		return false
	}
	m := b.claims.of(record)
	if m == nil {
		return false
	}
	line, mine := b.claims.text.Data[m.Start:m.End], b.claims.mine(m)
	if len(mine) > 0 && cut.SchemeEnd(line) > 0 {
		return false // URL, login and password leave nothing to guess
	}
	s.again = append(s.again, m)
	if len(mine) == 0 {
		return false
	}
	return isLoose(line, sweep.Span{Start: mine[0].Start - m.Start, End: mine[0].End - m.Start})
}

// Sweep looks at the text of a block without any notion of its format: at each e-mail address that no
// record of the block claims. It is called after Parse and before Release, on the same goroutine.
func (b *Block) Sweep(s *Sweeper, ask Swept) SweepCounts {
	defer func() { s.again = s.again[:0] }()
	c := b.claims
	if c == nil || len(c.text.Data) == 0 {
		return SweepCounts{}
	}
	in := sweep.Input{Text: c.text.Data}
	if c.lines {
		if !s.lines(c, &in) {
			return SweepCounts{}
		}
	} else {
		in.Claimed, in.Single = s.sorted(c.spans), true
	}
	var hidden SweepCounts
	counts := s.sweeper.Sweep(in, ask.Ours, func(m *Mention) {
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

// lines says what of a list is searched: rejects, and records that hold more than the reader says. It
// reports whether there is any.
func (s *Sweeper) lines(c *claims, in *sweep.Input) bool {
	s.look, s.claimed = append(s.look[:0], c.rejects...), s.claimed[:0]
	again := s.again
	for i := range c.list {
		m := &c.list[i]
		if len(again) > 0 && again[0] == m {
			again = again[1:]
			s.look = append(s.look, m.Span)
			continue
		}
		if !m.whole {
			s.look = append(s.look, m.Span)
			s.claimed = append(s.claimed, c.mine(m)...)
		}
	}
	if len(s.look) == 0 {
		return false
	}
	slices.SortFunc(s.look, func(a, b sweep.Span) int { return cmp.Compare(a.Start, b.Start) })
	s.known = s.known[:0]
	from := 0
	for _, at := range s.look {
		if between := c.text.Data[min(from, at.Start):at.Start]; len(bytes.Trim(between, "\r\n")) > 0 {
			s.known = append(s.known, sweep.Span{Start: from, End: at.Start})
		}
		from = at.End
	}
	if rest := c.text.Data[from:]; len(bytes.Trim(rest, "\r\n")) > 0 {
		s.known = append(s.known, sweep.Span{Start: from, End: len(c.text.Data)})
	}
	in.Claimed, in.Known = s.claimed, s.known
	return true
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
func (b *Block) Place(m *Mention) leak.Position {
	t := &b.claims.text
	return leak.Position{
		Offset: t.Offset + int64(m.At.Start), Length: int64(m.At.End - m.At.Start),
		Line: t.Line + int64(bytes.Count(t.Data[:m.At.Start], []byte{b.lineEnd()})),
	}
}

func (b *Block) lineEnd() byte {
	if b.session != nil {
		return b.session.LineEnd()
	}
	return '\n'
}

// isList reports whether a session reads lists.
func isList(how format.Session) bool {
	l, ok := how.(format.Linewise)
	return ok && l.Linewise()
}
