package cut

import "bytes"

// statusMark begins what attack tools write after a login that was refused.
var statusMark = []byte("STATUS_")

// BeginsCapture reports whether what the space at i of a text stands before is rather what a checking tool wrote after
// a password than a word of a password with spaces: a sign, as in " - Plan", " | Plan" and " [Plan]", an address of a
// machine, a date, or anything after a comma or more than one space.
func BeginsCapture(text []byte, i int) bool {
	after := text[i+1:]
	if len(after) == 0 {
		return false
	}
	if IsSpace(after[0]) {
		return after[0] == ' ' && len(after) > 1 && !IsSpace(after[1])
	}
	return after[0] >= 0x80 || !IsWord(after[0]) || i > 0 && text[i-1] == ',' || IsDigit(after[0]) && isPlaceOrTime(after) ||
		bytes.HasPrefix(after, statusMark) || isVerdict(after)
}

// isPlaceOrTime reports whether text begins with an IPv4 address, a date or a time.
func isPlaceOrTime(text []byte) bool {
	const longest = 32
	word := text[:min(len(text), longest)]
	for i, b := range word {
		if IsSpace(b) || b == ',' {
			word = word[:i]
			break
		}
	}
	dots := bytes.IndexByte(word, '.')
	if colon := bytes.IndexByte(word, ':'); colon > 0 && dots > 0 { // with a port
		return IsIPv4(word[:colon])
	}
	return IsIPv4(word) || timeLength(append(word[:len(word):len(word)], ' ')) > 0
}

// isVerdict knows the last word of a line that says that a login worked.
func isVerdict(text []byte) bool {
	const longest = 8
	if len(text) > longest {
		return false
	}
	switch string(TrimSpace(text)) {
	case "OK", "LIVE", "GOOD", "VALID", "HIT", "SUCCESS", "Valid", "Good", "Live", "Hit":
		return true
	}
	return false
}

// MayEndLate reports whether the last byte of a text may be no part of a password: it ends a group in brackets, or
// is the comma between the items of a list in a program.
func MayEndLate(b byte) bool {
	return b == ']' || b == ')' || b == '}' || b == '>' || b == ',' || b == '"'
}

// captureAt returns where the space before the first capture in text stands, -1 without one.
func captureAt(text []byte) int {
	for from := 0; ; {
		i := bytes.IndexByte(text[from:], ' ')
		if i < 0 {
			return -1
		}
		if from += i + 1; BeginsCapture(text, from-1) {
			return from - 1
		}
	}
}

// captured adds what stands before a capture in text, and before a group in brackets at its end.
func (c *Cutter) captured(id, text []byte) {
	if i := captureAt(text); i > 0 {
		before := bytes.TrimRight(text[:i], " \t")
		c.Add(id, before)
		c.Add(id, bytes.TrimSuffix(before, []byte(",")))
	}
	n := len(text) - 1
	if n <= 0 || !MayEndLate(text[n]) {
		return
	}
	if text[n] == ',' || text[n] == '"' {
		c.Add(id, c.Unwrap(bytes.TrimRight(text, ",")))
		return
	}
	opening := map[byte]byte{']': '[', ')': '(', '}': '{', '>': '<'}[text[n]]
	if i := bytes.LastIndexByte(text, opening); i == 0 {
		c.Add(id, text[1:n])
		if label, value, ok := bytes.Cut(text[1:n], []byte(": ")); ok && IsSecretColumn(ColumnName(label)) {
			c.Add(id, value) // "(password: …)"
		}
	} else if i > 0 && !bytes.HasSuffix(text[:i], []byte("$HEX")) {
		c.Add(id, bytes.TrimRight(text[:i], " \t"))
	}
}
