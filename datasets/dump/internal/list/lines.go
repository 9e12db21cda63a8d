package list

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// session is the session of the formats in which each line is a record.
type session struct{ format.Lines }

// Linewise marks a list.
func (session) Linewise() bool { return true }

// Parse hands each line that is not blank to a reader of lines.
func (l session) Parse(b *format.Block, record func(*leak.Record), reject func(leak.Reject)) {
	c := format.Collector{Block: b, Record: record, Reject: reject}
	plain, other := newPlainLines(b.Data, l.End), format.OtherEnd(l.End)
	mixed, encoded := bytes.IndexByte(b.Data, other) >= 0, holdsEncodedSign(b.Data)
	line := b.Line
	for pos := 0; pos < len(b.Data); line++ {
		end := plain.line(pos)
		if end < 0 && plain.move(pos) {
			end = plain.line(pos)
		}
		if end > 0 && !(encoded && holdsEncodedSign(b.Data[pos:end])) {
			plain.out.Position = leak.Position{
				Offset: b.Offset + int64(pos), Length: int64(end - pos), Line: line,
			}
			record(&plain.out)
			if pos = end + 1; mixed && b.Data[end] == other { // the line end proper follows
				pos++
			}
			continue
		}
		end = len(b.Data)
		if i := bytes.IndexByte(b.Data[pos:], l.End); i >= 0 {
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

// holdsEncodedSign reports whether the sign of an address stands in a text as URLs have it. Such a line is not plain: the
// address may be one of ours, and nobody has claimed it.
func holdsEncodedSign(text []byte) bool {
	for {
		i := bytes.IndexByte(text, '%')
		if i < 0 || len(text)-i < len("%40") {
			return false
		}
		if next := text[i+1:]; next[0] == '4' && next[1] == '0' || next[0] == '2' && next[1] == '5' {
			return true
		}
		text = text[i+1:]
	}
}

// mixedLines hands on the lines up to end between which another line end stands.
func mixedLines(c *format.Collector, pos, end int, line int64, other byte) {
	for pos < end {
		stop := end
		if i := bytes.IndexByte(c.Block.Data[pos:end], other); i >= 0 {
			stop = pos + i
		}
		listLine(c, pos, stop, line)
		pos = stop + 1
	}
}

// listLine hands on one line unless it is blank.
func listLine(c *format.Collector, pos, end int, line int64) {
	if text := c.Block.Data[pos:end]; !cut.IsBlank(text) {
		c.Done(pos, len(text), line, c.Cuts.Line(text))
	}
}
