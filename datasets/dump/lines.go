package dump

import "bytes"

// lines is the session of the formats in which each line is a record.
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

// parse hands each line that is not blank to a reader of lines.
func (l lines) parse(b *Block, record func(*Record), reject func(Reject)) {
	c := collector{block: b, record: record, reject: reject}
	plain, other := newPlainLines(b.data, l.end), otherEnd(l.end)
	mixed := bytes.IndexByte(b.data, other) >= 0
	line := b.line
	for pos := 0; pos < len(b.data); line++ {
		end := plain.line(pos)
		if end < 0 && plain.move(pos) {
			end = plain.line(pos)
		}
		if end > 0 {
			plain.out.Position = Position{
				Offset: b.offset + int64(pos), Length: int64(end - pos), Line: line,
			}
			record(&plain.out)
			if pos = end + 1; mixed && b.data[end] == other { // the line end proper follows
				pos++
			}
			continue
		}
		end = len(b.data)
		if i := bytes.IndexByte(b.data[pos:], l.end); i >= 0 {
			end = pos + i
		}
		if mixed {
			c.mixed(pos, end, line, other)
		} else {
			c.text(pos, end, line)
		}
		pos = end + 1
	}
}

// collector reports what was found in a block. It keeps one record for all, so that a record costs
// no allocation.
type collector struct {
	block  *Block
	record func(*Record)
	reject func(Reject)
	cuts   cutter
	out    Record
}

// mixed hands on the lines up to end between which another line end stands.
func (c *collector) mixed(pos, end int, line int64, other byte) {
	for pos < end {
		stop := end
		if i := bytes.IndexByte(c.block.data[pos:end], other); i >= 0 {
			stop = pos + i
		}
		c.text(pos, stop, line)
		pos = stop + 1
	}
}

// text hands on one line unless it is blank.
func (c *collector) text(pos, end int, line int64) {
	if text := c.block.data[pos:end]; !isBlank(text) {
		c.done(pos, len(text), line, c.cuts.line(text))
	}
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
