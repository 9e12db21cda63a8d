package format

import "bytes"

// Lines is where the lines of a stretch end: what the sessions of most formats are built on.
//
// Both LF and CR end a line, whatever the stretch began with: files of different origin are often
// joined, and a line end that is taken for a part of a password hides the records after it. No
// password holds either of them, because no form field accepts them.
type Lines struct {
	End byte // the line end that line numbers count
}

// Skip implements Session: no byte at the start is passed over.
func (l Lines) Skip() int { return 0 }

// LineEnd implements Session.
func (l Lines) LineEnd() byte { return l.End }

// Last implements Session: data is whole up to its last line end.
func (l Lines) Last(data []byte) int {
	if i := bytes.LastIndexByte(data, l.End); i >= 0 {
		return i + 1
	}
	return bytes.LastIndexByte(data, OtherEnd(l.End)) + 1
}

// OtherEnd returns LF for CR, and CR for LF.
func OtherEnd(end byte) byte { return '\r' ^ '\n' ^ end }

// IndexLineEnd returns where the first line ends, -1 when it does not.
func IndexLineEnd(data []byte) int {
	i := bytes.IndexByte(data, '\n')
	if i >= 0 {
		data = data[:i]
	}
	if cr := bytes.IndexByte(data, '\r'); cr >= 0 {
		return cr
	}
	return i
}
