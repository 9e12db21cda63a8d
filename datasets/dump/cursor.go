package dump

import "bytes"

// cursor goes through the lines of a block of which several make a record. Both LF and CR end a
// line, as for the session lines, and CRLF is one line end.
type cursor struct {
	data        []byte
	end         byte // the line end that line numbers count
	start, stop int  // of the line
	line        int64

	pos    int // where the next line begins
	upcome int // where the next byte end is, at or behind pos
	ends   int64
}

// overlongLines lets a record of several lines go by that is over the limit: what is at hand is
// all of one record, and its last line may go on.
func overlongLines() func(data []byte) int {
	first := true
	return func(data []byte) int {
		if !first {
			return indexLineEnd(data)
		}
		first = false
		if n := len(bytes.TrimRight(data, "\r\n")); n < len(data) {
			return n
		}
		return -1
	}
}

// next goes to the next line.
func (c *cursor) next() bool {
	if c.pos >= len(c.data) {
		return false
	}
	if c.upcome < c.pos || c.upcome == 0 {
		c.upcome = len(c.data)
		if i := bytes.IndexByte(c.data[c.pos:], c.end); i >= 0 {
			c.upcome = c.pos + i
		}
	}
	c.line += c.ends
	c.ends = 0
	c.start, c.stop = c.pos, c.upcome
	if i := bytes.IndexByte(c.data[c.pos:c.stop], otherEnd(c.end)); i >= 0 {
		c.stop = c.pos + i
	}
	c.pos = c.stop + 1
	if c.stop+1 < len(c.data) && c.data[c.stop] == '\r' && c.data[c.stop+1] == '\n' {
		c.pos++
	}
	if c.upcome < c.pos && c.upcome < len(c.data) {
		c.ends = 1
	}
	return true
}
