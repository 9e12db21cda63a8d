// Package sweep looks at a block of text a second time, without any notion of its format.
//
// A reader that misunderstands a layout sees nothing in it. So every e-mail address that stands in
// the text and that no reader claims is found here, and whoever knows the users is asked about it.
// For those that are known, the texts beside the address are handed out as candidates.
//
// # Flow
//
//  1. Find. The sign @ and what encodes it (%40, \u0040, &#64;, =40, [at], the full-width form) are searched
//     for as bytes, and words of base64 or hex by looking at every sixteenth byte. What stands around a
//     sign is decoded as far as an address can reach. Text without any of them costs a fraction of a
//     nanosecond a byte.
//  2. Ask. Each address that is not claimed is given to [Sweeper.Sweep]'s caller, who says whether it is
//     one of the organisation's. Where it does not say itself where it begins and ends
//     ("user=ann@example.com", "ann@example.com----secret"), each plausible reading is asked, the
//     longest first.
//  3. Split. Around an address that is known, the text is split into atoms: quoted strings whole, words
//     otherwise. Between atoms are gaps; each has a depth of brackets or tags and a rank (key and value,
//     space, separator, line end, ruled or blank line).
//  4. Bound. A record ends at the strongest gap between two addresses. Where that gap occurs more than
//     once between them, repeated labels or an equal distance of the addresses decide which of its
//     places is the border; where neither does, only the line or item itself is the record. The same
//     kind of gap ends the record on its other side.
//  5. Order. What a label for a password introduces comes first, then what is near.
//
// # Promise
//
// A candidate never comes from another record that has an address of its own, as far as borders can be
// known. Work is linear in the text: see the constants. What a limit cut off is counted.
//
// # Not promised
//
// Words of base64 or hex are looked into when they have 16 bytes or more, once. Text that is compressed
// or encrypted inside of a field is not looked into. Records that are wider than [Reach] on a side are
// seen in part.
package sweep

import "slices"

// Span is a stretch of a text, from its first byte to the one after its last.
type Span struct{ Start, End int }

// Input is a block of text, in UTF-8 or at least with ASCII in it. It begins and ends where a record or a
// line does; what lies outside of it is not known, so a record cut in two is two.
type Input struct {
	Text []byte
	// Claimed are the identifiers of the cuts that a reader made, in order. An address that shares a
	// byte with one is claimed.
	Claimed []Span
	// Single says that each of Claimed holds one @. Then a text that holds no other is known at a glance.
	Single bool
	// Known are stretches, in order, that hold no address besides claimed ones; they are not searched.
	// Lines that a reader took as plain are such.
	Known []Span
}

// Kind says what stands beside an address.
type Kind uint8

// The kinds of a mention.
const (
	KindUnspecified Kind = iota
	KindTried            // there are texts that may be its password
	KindHashOnly         // no such text, but a hash
	KindUntried          // nothing
)

// Mention is an address that is known, with what stands beside it. It is valid during the call only.
type Mention struct {
	Address []byte // decoded; as it was asked
	At      Span   // where it stands, as it is written
	Kind    Kind
	Texts   [][]byte // candidates, decoded, the likeliest first, each once
	Hashes  [][]byte // texts that are shaped like hashes, at most 4
	Cut     bool     // a limit kept texts back
}

// Counts are of one block or, added, of many.
//
//	Addresses = Claimed + Unknown + Named
//	Named     = Tried + HashOnly + Untried
type Counts struct {
	Addresses int64 // that stand in the searched text
	Claimed   int64 // of these, what readers claim
	Unknown   int64 // asked, and not known
	Named     int64 // known
	Tried     int64
	HashOnly  int64
	Untried   int64

	TextsCut    int64 // mentions with more candidates than Options.Texts
	ReachCut    int64 // mentions whose record reaches out of what is looked at
	MentionsCut int64 // mentions beyond Options.Mentions: Untried, whatever stands beside them

	Work int64 // steps; linear in the text
}

// Add adds the counts of another block.
func (c *Counts) Add(o Counts) {
	c.Addresses += o.Addresses
	c.Claimed += o.Claimed
	c.Unknown += o.Unknown
	c.Named += o.Named
	c.Tried += o.Tried
	c.HashOnly += o.HashOnly
	c.Untried += o.Untried
	c.TextsCut += o.TextsCut
	c.ReachCut += o.ReachCut
	c.MentionsCut += o.MentionsCut
	c.Work += o.Work
}

const (
	// DefaultTexts bounds the verifications that a mention can cost. Measured on random layouts, the
	// password is among the first ten in 99 of 100 cases; twice that allows for wide tables.
	DefaultTexts = 24
	// DefaultMentions bounds what an address costs that is repeated in a block. A forum's dump names a
	// user before each of their posts: some hundred a block; more is no record of a user any more.
	DefaultMentions = 256
	// Reach is how many bytes on each side of an address are looked at. A row with a long text in it
	// fits; the rest of a line of megabytes is not this address's record.
	Reach = 4 << 10
)

// Options bound what is handed out. A field that is zero stands for its default.
type Options struct {
	Texts    int // candidates of a mention
	Mentions int // mentions of one address in one block that get candidates
}

// Sweeper sweeps blocks, one at a time. It keeps memory but nothing of a block.
type Sweeper struct {
	opts   Options
	counts Counts
	text   []byte
	finder finder
	forms  []form
	seen   map[string]int
	window window
	inner  *Sweeper // for texts inside of fields; nil at the last level
	list   candidates
}

// New returns a sweeper.
func New(opts Options) *Sweeper {
	if opts.Texts <= 0 {
		opts.Texts = DefaultTexts
	}
	if opts.Mentions <= 0 {
		opts.Mentions = DefaultMentions
	}
	const levels = 3 // JSON in a cell, a line in a field of that, a login in base64 in that
	var s *Sweeper
	for range levels {
		s = &Sweeper{opts: opts, seen: map[string]int{}, inner: s}
	}
	return s
}

// Sweep finds the addresses of a block. It asks ours about each that is not claimed, and calls found for
// those that are ours, in order. Both get slices that change after the call.
func (s *Sweeper) Sweep(in Input, ours func(address []byte) bool, found func(*Mention)) Counts {
	s.counts, s.text = Counts{}, in.Text
	clear(s.seen)
	if in.Single && len(in.Known) == 0 && s.finder.bare(in.Text, len(in.Claimed), &s.counts) {
		s.counts.Addresses, s.counts.Claimed = int64(len(in.Claimed)), int64(len(in.Claimed))
		return s.counts
	}
	s.window.reset(in.Text)
	s.finder.find(in.Text, in.Claimed, in.Known, &s.counts)
	hits := s.finder.hits
	claims, weak := in.Claimed, false
	for i := range hits {
		h := &hits[i]
		for len(claims) > 0 && claims[0].End <= int(h.start) {
			claims = claims[1:]
		}
		s.counts.Addresses++
		if h.claimed {
			s.counts.Claimed++
			continue
		}
		if len(claims) > 0 && claims[0].Start < int(h.end) && !h.weak {
			s.counts.Claimed++
			h.claimed = true
			continue
		}
		switch {
		case s.ask(h, ours):
			s.counts.Named++
			h.ours = true
		case h.weak:
			s.counts.Addresses--
			weak = true
		default:
			s.counts.Unknown++
		}
	}
	if weak {
		s.finder.hits = slices.DeleteFunc(hits, func(h hit) bool { return h.weak && !h.ours })
		hits = s.finder.hits
	}
	for i := range hits {
		if hits[i].ours {
			s.mention(i, found)
		}
	}
	return s.counts
}

// ask gives each reading of an address to ours, and keeps the one that is known.
func (s *Sweeper) ask(h *hit, ours func([]byte) bool) bool {
	s.forms = s.finder.forms(h, s.forms[:0])
	for _, f := range s.forms {
		s.counts.Work += int64(len(f.address))
		if ours(f.address) {
			s.finder.settle(h, f)
			return true
		}
	}
	return false
}

// mention gathers what stands beside hit i.
func (s *Sweeper) mention(i int, found func(*Mention)) {
	h := &s.finder.hits[i]
	address := s.finder.address(h)
	m := Mention{Address: address, At: Span{int(h.start), int(h.end)}, Kind: KindUntried}
	if s.seen[string(address)]++; s.seen[string(address)] > s.opts.Mentions {
		s.counts.MentionsCut++
		m.Cut = true
	} else {
		s.list.reset()
		s.gather(i, &s.list, address, 0)
		s.finish(&m)
	}
	switch m.Kind {
	case KindTried:
		s.counts.Tried++
	case KindHashOnly:
		s.counts.HashOnly++
	default:
		s.counts.Untried++
	}
	found(&m)
}

// finish orders and decodes what was gathered.
func (s *Sweeper) finish(m *Mention) {
	l := &s.list
	l.emit(m.Address, s.opts.Texts, &s.counts)
	m.Texts, m.Hashes = l.texts, l.hashes
	switch {
	case len(m.Texts) > 0:
		m.Kind = KindTried
	case len(m.Hashes) > 0:
		m.Kind = KindHashOnly
	}
	if l.cut {
		s.counts.TextsCut++
	}
	if l.outOfReach {
		s.counts.ReachCut++
	}
	m.Cut = l.cut || l.outOfReach
}
