package format

import "bytes"

// Cursor goes through the lines of a block of which several make a record. Both LF and CR end a
// line, as for Lines, and CRLF is one line end.
type Cursor struct {
	Data        []byte
	End         byte // the line end that line numbers count
	Start, Stop int  // of the line
	Line        int64

	pos    int // where the next line begins
	upcome int // where the next byte end is, at or after pos
	other  int // where the other line end is next, at or after pos; -1 for not any more
	ends   int64
}

// OverlongLines lets a record of several lines go by that is over the limit: what is at hand is
// all of one record, and its last line may go on.
func OverlongLines() func(data []byte) int {
	first := true
	return func(data []byte) int {
		if !first {
			return IndexLineEnd(data)
		}
		first = false
		if n := len(bytes.TrimRight(data, "\r\n")); n < len(data) {
			return n
		}
		return -1
	}
}

// Next goes to the next line.
func (c *Cursor) Next() bool {
	if c.pos >= len(c.Data) {
		return false
	}
	if c.upcome < c.pos || c.upcome == 0 {
		c.upcome = len(c.Data)
		if i := bytes.IndexByte(c.Data[c.pos:], c.End); i >= 0 {
			c.upcome = c.pos + i
		}
	}
	c.Line += c.ends
	c.ends = 0
	c.Start, c.Stop = c.pos, c.upcome
	if c.other >= 0 && c.other < c.pos || c.pos == 0 {
		if c.other = bytes.IndexByte(c.Data[c.pos:], OtherEnd(c.End)); c.other >= 0 {
			c.other += c.pos
		}
	}
	if c.other >= 0 && c.other < c.Stop {
		c.Stop = c.other
	}
	c.pos = c.Stop + 1
	if c.Stop+1 < len(c.Data) && c.Data[c.Stop] == '\r' && c.Data[c.Stop+1] == '\n' {
		c.pos++
	}
	if c.upcome < c.pos && c.upcome < len(c.Data) {
		c.ends = 1
	}
	return true
}
