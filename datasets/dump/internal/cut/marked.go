package cut

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// Marked makes the cuts of a line whose fields are parted by mark, and of any other line those of Line.
func (c *Cutter) Marked(line, mark []byte) leak.Reason {
	if !bytes.Contains(line, mark) {
		return c.Line(line)
	}
	c.Reset()
	line = withinMarks(line, mark)
	c.fields.splitAt(line, mark)
	field := c.fields.at(0)
	first := Identifier(c.Unwrap(field[prefixEnd(field):]))
	named := CouldName(first) && !IsEmail(first)
	found := false
	for i := range c.fields.list {
		if found && c.full() {
			break
		}
		if id := Identifier(c.fields.at(i)); IsEmail(id) {
			found = true
			c.aroundEmail(i, id, c.roomAfter(i, named))
		}
	}
	switch {
	case found && named:
		c.besideName(first)
	case !found:
		return c.names(first, c.fields.after(0))
	}
	c.namesAround()
	return ""
}

// withinMarks returns a line without the brackets or quotes around all of it, where the mark between its fields is
// of the same: [name] [password], "name" "password", name (password).
func withinMarks(line, mark []byte) []byte {
	opening, closing := mark[len(mark)-1], mark[0]
	if n := len(line) - 1; n > 0 && closings[opening] != 0 && line[n] == closings[opening] {
		line = line[:n]
		if n > 1 && closings[line[0]] == closing {
			line = line[1:]
		}
	}
	return line
}

// namesAround adds what stands beside an address in a line of three fields or more, where the address is another
// column: one field may be the name and the next one the password.
func (c *Cutter) namesAround() {
	for i := 1; i+1 < len(c.fields.list) && i <= maxMiddle; i++ {
		id := Identifier(c.fields.at(i))
		if CouldName(id) && !IsEmail(id) && !IsEmail(Identifier(c.fields.at(i+1))) {
			c.Add(id, c.fields.at(i+1))
		}
	}
}

// splitAt splits a line at a mark of one byte or more.
func (f *fields) splitAt(text, mark []byte) {
	f.text, f.list = text, f.array[:0]
	start := 0
	for len(f.list) < maxFields-1 {
		i := bytes.Index(text[start:], mark)
		if i < 0 {
			break
		}
		f.list = append(f.list, Span{start, start + i})
		start += i + len(mark)
	}
	f.list = append(f.list, Span{start, len(text)})
}
