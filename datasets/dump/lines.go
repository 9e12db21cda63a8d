package dump

import "bytes"

// lines is where the lines of a member end: what the sessions of most formats are built on.
//
// Both LF and CR end a line, whatever the member began with: files of different origin are often
// joined, and a line end that is taken for a part of a password hides the records behind it. No
// password holds either of them, because no form field accepts them.
type lines struct {
	end byte // the line end that line numbers count
}

func (l lines) skip() int     { return 0 }
func (l lines) lineEnd() byte { return l.end }

func (l lines) last(data []byte) int {
	if i := bytes.LastIndexByte(data, l.end); i >= 0 {
		return i + 1
	}
	return bytes.LastIndexByte(data, otherEnd(l.end)) + 1
}

func otherEnd(end byte) byte { return '\r' ^ '\n' ^ end }

// indexLineEnd returns where the first line ends, -1 when it does not.
func indexLineEnd(data []byte) int {
	i := bytes.IndexByte(data, '\n')
	if i >= 0 {
		data = data[:i]
	}
	if cr := bytes.IndexByte(data, '\r'); cr >= 0 {
		return cr
	}
	return i
}
