package sweep

import (
	"bytes"
	"slices"
)

// The ranks of gaps, the weakest first.
const (
	rankKey   = 1 + iota // : = =>
	rankSpace            // one blank
	rankPart             // , ; | and the like, TAB, several blanks, a bracket or tag that closes
	rankLine             // the end of a line
	rankRule             // a line of ornaments or a heading in brackets
	rankBlank            // a line of nothing
)

// gap is what stands before an atom.
type gap struct {
	low    int32 // the lowest depth of brackets and tags in it
	rank   uint8 // the strongest that stands at that depth
	key    bool  // the atom before it is the key of the one after
	spaced bool  // there is white space in it
	broken bool  // there is a bracket or a tag in it
}

// border is the strength of a gap as the end of a record.
type border struct {
	low  int32
	rank uint8
}

func (g *gap) border() border { return border{g.low, g.rank} }

// atLeast reports whether b ends whatever o ends.
func (b border) atLeast(o border) bool {
	return b.low < o.low || b.low == o.low && b.rank >= o.rank
}

// atom is a quoted string or a word.
type atom struct {
	start, end int32 // without quotes
	raw0, raw1 int32 // with them
	depth      int32
	hit        int32 // which address it is, or the first one that is in it; -1 without
	gap              // before it
	quote      byte
	in         byte // the innermost bracket that is open
}

// window is a stretch of the block that is split into atoms.
type window struct {
	text   []byte
	lo, hi int
	least  int // what stands before and after is not looked at
	most   int
	atoms  []atom
	hits   []hit
	next   int    // of hits
	known  []item // that begin with each atom
	list   []item
	gap    gap
	depth  int32
	open   []byte // brackets
	line   lineState

	midLine    bool // lo is not the start of a line
	attributes bool // inside of a tag
	void       bool // which nothing closes

	close [256]int32 // of each kind of quote, where the next one closes, from here on
	steps int64

	lineAt    int // up to here, paragraphs are known
	paragraph int // where the one at lineAt begins
}

func (w *window) reset(text []byte) {
	w.text, w.lo, w.hi, w.atoms, w.steps = text, 0, 0, w.atoms[:0], 0
	w.lineAt, w.paragraph = 0, 0
}

// cover splits the text around a hit, unless that is done already. Windows overlap by at most half.
func (w *window) cover(hits []hit, i int) {
	h := &hits[i]
	if w.hi > 0 && int(h.start) >= w.lo && (int(h.end)+Reach <= w.hi || int(h.end) <= w.hi && w.hi == w.most) {
		return
	}
	w.hits = hits
	w.least, w.most = int(h.gap0), int(h.gap1)
	w.lo, w.hi = max(w.least, int(h.start)-Reach), w.end(i)
	if w.lineAt < w.least {
		w.lineAt, w.paragraph = w.least, w.least
	}
	if w.lo > w.least { // a whole line, where there is one
		if n := bytes.IndexByte(w.text[w.lo:h.start], '\n'); n >= 0 {
			w.lo += n + 1
		}
	}
	w.midLine = w.lo > w.least && w.text[w.lo-1] != '\n'
	w.next = i
	for w.next > 0 && int(hits[w.next-1].end) > w.lo {
		w.next--
	}
	for q := range w.close {
		w.close[q] = -1
	}
	w.atoms, w.gap, w.depth, w.open, w.line = w.atoms[:0], gap{}, 0, w.open[:0], lineState{}
	w.attributes, w.void = false, false
	w.steps += int64(w.hi - w.lo)
	w.split()
	w.known = slices.Grow(w.known[:0], len(w.atoms))[:len(w.atoms)]
	clear(w.known)
}

// end returns where a window ends that begins with hit i: far enough for it and for those that are near.
func (w *window) end(i int) int {
	from := int(w.hits[i].end)
	end := from + Reach
	for i++; i < len(w.hits) && int(w.hits[i].start) < end && end < from+3*Reach; i++ {
		if w.hits[i].ours {
			end = int(w.hits[i].end) + Reach
		}
	}
	return min(w.most, end)
}

func (w *window) split() {
	for i := w.lo; i < w.hi; {
		for w.next < len(w.hits) && int(w.hits[w.next].end) <= i {
			w.next++
		}
		if w.atHit(i) {
			h := &w.hits[w.next]
			w.add(atom{start: h.start, end: h.end, raw0: h.start, raw1: h.end, hit: int32(w.next)})
			i = int(h.end)
			continue
		}
		i = w.step(i)
	}
}

func (w *window) atHit(i int) bool {
	return w.next < len(w.hits) && int(w.hits[w.next].start) <= i && i < int(w.hits[w.next].end)
}

// step reads what stands at i, and returns where it ends.
func (w *window) step(i int) int {
	c := w.text[i]
	switch {
	case c == '\n' || c == '\r':
		return w.endLine(i)
	case c == '\t' || c == 1:
		if !w.gap.key || c == 1 { // as in "Login:<TAB>ann"
			w.part(rankPart, false)
		}
		w.gap.spaced = true
	case classes[c]&spaceByte != 0:
		rank := uint8(rankSpace)
		if i > w.lo && w.text[i-1] == ' ' {
			rank = rankPart
		}
		if !w.gap.key {
			w.part(rank, false)
		}
		w.gap.spaced = true
	case c == '"' || c == '\'' || c == '`':
		if end := w.closing(i); end > 0 {
			w.quoted(i, end)
			return end + 1
		}
		return w.word(i)
	case c == '/' && i+1 < w.hi && w.text[i+1] == '>', c == '>' && w.attributes:
		return w.endTag(i)
	case w.isArrow(i):
		w.part(rankPart, false)
		return i + 2
	case c == '<':
		if end := w.tag(i); end > i {
			return end
		}
		w.part(rankPart, false)
	case isOpening(c) || isClosing(c):
		if !w.bracket(i) {
			return w.word(i)
		}
	case classes[c]&partByte != 0:
		if w.reference(i) > 0 {
			return w.word(i)
		}
		return w.separator(i)
	default:
		if n := wideSeparator(w.text[i:]); n > 0 {
			w.part(rankPart, n == 3 && w.text[i+2] == 0x9a)
			return i + n
		}
		return w.word(i)
	}
	return i + 1
}

// part notes a sign between atoms.
func (w *window) part(rank uint8, key bool) {
	if w.depth == w.gap.low && rank > w.gap.rank {
		w.gap.rank = rank
	}
	w.gap.key = key || rank == rankSpace && w.gap.key
}

func (w *window) separator(i int) int {
	c := w.text[i]
	switch c {
	case '=', ':':
		end := i + 1
		for end < w.hi && (w.text[end] == c || w.text[end] == '>') {
			end++
		}
		w.part(rankKey, true)
		return end
	default:
		w.part(rankPart, false)
		return i + 1
	}
}

// isArrow knows "->" between fields.
func (w *window) isArrow(i int) bool { return w.text[i] == '-' && i+1 < w.hi && w.text[i+1] == '>' }

// wideSeparator returns the length of a sign of another script that parts fields.
func wideSeparator(text []byte) int {
	switch {
	case text[0] == 0xc2 && len(text) > 1 && text[1] == 0xa0: // no-break space
		return 2
	case len(text) < 3:
	case text[0] == 0xef && text[1] == 0xbc && (text[2] == 0x9a || text[2] == 0x8c || text[2] == 0x9b),
		text[0] == 0xef && text[1] == 0xbd && text[2] == 0x9c,
		text[0] == 0xe3 && text[1] == 0x80 && text[2] <= 0x81: // colon, comma, semicolon, bar, space
		return 3
	}
	return 0
}

// add ends the gap with an atom.
func (w *window) add(a atom) {
	a.gap, a.depth = w.gap, w.depth
	if len(w.open) > 0 {
		a.in = w.open[len(w.open)-1]
	}
	w.atoms = append(w.atoms, a)
	w.gap = gap{low: w.depth}
	w.line.words = true
}
