package dump

import "bytes"

// listSession is the session of the formats in which each line is a record.
type listSession struct{ lines }

// parse hands each line that is not blank to a reader of lines.
func (l listSession) parse(b *textBlock, record func(*Record), reject func(Reject)) {
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
			mixedLines(&c, pos, end, line, other)
		} else {
			listLine(&c, pos, end, line)
		}
		pos = end + 1
	}
}

// mixedLines hands on the lines up to end between which another line end stands.
func mixedLines(c *collector, pos, end int, line int64, other byte) {
	for pos < end {
		stop := end
		if i := bytes.IndexByte(c.block.data[pos:end], other); i >= 0 {
			stop = pos + i
		}
		listLine(c, pos, stop, line)
		pos = stop + 1
	}
}

// listLine hands on one line unless it is blank.
func listLine(c *collector, pos, end int, line int64) {
	if text := c.block.data[pos:end]; !isBlank(text) {
		c.done(pos, len(text), line, c.cuts.line(text))
	}
}
