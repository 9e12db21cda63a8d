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

// collector reports what was found in a block. It keeps one record for all, so that a record costs
// no allocation.
type collector struct {
	block  *textBlock
	record func(*Record)
	reject func(Reject)
	cuts   cutter
	out    Record
}

// done reports a stretch of the block: a record with the cuts made, or a reject when there is a
// reason.
func (c *collector) done(start, length int, line int64, reason Reason) {
	at := Position{Offset: c.block.offset + int64(start), Length: int64(length), Line: line}
	if reason != "" {
		c.reject(Reject{Position: at, Reason: reason})
		return
	}
	c.out.Position, c.out.Cuts = at, c.cuts.all()
	c.record(&c.out)
}

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
