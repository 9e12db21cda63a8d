package sql

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
)

// value is one value of a tuple: a token, or an expression that begins with one.
type value = token

// tupleState says how the reading of a tuple ended.
type tupleState uint8

const (
	tupleWhole tupleState = iota
	tupleOpen             // the member ended in it
	tupleBad              // it is damaged
	tupleNone             // its values stand elsewhere
)

const (
	maxColumns = 4096 // as many as databases allow
	maxParens  = 64   // of an expression
)

// tuple scans (value, ...) from its parenthesis on.
func (x *lexer) tuple(values []value) ([]value, tupleState) {
	values = values[:0]
	x.pos++
	for {
		values = append(values, value{})
		if v := &values[len(values)-1]; !x.plain(v) {
			var state tupleState
			if *v, state = x.value(); state != tupleWhole {
				return values, state
			}
		}
		if len(values) > maxColumns {
			return values, tupleBad
		}
		x.pos++
		if x.buf[x.pos-1] == ')' {
			return values, tupleWhole
		}
	}
}

// plain scans a value like nearly all are: a literal without escapes, a number or NULL, with the
// byte after it in the window. It saves two thirds of the time.
func (x *lexer) plain(v *value) bool {
	data := x.buf[x.pos:]
	start := 0
	if len(data) > 0 && data[0] == ' ' {
		start = 1
	}
	if start >= len(data) {
		return false
	}
	end := start
	switch c := data[start]; {
	case c == '\'':
		start++
		n := bytes.IndexByte(data[start:], c)
		if n < 0 || x.escapes && bytes.IndexByte(data[start:start+n], '\\') >= 0 {
			return false
		}
		v.kind, v.quote, v.End = sqlString, c, start+n
		end = start + n + 1
	case cut.IsDigit(c):
		for end++; end < len(data) && (cut.IsDigit(data[end]) || data[end] == '.'); end++ {
		}
		v.kind, v.End = sqlNumber, end
	case c == 'N' && bytes.HasPrefix(data[start:], []byte("NULL")):
		v.kind, end = sqlExpression, start+len("NULL")
		start = 0 // of no text
	}
	if end >= len(data) || data[end] != ',' && data[end] != ')' {
		*v = value{}
		return false
	}
	if v.End > 0 {
		v.Start, v.End = x.heldUpTo()+start, x.heldUpTo()+v.End
	}
	x.pos += end
	return end > 0
}

// value scans a value up to the comma or parenthesis after it.
func (x *lexer) value() (value, tupleState) {
	x.space()
	start := x.heldUpTo()
	if c, ok := x.peek(0); ok && (c == ',' || c == ')') {
		return value{kind: sqlExpression}, tupleWhole // (1,,2) and ()
	}
	v := x.next()
	if v.kind == sqlName && v.quote == '"' {
		v.kind = sqlString
	}
	c, ok := x.valueEnd()
	switch {
	case !ok:
		return v, tupleOpen
	case (c == ',' || c == ')') && v.kind != sqlPunct:
		if v.kind == sqlWord {
			v.kind = sqlExpression
		}
		return v, tupleWhole
	}
	state := x.expression(v)
	return value{kind: sqlExpression, Span: cut.Span{Start: start, End: x.heldUpTo()}}, state
}

// valueEnd returns the byte after a value, and whether there is one.
func (x *lexer) valueEnd() (byte, bool) {
	if x.unclosed {
		return 0, false
	}
	x.space()
	return x.peek(0)
}

// expression scans what follows the first token of an expression. It has no grammar: two values
// with nothing between them are enough to notice a quote too many or too few.
func (x *lexer) expression(tok token) tupleState {
	for depth := 0; ; {
		switch {
		case tok.kind == sqlEnd:
			return tupleOpen
		case tok.kind == sqlPunct && tok.style == '(':
			depth++
		case tok.kind == sqlPunct && tok.style == ')':
			depth--
		}
		if depth > maxParens || tok.kind == sqlPunct && tok.style == ';' {
			return tupleBad
		}
		c, ok := x.valueEnd()
		switch {
		case !ok:
			return tupleOpen
		case depth == 0 && (c == ',' || c == ')'):
			return tupleWhole
		}
		before := tok
		if tok = x.next(); isOperand(before) && !x.mayFollow(tok) {
			return tupleBad
		}
	}
}

func isOperand(tok token) bool { return tok.kind == sqlString || tok.kind == sqlNumber }

// mayFollow reports whether a token can stand after a literal.
func (x *lexer) mayFollow(tok token) bool {
	switch tok.kind {
	case sqlString, sqlNumber, sqlName:
		return false
	case sqlPunct:
		return tok.style != '('
	case sqlWord:
		switch string(x.text) {
		case "collate", "at", "as", "and", "or", "is", "using", "uescape", "from", "for", "when",
			"then", "else", "end", "in", "like", "not", "between":
			return true
		}
		return false
	}
	return true
}

// resync moves from a damaged tuple to where the next one or a statement may begin. Passwords may
// look like that too, which is why nothing but damage leads here.
func (x *lexer) resync() {
	x.unclosed = false
	for {
		if at := nextTuple(x.buf[x.pos:]); at >= 0 {
			x.pos += at
			return
		}
		const longest = 16 // what nextTuple must see at once
		x.pos = max(x.pos, len(x.buf)-longest)
		if !x.more() {
			x.pos = len(x.buf)
			return
		}
	}
}

var lineStarts = [][]byte{
	[]byte("("), []byte("INSERT"), []byte("insert"), []byte("Insert"), []byte("CREATE"),
	[]byte("COPY "), []byte("REPLACE"), []byte("-- "), []byte("/*!"), []byte("GO"),
	[]byte("UNLOCK"),
}

// nextTuple returns where a statement or a tuple begins in data, -1 when none does.
func nextTuple(data []byte) int {
	for from := 0; ; {
		i := bytes.IndexAny(data[from:], "\n)")
		if i < 0 {
			return -1
		}
		from += i + 1
		rest := data[from:]
		if data[from-1] == ')' {
			if bytes.HasPrefix(rest, []byte(",(")) {
				return from + 1
			}
			continue
		}
		for _, start := range lineStarts {
			if bytes.HasPrefix(rest, start) {
				return from
			}
		}
	}
}
