package cut

import "bytes"

// maxPrefix bounds how much of a line is taken for what a tool wrote before the record.
const maxPrefix = 160

// toolMarks are what attack tools write before what they found. The name of the host stands before them.
var toolMarks = [][]byte{[]byte("[+] "), []byte("[-] "), []byte("[*] "), []byte("[!] ")}

// prefixEnd returns where the record of a line begins after what a tool or a chat wrote before it: words in
// brackets, times, numbers of lines, bullets. 0 when there is nothing of the kind.
func prefixEnd(line []byte) int {
	head := line[:min(len(line), maxPrefix)]
	for _, mark := range toolMarks {
		if i := bytes.Index(head, mark); i >= 0 {
			return spacesFrom(line, i+len(mark))
		}
	}
	end := 0
	for end < len(head) {
		n := prefixLength(head[end:])
		if n == 0 {
			break
		}
		end = spacesFrom(line, end+n)
	}
	if end >= len(head) {
		return 0
	}
	return end
}

func spacesFrom(line []byte, at int) int {
	for at < len(line) && IsSpace(line[at]) {
		at++
	}
	return at
}

// prefixLength returns the length of the one prefix that text begins with, 0 without one.
func prefixLength(text []byte) int {
	switch text[0] {
	case '[', '(', '{':
		return bracketLength(text)
	case '*', '-', '+', '>', '#', '$':
		n := 1
		for n < len(text) && (text[n] == text[0] || text[n] == '>') {
			n++
		}
		for text[0] == '#' && n < len(text) && IsDigit(text[n]) {
			n++
		}
		return followedBySpace(text, n)
	}
	if bytes.HasPrefix(text, []byte("•")) || bytes.HasPrefix(text, []byte("→")) ||
		bytes.HasPrefix(text, []byte("»")) {
		return len(text) - len(bytes.TrimLeft(text, "•→»"))
	}
	if !IsDigit(text[0]) {
		return 0
	}
	n := 0
	for n < len(text) && IsDigit(text[n]) {
		n++
	}
	if n < len(text) && (text[n] == '.' || text[n] == ')') {
		return followedBySpace(text, n+1) // the number of a line
	}
	return timeLength(text)
}

// bracketLength returns the length of a short group in brackets that holds no address.
func bracketLength(text []byte) int {
	const longest = 48
	closing := byte(']')
	switch text[0] {
	case '(':
		closing = ')'
	case '{':
		closing = '}'
	}
	end := bytes.IndexByte(text, closing)
	if end < 2 || end > longest || bytes.IndexByte(text[:end], '@') >= 0 || end+1 == len(text) {
		return 0
	}
	return end + 1
}

func followedBySpace(text []byte, n int) int {
	if n < len(text) && IsSpace(text[n]) {
		return n
	}
	return 0
}

// timeLength returns the length of a date, a time or both that a space or a comma follows: digits in groups
// of at most four, parted as dates and times are.
func timeLength(text []byte) int {
	groups, digits, n := 0, 0, 0
	for ; n < len(text); n++ {
		b := text[n]
		switch {
		case IsDigit(b):
			if digits++; digits > 4 {
				return 0
			}
			continue
		case bytes.IndexByte([]byte("-/.:T+Z,"), b) >= 0 && digits > 0 || b == 'Z':
			groups, digits = groups+1, 0
			continue
		}
		break
	}
	if digits > 0 {
		groups++
	}
	if groups < 2 {
		return 0
	}
	return followedBySpace(text, n)
}

// afterPrefix cuts a line whose record begins with an address or a URL after a prefix.
func (c *Cutter) afterPrefix(line []byte) bool {
	n := prefixEnd(line)
	if n == 0 {
		return false
	}
	inner := line[n:]
	if i := LeadingEmail(inner); i > 0 {
		c.emailFirst(inner[:i], inner[:i], inner[i+1:])
		return true
	}
	if start := SchemeEnd(inner); start > 0 {
		if c.ulpLine(inner, start) == "" {
			return true
		}
		c.Reset()
	}
	return false
}

// escape begins the sequences by which a terminal is told colours.
const escape = 0x1b

// chatColour begins the colours of a chat, of IRC: up to two digits follow it, and a comma with two more.
const chatColour = 0x03

// Uncoloured returns text without the sequences that colour it in a terminal (ECMA-48, 5.4) or in a chat, and text
// itself when it has none.
func (c *Cutter) Uncoloured(text []byte) []byte {
	if len(text) > 0 && text[0] == chatColour {
		text = bytes.TrimRight(afterChatColour(text), "\x03\x0f")
	}
	i := bytes.IndexByte(text, escape)
	if i < 0 {
		return text
	}
	from := len(c.Arena)
	for i >= 0 {
		c.Arena = append(c.Arena, text[:i]...)
		text = text[i+1:]
		if len(text) > 0 && text[0] == '[' {
			n := 1
			for n < len(text) && text[n] >= 0x20 && text[n] < 0x40 {
				n++
			}
			text = text[min(n+1, len(text)):]
		}
		i = bytes.IndexByte(text, escape)
	}
	c.Arena = append(c.Arena, text...)
	return c.Since(from)
}

// afterChatColour returns what follows the colours that text begins with.
func afterChatColour(text []byte) []byte {
	digits := func() {
		for n := 0; n < 2 && len(text) > 0 && IsDigit(text[0]); n++ {
			text = text[1:]
		}
	}
	text = text[1:]
	digits()
	if len(text) > 1 && text[0] == ',' && IsDigit(text[1]) {
		text = text[1:]
		digits()
	}
	return text
}
