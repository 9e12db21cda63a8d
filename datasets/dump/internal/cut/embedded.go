package cut

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// embedded cuts a line in which addresses stand that are no fields: signs other than the usual separators
// part them from what is beside them, or they stand in brackets. It reports whether there is one that
// something is parted from.
func (c *Cutter) embedded(line []byte) bool {
	const most = 3 // addresses
	had := c.n
	prefix := prefixEnd(line)
	for at, n := bytes.IndexByte(line, '@'), 0; at >= 0 && n < most && !c.full(); n++ {
		start, end := addressAround(line, at)
		if end > 0 {
			c.beside(line, start, end, prefix)
		}
		next := bytes.IndexByte(line[max(end, at+1):], '@')
		if next < 0 {
			break
		}
		at = max(end, at+1) + next
	}
	return c.n > had
}

// addressAround returns where the address around an @ begins and ends, 0 when there is none. What no name
// holds ends it: two dashes, a sign, a letter of punctuation that is not ASCII.
func addressAround(line []byte, at int) (start, end int) {
	for end = at + 1; end < len(line); {
		b := line[end]
		if b < utf8.RuneSelf {
			if !InDomain(b) || b == '-' && parts(line[:end], line[end:]) {
				break
			}
			end++
			continue
		}
		r, n := utf8.DecodeRune(line[end:])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			break
		}
		end += n
	}
	if dot := bytes.LastIndexByte(line[at:end], '.'); dot > 0 {
		if i := bytes.IndexAny(line[at+dot:end], "_-"); i > 0 && !bytes.HasPrefix(line[at+dot+1:end], []byte("xn--")) {
			end = at + dot + i // no top-level domain holds these
		}
	}
	for end > at && (line[end-1] == '.' || line[end-1] == '-') {
		end--
	}
	for start = at; start > 0; {
		b := line[start-1]
		if b < utf8.RuneSelf {
			if !IsWord(b) && bytes.IndexByte([]byte("._%+-'"), b) < 0 ||
				b == '-' && start > 1 && line[start-2] == '-' {
				break
			}
			start--
			continue
		}
		r, n := utf8.DecodeLastRune(line[:start])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			break
		}
		start -= n
	}
	for start < at && !IsWord(line[start]) {
		start++
	}
	if !IsEmail(line[start:end]) {
		return 0, 0
	}
	return start, end
}

// parts reports whether the dash that after begins with parts fields: two dashes do, except in the names of
// domains that are not ASCII.
func parts(before, after []byte) bool {
	return len(after) > 1 && after[1] == '-' && !bytes.HasSuffix(before, []byte("xn"))
}

// beside adds what stands after an address, or before it at the end of a line.
func (c *Cutter) beside(line []byte, start, end, prefix int) {
	id := line[start:end]
	before, after := line[:start], line[end:]
	enclosed := false
	if len(before) > 0 && len(after) > 0 && closes(before[len(before)-1], after[0]) {
		before, after, enclosed = before[:len(before)-1], after[1:], true
	}
	known := enclosed && line[start-1] != '"' && line[start-1] != '\'' || prefix > 0 && start >= prefix
	sign := signLength(after)
	switch {
	case IsBlank(after):
		c.leading(id, before)
	case sign > 0 && !known && isPunctuation(after):
	case sign > 0:
		c.following(id, after, sign)
	case known && IsSpace(after[0]):
		c.Secrets(id, TrimSpace(after))
	}
}

func closes(opening, closing byte) bool {
	switch opening {
	case '<':
		return closing == '>'
	case '[':
		return closing == ']'
	case '(':
		return closing == ')'
	case '{':
		return closing == '}'
	case '"', '\'':
		return closing == opening
	}
	return false
}

// isPunctuation reports whether an address ends a clause of prose.
func isPunctuation(after []byte) bool {
	return bytes.IndexByte([]byte(".,!?)'\""), after[0]) >= 0 && (len(after) == 1 || IsSpace(after[1]))
}

// signLength returns the length of the sign that text begins with, spaces around it included: one character
// that is no letter, as often as it stands there. 0 without one.
func signLength(text []byte) int {
	n := spacesFrom(text, 0)
	r, size := utf8.DecodeRune(text[n:])
	if n == len(text) || r == utf8.RuneError || unicode.IsLetter(r) || unicode.IsDigit(r) {
		return 0
	}
	sign := text[n : n+size]
	for bytes.HasPrefix(text[n:], sign) {
		n += size
	}
	if n < len(text) && (text[n] == '>' || text[n] == '=') { // as in -> and =>
		n++
	}
	return spacesFrom(text, n)
}

// following adds what follows an address after a sign. Where the sign comes again it parts the password from
// other fields.
func (c *Cutter) following(id, after []byte, sign int) {
	rest := after[sign:]
	c.Secrets(id, rest)
	mark := after[:sign]
	if len(mark) > 0 {
		had := c.n
		for field := range bytes.SplitSeq(rest, mark) {
			if len(field) < len(rest) && c.n < had+3 {
				c.Add(id, TrimSpace(field))
			}
		}
	}
	// A password may begin with the sign.
	from := spacesFrom(after, 0)
	if _, size := utf8.DecodeRune(after[from:]); from+size < sign {
		c.Add(id, after[from+size:])
	}
}

// leading adds what stands before an address that ends a line: the whole, and its last field.
func (c *Cutter) leading(id, before []byte) {
	end := len(before)
	for end > 0 && !IsWord(before[end-1]) && end > len(before)-4 {
		end--
	}
	mark := before[end:]
	if len(mark) == 0 || len(TrimSpace(mark)) == 0 || bytes.IndexByte(mark, '=') >= 0 || end == 0 {
		return
	}
	c.Secrets(id, before[:end])
	if i := bytes.LastIndex(before[:end], mark); i > 0 {
		c.Add(id, TrimSpace(before[i+len(mark):end]))
	}
}

// afterSign adds what follows an address and a sign between spaces, where spaces part the fields.
func (c *Cutter) afterSign() {
	id, after := Identifier(c.fields.at(0)), c.fields.after(0)
	if n := signLength(after); n > 0 && n < len(after) && IsSpace(after[n-1]) && IsEmail(id) {
		c.following(id, after, n)
	}
}
