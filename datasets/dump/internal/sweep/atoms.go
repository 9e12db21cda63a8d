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

// lineState decides at the end of a line whether its brackets were brackets.
type lineState struct {
	depth  int32
	open   int
	quoted bool // a line with quotes is written by a program
	words  bool
	tags   int   // that open after words, and are still open
	loose  int32 // brackets that open, less those that close, with words on both sides
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
		w.part(rankPart, false)
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
	switch {
	case c == '=' || c == ':':
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

// word reads a bare atom.
func (w *window) word(i int) int {
	end := i + max(1, w.reference(i))
	stop := w.hi
	if w.next < len(w.hits) {
		stop = min(stop, int(w.hits[w.next].start))
	}
	dashed := w.text[i] == '-'
	for end < w.hi && (!dashed && end < stop && classes[w.text[end]]&innerByte != 0 || !w.endsWord(i, end)) {
		end += max(1, w.reference(end))
	}
	end = min(end, w.hi)
	if end-i <= 2 && end < w.hi && (w.text[end] == '\'' || w.text[end] == '"') && isPrefix(w.text[i]) &&
		w.closing(end) > 0 {
		return end // u'…', N'…'
	}
	if w.isOrnament(i, end) {
		w.part(rankPart, false)
		return end
	}
	w.add(atom{start: int32(i), end: int32(end), raw0: int32(i), raw1: int32(end), hit: -1})
	return end
}

// reference returns the length of the character reference, such as &#64;, that stands at i; 0 without one.
func (w *window) reference(i int) int {
	const longest = 10
	if w.text[i] != '&' {
		return 0
	}
	for j := i + 1; j < w.hi && j-i < longest; j++ {
		switch c := w.text[j]; {
		case c == ';' && j-i > 2:
			return j + 1 - i
		case !isAlnum(c) && (c != '#' || j > i+1):
			return 0
		}
	}
	return 0
}

func isPrefix(c byte) bool { return bytes.IndexByte([]byte("uUbBrRnNeE"), c) >= 0 }

// isOrnament knows dashes and bullets between fields.
func (w *window) isOrnament(i, end int) bool {
	same := true
	for _, c := range w.text[i:end] {
		if classes[c]&wordByte != 0 {
			return false
		}
		same = same && c == w.text[i]
	}
	if same && end-i > 1 {
		return true
	}
	before := i == w.lo || classes[w.text[i-1]]&spaceByte != 0 || w.text[i-1] == '\n'
	after := end == w.hi || classes[w.text[end]]&spaceByte != 0 || w.text[end] == '\n'
	return before && after && end-i <= 2
}

func (w *window) endsWord(from, i int) bool {
	c := w.text[i]
	switch {
	case w.atHit(i), c == '\n', c == '\r', classes[c]&spaceByte != 0:
		return true
	case classes[c]&partByte != 0:
		return w.reference(i) == 0
	case c == '}' && w.text[from] == '{':
		return false
	case isOpening(c), isClosing(c):
		return w.isStructure(i)
	case w.text[from] == '-' && w.text[i-1] == '-' && from+1 < i && c != '-':
		return true // after a run of dashes
	case c == '-':
		return i+1 < w.hi && w.text[i+1] == '-' && w.text[from] != '-'
	case c >= 0xc2:
		return wideSeparator(w.text[i:]) > 0
	case c == '\'' || c == '"':
		return i-from <= 2 && isPrefix(w.text[from]) && w.closing(i) > 0
	}
	return false
}

func (w *window) quoted(i, end int) {
	w.line.quoted = true
	a := atom{
		start: int32(i + 1), end: int32(end), raw0: int32(i), raw1: int32(end + 1), hit: -1,
		quote: w.text[i],
	}
	if w.next < len(w.hits) && int(w.hits[w.next].start) < end {
		a.hit = int32(w.next)
	}
	w.add(a)
}

// closing returns where the quoted string that begins at i ends, 0 when none does.
func (w *window) closing(i int) int {
	q := w.text[i]
	if i > w.lo && classes[w.text[i-1]]&wordByte != 0 && !isPrefix(w.text[i-1]) {
		return 0 // as in don't
	}
	at := int(w.close[q])
	if at <= i {
		at = w.nextClosing(i)
		w.close[q] = int32(at)
	}
	if at >= w.hi || w.text[at] != q {
		return 0
	}
	return at
}

// nextClosing returns the first quote after i that could close a string that begins at i, or the end of
// the line. Where strings begin does not matter to it, so that no part of a line is searched twice.
func (w *window) nextClosing(i int) int {
	q := w.text[i]
	for j := i + 1; j < w.hi; j++ {
		switch w.text[j] {
		case '\n':
			w.steps += int64(j - i)
			return j
		case '\\':
			if q != '`' && (w.text[j-1] < 0x80 || j+2 >= w.hi || w.text[j+1] != q || w.text[j+2] != ',') {
				j++
			}
		case q:
			if j+1 < w.hi && w.text[j+1] == q && (j > i+1 || j+2 < w.hi && !endsString(w.text[j+2])) {
				j++
				continue
			}
			if j+1 == w.hi || endsString(w.text[j+1]) {
				w.steps += int64(j - i)
				return j
			}
		}
	}
	return w.hi
}

// endsString reports whether a byte may follow a closing quote.
func endsString(c byte) bool {
	return classes[c]&(spaceByte|partByte) != 0 || c == '\n' || c == '\r' || isClosing(c) || c == '/' ||
		c == '\\' || c == '.' || c == '?'
}

// endLine reads the end of a line, and the lines that hold nothing or ornaments.
func (w *window) endLine(i int) int {
	if l := &w.line; !l.quoted && l.words && l.loose != 0 {
		w.depth, w.open = l.depth, w.open[:min(l.open, len(w.open))]
		w.gap.low = min(w.gap.low, w.depth)
	}
	for ; w.line.tags > 0 && len(w.open) > 0 && w.open[len(w.open)-1] == '<'; w.line.tags-- {
		w.leave() // HTML leaves out ends
		w.gap.low, w.gap.rank = w.depth, 0
	}
	w.part(rankLine, false)
	w.gap.spaced = true
	i++
	for i < w.hi {
		end, rank := w.lineRank(i)
		if rank == 0 {
			break
		}
		w.part(rank, false)
		i = end
	}
	w.line = lineState{depth: w.depth, open: len(w.open)}
	return i
}

// lineRank returns the rank of a line that holds no atom, and where it ends.
func (w *window) lineRank(i int) (int, uint8) {
	const longest = 200 // what is longer is text
	if w.text[i] == '\n' && w.text[i-1] == '\r' {
		return i + 1, rankLine
	}
	end, ornaments, words, brackets := i, 0, 0, 0
	for ; end < w.hi && end-i < longest && w.text[end] != '\n'; end++ {
		switch c := w.text[end]; {
		case classes[c]&spaceByte != 0 || c == '\r':
		case bytes.IndexByte([]byte("-=*_#~+|."), c) >= 0:
			ornaments++
		case isOpening(c) || isClosing(c):
			brackets++
		default:
			if words++; words > 40 || words == 1 && ornaments == 0 && brackets == 0 {
				return 0, 0
			}
			if bytes.IndexByte([]byte("\"'@:,;<>"), c) >= 0 {
				return 0, 0
			}
		}
	}
	if end < w.hi && w.text[end] != '\n' {
		return 0, 0
	}
	line := bytes.TrimSpace(w.text[i:end])
	switch {
	case len(line) == 0 && end < w.hi:
		return end + 1, rankBlank
	case len(line) == 0, ornaments == 0 && (brackets != 2 || words == 0):
		return 0, 0
	case words == 0 && brackets == 0, isHeading(line):
		return min(end+1, w.hi), rankRule
	}
	return 0, 0
}

// isHeading knows "[name]", "--[ RECORD 1 ]--", "*** 1. row ***".
func isHeading(line []byte) bool {
	first, last := line[0], line[len(line)-1]
	if first == '[' && last == ']' {
		return bytes.Count(line, []byte("[")) == 1
	}
	return len(line) > 6 && classes[first]&wordByte == 0 && last == line[len(line)-3] &&
		classes[last]&wordByte == 0 && (line[1] == first || line[1] == '[') &&
		!isOpening(first) && !isClosing(last)
}
