package sweep

import (
	"bytes"
)

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
		return w.isArrow(i) || i+1 < w.hi && w.text[i+1] == '-' && w.text[from] != '-'
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
	if i > w.lo && classes[w.text[i-1]]&wordByte != 0 && !isPrefix(w.text[i-1]) && !w.afterWide(i) {
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

// afterWide reports whether a sign of another script that parts fields stands before i.
func (w *window) afterWide(i int) bool {
	return i >= w.lo+3 && w.text[i-1] >= 0x80 && wideSeparator(w.text[i-3:i]) == 3
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
			if j+1 < w.hi && w.text[j+1] == q && (j > i+1 || j+2 < w.hi && !endsString(w.text[j+2:])) {
				j++
				continue
			}
			if j+1 == w.hi || endsString(w.text[j+1:]) {
				w.steps += int64(j - i)
				return j
			}
		}
	}
	return w.hi
}

// endsString reports whether a text may follow a closing quote.
func endsString(text []byte) bool {
	c := text[0]
	return classes[c]&(spaceByte|partByte) != 0 || c == '\n' || c == '\r' || isClosing(c) || c == '/' ||
		c == '\\' || c == '.' || c == '?' ||
		c == '-' && len(text) > 1 && (text[1] == '-' || text[1] == '>') || c >= 0xc2 && wideSeparator(text) > 0
}
