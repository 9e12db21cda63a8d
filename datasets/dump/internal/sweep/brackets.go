package sweep

import "bytes"

func isOpening(c byte) bool { return c == '(' || c == '[' || c == '{' }
func isClosing(c byte) bool { return c == ')' || c == ']' || c == '}' }

// callNames may stand before a bracket that opens a row.
var callNames = map[string]bool{
	"array": true, "row": true, "values": true, "list": true, "dict": true, "tuple": true,
	"object": true, "ordereddict": true, "map": true, "struct": true, "record": true, "user": true,
	"objectid": true,
}

// bracket reads a bracket. It reports whether it is one, not a part of a word.
func (w *window) bracket(i int) bool {
	if !w.isStructure(i) {
		return false
	}
	if isOpening(w.text[i]) {
		w.enter(w.text[i])
		if w.line.words && !w.atLineEnd(i+1) {
			w.line.loose++
		}
		return true
	}
	closes := len(w.open) > 0 && isPair(w.open[len(w.open)-1], w.text[i])
	w.leave()
	if w.line.loose > 0 || w.line.words && !closes {
		w.line.loose--
	}
	return true
}

func (w *window) enter(bracket byte) {
	w.depth++
	w.open = append(w.open, bracket)
	w.gap.broken = true
}

func (w *window) leave() {
	w.depth--
	if n := len(w.open); n > 0 {
		w.open = w.open[:n-1]
	}
	if w.depth < w.gap.low {
		w.gap.low, w.gap.rank = w.depth, rankPart
	}
	w.gap.key, w.gap.broken = false, true
}

// isStructure reports whether a bracket holds items; most passwords with one have it inside of a word.
func (w *window) isStructure(i int) bool {
	if isOpening(w.text[i]) {
		if w.scheme(i) {
			return false
		}
		if i == w.lo || classes[w.text[i-1]]&wordByte == 0 && w.text[i-1] != '!' && w.text[i-1] != '$' {
			return true
		}
		from := i
		for from > w.lo && i-from < 16 && isAlnum(w.text[from-1]) {
			from--
		}
		return callNames[string(bytes.ToLower(w.text[from:i]))] ||
			i+1 < w.hi && (w.text[i+1] == '"' || w.text[i+1] == '\'')
	}
	next := i + 1
	for next < w.hi && w.text[next] == ' ' {
		next++
	}
	if next < w.hi {
		c := w.text[next]
		if c != '\n' && c != '\r' && !isClosing(c) && c != ',' && c != ';' && c != '<' && next == i+1 {
			return len(w.open) > 0 && isPair(w.open[len(w.open)-1], w.text[i]) &&
				(w.line.quoted || classes[c]&wordByte == 0)
		}
	}
	return len(w.open) > 0 || w.line.quoted || !w.line.words
}

// scheme reports whether "{SSHA}" or the like stands at i, with a hash after it.
func (w *window) scheme(i int) bool {
	const longest = 16
	if w.text[i] != '{' {
		return false
	}
	end := i + 1
	for end < w.hi && end-i < longest && (isAlnum(w.text[end]) || w.text[end] == '-') {
		end++
	}
	return end-i > 2 && end+1 < w.hi && w.text[end] == '}' && IsPacked(w.text[end+1])
}

func isPair(open, closing byte) bool { return closing == open+2 || open == '(' && closing == ')' }

func (w *window) atLineEnd(i int) bool {
	for i < w.hi && classes[w.text[i]]&spaceByte != 0 {
		i++
	}
	return i >= w.hi || w.text[i] == '\n' || w.text[i] == '\r'
}

// voidTags hold nothing, and are not closed.
var voidTags = map[string]uint8{
	"br": rankLine, "hr": rankRule, "img": rankSpace, "input": rankSpace, "meta": rankSpace,
	"wbr": rankSpace, "col": rankSpace, "link": rankSpace,
}

// tag reads a tag of XML or HTML, or only its name where attributes follow. It returns where that ends,
// i when there is none.
func (w *window) tag(i int) int {
	const longest = 64
	at := i + 1
	closing := at < w.hi && w.text[at] == '/'
	if closing {
		at++
	}
	name := at
	for at < w.hi && at-name < longest && (isAlnum(w.text[at]) ||
		at > name && bytes.IndexByte([]byte(":_-."), w.text[at]) >= 0) {
		at++
	}
	if at == name || at >= w.hi {
		return i
	}
	rank, void := voidTags[string(bytes.ToLower(w.text[name:at]))]
	switch c := w.text[at]; {
	case c == '>' && closing && !w.midLine && (len(w.open) == 0 || w.open[len(w.open)-1] != '<'):
		w.part(rankPart, false) // nothing has opened it: a sign between fields
	case c == '>' && closing:
		w.leave()
		w.line.tags = max(0, w.line.tags-1)
	case c == '>' && void:
		w.part(rank, false)
	case c == '>':
		w.enter('<')
		if w.line.words {
			w.line.tags++
		}
	case c == '/' && at+1 < w.hi && w.text[at+1] == '>', c == ' ' && void && at+2 < w.hi &&
		w.text[at+1] == '/' && w.text[at+2] == '>':
		w.part(max(rank, rankPart), false)
		w.gap.broken, w.gap.spaced = true, true
		return bytes.IndexByte(w.text[at:w.hi], '>') + at + 1
	case (classes[c]&spaceByte != 0 || c == '\n' || c == '\r') && w.attributeAt(at):
		w.part(rankLine, false) // an element of attributes is a record as a line is
		w.attributes, w.void = true, void
		w.gap.broken, w.gap.spaced = true, true
		return at
	default:
		return i
	}
	w.gap.broken, w.gap.spaced = true, true
	return at + 1
}

// attributeAt reports whether an attribute follows, or the end of the tag: "<ann ; secret>" and "<secret ann@…>" have
// none.
func (w *window) attributeAt(at int) bool {
	blank := func() bool {
		return at < w.hi && (classes[w.text[at]]&spaceByte != 0 || w.text[at] == '\n' || w.text[at] == '\r')
	}
	for blank() {
		at++
	}
	if at+1 < w.hi && w.text[at] == '/' {
		return w.text[at+1] == '>'
	}
	name := at
	for at < w.hi && (classes[w.text[at]]&wordByte != 0 || bytes.IndexByte([]byte("_:@.-"), w.text[at]) >= 0 && at-name < maxLabel) {
		at++
	}
	if bytes.IndexByte(w.text[name+min(1, at-name):at], '@') >= 0 {
		return false
	}
	switch {
	case at >= w.hi, w.text[at] == '=', w.text[at] == '>':
		return true
	case w.text[at] == '/':
		return at+1 < w.hi && w.text[at+1] == '>'
	}
	return blank() && w.hasValueIn(at)
}

// hasValueIn reports whether a tag that goes on at i gives one of its attributes a value: words between angle brackets
// that none has one of are fields.
func (w *window) hasValueIn(i int) bool {
	const longest = 256
	rest := w.text[i:min(w.hi, i+longest)]
	end := bytes.IndexByte(rest, '>')
	if end < 0 {
		end = len(rest)
	}
	return bytes.IndexByte(rest[:end], '=') >= 0
}

// endTag reads the end of a tag with attributes.
func (w *window) endTag(i int) int {
	w.gap.broken, w.gap.spaced = true, true
	if w.text[i] == '/' {
		w.part(rankLine, false)
		w.attributes = false
		return i + 2
	}
	w.part(rankPart, false)
	if !w.void {
		w.enter('<')
	}
	w.attributes = false
	return i + 1
}
