package sql

import (
	"bytes"
	"io"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// insert reads an INSERT or REPLACE, whose first word is held.
func (d *reader) insert() {
	for {
		t, ok := d.target()
		if !ok {
			d.release()
			d.skipStatement(true)
			return
		}
		d.release()
		if d.form != formTuple {
			d.listedRows(t)
			return
		}
		if !d.tuples(t) {
			return
		}
		d.head = nil // INSERT ALL INTO ... INTO ... is not a head
	}
}

// target reads up to the first row: the table, its columns and VALUES, SELECT or SET.
func (d *reader) target() (*table, bool) {
	d.form = formTuple
	tok := d.next()
	for tok.kind == sqlWord && isInsertOption(string(d.text)) {
		tok = d.next()
	}
	name, tok := d.qualifiedName(tok)
	if name == "" {
		return nil, false
	}
	var columns []string
	if tok.kind == sqlPunct && tok.style == '(' {
		if columns = d.columnList(); columns == nil {
			return nil, false
		}
		tok = d.next()
	}
	for tok.kind != sqlWord || string(d.text) != "values" && string(d.text) != "value" {
		switch {
		case tok.kind == sqlEnd, tok.kind == sqlPunct && tok.style == ';':
			return nil, false
		case tok.kind == sqlWord:
			switch string(d.text) {
			case "select":
				d.form = formSelect
				return d.tableOf(name, columns), true
			case "set":
				d.form = formSet
				columns = d.assignedColumns()
				return d.tableOf(name, columns), columns != nil
			case "with", "default", "exec", "execute", "table":
				return nil, false
			}
		}
		tok = d.next()
	}
	t := d.tableOf(name, columns)
	const longestHead = 16 << 10
	d.head, d.headTable = d.head[:0], t
	if d.mark >= 0 && d.pos-d.mark <= longestHead {
		d.head = append(d.head, d.buf[d.mark:d.pos]...)
	}
	return t, true
}

func isInsertOption(word string) bool {
	switch word {
	case "low_priority", "delayed", "high_priority", "ignore", "into", "or", "replace", "abort",
		"rollback", "fail", "all", "only":
		return true
	}
	return false
}

// qualifiedName reads schema.table from its first token on, and returns the token after it.
func (d *reader) qualifiedName(tok token) (string, token) {
	var name []byte
	for {
		if tok.kind != sqlWord && tok.kind != sqlName {
			return "", tok
		}
		name = append(name, bytes.ToLower(d.text)...)
		if tok = d.next(); tok.kind != sqlPunct || tok.style != '.' || len(name) > 4*maxWord {
			return string(name), tok
		}
		name = append(name, '.')
		if tok = d.next(); tok.kind == sqlPunct && tok.style == '.' { // base..table
			tok = d.next()
		}
	}
}

// columnList reads names up to the closing parenthesis, nil when they are something else.
func (d *reader) columnList() []string {
	var names []string
	for {
		tok := d.next()
		if tok.kind != sqlWord && tok.kind != sqlName || len(names) == maxColumns ||
			tok.kind == sqlWord && string(d.text) == "select" {
			return nil
		}
		names = append(names, string(d.text))
		if tok = d.next(); tok.kind != sqlPunct || tok.style != ',' && tok.style != ')' {
			return nil
		}
		if tok.style == ')' {
			return names
		}
	}
}

// tuples reads the tuples of one statement, and reports whether the target of more follows.
func (d *reader) tuples(t *table) bool {
	for comma := false; d.err == nil; {
		d.space()
		c, ok := d.peek(0)
		switch {
		case !ok:
			if comma && t.seen && d.end == io.EOF {
				d.out.Lose("it ends after a comma: what followed is missing")
			}
			return false
		case c == '(':
			comma = false
			d.record(t)
			continue
		case c == ',':
			comma = true
			d.pos++
			continue
		case c == ';' && d.delimiter == ";":
			d.pos++
			return false
		}
		d.hold()
		tok := d.next()
		switch word := string(d.text); {
		case tok.kind != sqlWord:
		case word == "into":
			return true
		case word == "row": // VALUES ROW(…), ROW(…)
			d.release()
			continue
		case word == "on", word == "as", word == "returning":
			d.release()
			if d.logged { // nothing may end it
				d.skipLine()
				return false
			}
			d.skipStatement(true)
			return false
		}
		d.stepBack()
		return false
	}
	return false
}

// record reads one tuple and reports what it is.
func (d *reader) record(t *table) {
	at := d.position()
	d.hold()
	d.inTuple = true
	readings, state := d.readTuple(t)
	d.inTuple = false
	if d.end != nil && d.end != io.EOF && state != tupleWhole && state != tupleNone {
		if t.reports() && !d.lost {
			d.left = at
		}
		if !d.lost {
			d.pos = len(d.buf)
			return
		}
	}
	length := d.offset() - at.Offset
	tooLong := d.lost || length > int64(d.out.MaxRecord)
	if state == tupleBad {
		d.recover()
		length = d.offset() - at.Offset
	}
	at.Length = length
	switch {
	case state == tupleNone, !t.reports() && !(t.mayReport() && state == tupleWhole && !tooLong):
	case tooLong:
		d.err = d.out.RejectTooLong(at)
	case state == tupleOpen:
		d.out.Lose("it ends in the middle of a record")
		d.pos = len(d.buf)
		at.Length = d.offset() - at.Offset
		d.err = d.out.Reject(at, leak.ReasonUnfinished)
	case state == tupleBad:
		d.err = d.out.Reject(d.trimmed(at), leak.ReasonSyntax)
	default:
		reason := d.cut.cut(t, readings)
		if reason != "" && t.hidden() {
			break // no table of users, as far as one can see
		}
		t.seen = true
		d.err = d.out.Done(at, d.cut.c, reason)
	}
	d.release()
}

// readTuple scans a tuple, and once more with backslashes read the other way where that may be
// right. It returns how many readings there are.
func (d *reader) readTuple(t *table) (readings tupleReadings, state tupleState) {
	first := d.escapes
	d.unclosed = false
	d.values[0], state = d.row(d.values[0])
	fits := state == tupleWhole && t.fits(len(d.values[0]))
	readings = tupleReadings{d.values[:1], first}
	if d.lost || d.mark < 0 || fits && d.dialect != dialectUnknown ||
		bytes.IndexByte(d.buf[d.mark:d.pos], '\\') < 0 {
		return readings, state
	}
	end := d.pos - d.mark
	unclosed := d.unclosed
	var other tupleState
	d.pos, d.escapes, d.unclosed = d.mark, !first, false
	d.values[1], other = d.row(d.values[1])
	d.escapes = first
	otherFits := !d.lost && other == tupleWhole && t.fits(len(d.values[1]))
	switch {
	case otherFits && !fits:
		return tupleReadings{d.values[1:], !first}, other
	case otherFits && d.pos-d.mark == end:
		return tupleReadings{d.values[:2], first}, state
	case !d.lost:
		d.pos, d.unclosed = d.mark+end, unclosed
	}
	return readings, state
}

// recover moves from a damaged tuple to where the next one may begin: within the damaged one, as
// long as that does not make the member be read many times over.
func (d *reader) recover() {
	if d.mark >= 0 {
		again := int64(d.pos - d.mark)
		if d.again+again <= d.offset()+int64(d.limit) {
			d.again += again
			d.pos = d.mark + 1
		}
	}
	d.release()
	d.resync()
}

// trimmed takes white space off the end of a stretch that ends at pos.
func (d *reader) trimmed(at leak.Position) leak.Position {
	for i := d.pos - 1; at.Length > 1 && i >= 0 && cut.IsSpace(d.buf[i]); i-- {
		at.Length--
	}
	return at
}
