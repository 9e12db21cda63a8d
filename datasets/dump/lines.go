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
	other, line := otherEnd(l.end), b.line
	mixed := bytes.IndexByte(b.data, other) >= 0
	for pos := 0; pos < len(b.data); line++ {
		end := len(b.data)
		if i := bytes.IndexByte(b.data[pos:], l.end); i >= 0 {
			end = pos + i
		}
		for { // nearly always once
			stop := end
			if mixed {
				if i := bytes.IndexByte(b.data[pos:end], other); i >= 0 {
					stop = pos + i
				}
			}
			if text := b.data[pos:stop]; !isBlank(text) {
				c.done(pos, len(text), line, c.cuts.line(text))
			}
			if pos = stop + 1; stop == end || pos == end {
				break
			}
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

// done reports a stretch of the block: a record with the cuts made, or a reject when there is a
// reason.
func (c *collector) done(start, length int, line int64, reason Reason) {
	at := Position{Offset: c.block.offset + int64(start), Length: int64(length), Line: line}
	if reason != "" {
		c.reject(Reject{at, reason})
		return
	}
	c.out.Position, c.out.Cuts = at, c.cuts.all()
	c.record(&c.out)
}
