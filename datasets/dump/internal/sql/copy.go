package sql

import (
	"bytes"
	"io"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// copyStatement reads COPY table (columns) FROM stdin and the lines after it.
func (d *reader) copyStatement() {
	name, tok := d.qualifiedName(d.next())
	var columns []string
	if name != "" && tok.kind == sqlPunct && tok.style == '(' {
		if columns = d.columnList(); columns != nil {
			tok = d.next()
		}
	}
	isFrom := tok.kind == sqlWord && string(d.text) == "from"
	tok = d.next()
	if name == "" || !isFrom || tok.kind != sqlWord || string(d.text) != "stdin" {
		if tok.kind != sqlPunct || tok.style != ';' {
			d.skipStatement(true)
		}
		return
	}
	how := d.copyOptions()
	d.skipLine()
	d.copied(d.tableOf(name, columns), how)
}

// copied reads lines up to one of \. alone. Both CR and LF end a line: PostgreSQL writes either as
// an escape where it belongs to a value.
func (d *reader) copied(t *table, how copyOptions) {
	for first := true; d.err == nil; first = false {
		for d.pos < len(d.buf) && (d.buf[d.pos] == '\n' || d.buf[d.pos] == '\r') {
			d.pos++
		}
		if _, ok := d.peek(0); !ok {
			if t.reports() && d.end != io.EOF {
				d.left = d.position()
			}
			return
		}
		if d.buf[d.pos] == '\n' || d.buf[d.pos] == '\r' {
			continue
		}
		at := d.position()
		d.hold()
		d.skipLine()
		if how.csv {
			d.hiddenLines()
		}
		if d.pos == len(d.buf) && d.end != nil && d.end != io.EOF {
			if t.reports() && !d.lost {
				d.left = at
				return
			}
		}
		at.Length = d.offset() - at.Offset
		if at.Length == 2 && string(d.held(cut.Span{Start: 0, End: 2})) == `\.` {
			d.release()
			return
		}
		if !first || !how.header {
			d.copiedLine(t, at, how)
		}
		d.release()
	}
}

// copiedLine reports the line that is held.
func (d *reader) copiedLine(t *table, at leak.Position, how copyOptions) {
	tooLong := d.lost || at.Length > int64(d.out.MaxRecord)
	line := d.held(cut.Span{Start: 0, End: int(at.Length)})
	switch {
	case !t.reports() && (!t.mayReport() || tooLong), !tooLong && cut.IsBlank(line):
		return
	case tooLong:
		d.err = d.out.RejectTooLong(at)
		return
	}
	d.values[0] = how.fields(d.values[0][:0], line)
	reason := d.cut.cut(t, tupleReadings{d.values[:1], true})
	if reason != "" && t.hidden() {
		return // no table of users, as far as one can see
	}
	t.seen = true
	d.err = d.out.Done(at, d.cut.c, reason)
}

// copiedField returns a field as a value; start is where it begins in its line.
func copiedField(field []byte, start int) value {
	v := value{kind: sqlString, style: sqlCopied, Span: cut.Span{Start: start, End: start + len(field)}}
	if string(field) == `\N` {
		return value{kind: sqlExpression}
	}
	v.backslash = bytes.IndexByte(field, '\\') >= 0
	return v
}
