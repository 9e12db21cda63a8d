package sql

import (
	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/delimited"
)

// form is how a statement writes its rows.
type form uint8

const (
	formTuple  form = iota // VALUES (value, ...), ...
	formSelect             // SELECT value, ... UNION SELECT value, ...
	formSet                // SET column = value, ...
)

// row scans one row from its beginning on.
func (d *reader) row(values []value) ([]value, tupleState) {
	if d.form == formTuple {
		return d.tuple(values)
	}
	values = values[:0]
	constant := false
	for more := true; more; {
		if d.form == formSet {
			if _, ok := d.assigned(); !ok {
				return values, tupleBad
			}
		}
		var v value
		var state tupleState
		if v, more, state = d.listed(); state != tupleWhole {
			return values, state
		}
		if values = append(values, v); len(values) > maxColumns {
			return values, tupleBad
		}
		constant = constant || v.kind == sqlString
	}
	if !constant {
		return values, tupleNone
	}
	return values, tupleWhole
}

// listed scans a value that is in no parentheses, and the comma after it. What else ends the list
// is left where it stands.
func (d *reader) listed() (v value, more bool, state tupleState) {
	d.space()
	whole := cut.Span{Start: d.heldUpTo(), End: d.heldUpTo()}
	tokens, depth, named := 0, 0, false
	for ; depth >= 0 && depth <= maxParens; d.space() {
		at := d.heldUpTo()
		tok := d.next()
		if d.unclosed || d.lost || tok.kind == sqlEnd && depth > 0 {
			return v, false, tupleOpen
		}
		more = tok.kind == sqlPunct && tok.style == ','
		if depth == 0 && (more || d.endsList(tok, at)) {
			if !more {
				d.pos = max(d.mark, 0) + at
			}
			return listedValue(v, whole, tokens), more, wholeIf(tokens > 0)
		}
		switch {
		case tok.kind == sqlPunct && tok.style == '(':
			depth++
		case tok.kind == sqlPunct && tok.style == ')':
			depth--
		case tok.kind == sqlWord && depth == 0 && tokens > 0 && string(d.text) == "as":
			named = true
		}
		if !named { // a name for the column is none of the value
			if tokens++; tokens == 1 {
				v = tok
			}
			whole.End = d.heldUpTo()
		}
	}
	return v, false, tupleBad
}

func wholeIf(ok bool) tupleState {
	if ok {
		return tupleWhole
	}
	return tupleBad
}

// listedValue is the value of so many tokens, of which v is the first.
func listedValue(v value, whole cut.Span, tokens int) value {
	switch {
	case tokens > 1:
		return value{kind: sqlExpression, Span: whole}
	case v.kind == sqlName && v.quote == '"':
		v.kind = sqlString
	case v.kind == sqlWord:
		v.kind = sqlExpression
	}
	return v
}

// endsList reports whether a token, so far from mark, is none of the values of a list any more.
func (d *reader) endsList(tok token, at int) bool {
	switch {
	case tok.kind == sqlEnd, tok.kind == sqlPunct && tok.style == ';', d.escaped(tok):
		return true
	case tok.kind != sqlWord:
		return false
	}
	switch string(d.text) {
	case "from", "union", "where", "on", "order", "group", "limit", "returning":
		return true
	}
	place := max(d.mark, 0) + at
	return (place == 0 || delimited.IsLineEnd(d.buf[place-1])) && d.begins(true)
}

// assigned reads "column =" or "table.column =".
func (d *reader) assigned() (column string, ok bool) {
	for {
		tok := d.next()
		if tok.kind != sqlWord && tok.kind != sqlName {
			return "", false
		}
		column = string(d.text)
		if tok = d.next(); tok.kind != sqlPunct || tok.style != '.' {
			return column, tok.kind == sqlPunct && tok.style == '='
		}
	}
}

// assignedColumns reads ahead which columns a SET names, and goes back.
func (d *reader) assignedColumns() (columns []string) {
	start := d.heldUpTo()
	for more := true; more && len(columns) <= maxColumns; {
		column, ok := d.assigned()
		if !ok {
			return nil
		}
		var state tupleState
		if _, more, state = d.listed(); state != tupleWhole || d.mark < 0 {
			return nil
		}
		columns = append(columns, column)
	}
	d.pos = d.mark + start
	return columns
}

// listedRows reads the rows of a statement that does not put them into parentheses.
func (d *reader) listedRows(t *table) {
	for more := true; more && d.err == nil; more = d.form == formSelect && d.union() {
		d.space()
		if _, ok := d.peek(0); !ok {
			break // it ends before the row begins
		}
		d.record(t)
	}
	d.form = formTuple
	if d.err == nil {
		d.skipStatement(true)
	}
}

// union reads UNION ALL SELECT, and in front of it a FROM dual; it leaves what is something else.
func (d *reader) union() bool {
	d.space()
	d.hold()
	tok := d.next()
	if tok.kind == sqlWord && string(d.text) == "from" {
		d.next()
		d.space()
		d.hold()
		tok = d.next()
	}
	if tok.kind != sqlWord || string(d.text) != "union" {
		d.stepBack()
		return false
	}
	if d.next(); string(d.text) == "all" || string(d.text) == "distinct" {
		d.next()
	}
	is := string(d.text) == "select"
	d.release()
	return is
}
