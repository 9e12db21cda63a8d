package sql

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
)

// literal scans '...' or "..." from its first quote on.
func (x *lexer) literal(style byte) token {
	escapes := x.escapes
	if style != 0 {
		escapes = style == sqlEscaped
	} else if escapes && x.dialect == dialectPostgres {
		style = sqlEscaped // standard_conforming_strings is off
	}
	tok := token{kind: sqlString, style: style, quote: x.buf[x.pos]}
	x.pos++
	tok.Start = x.heldUpTo()
	found := -1 // the next quote, while it lies ahead: a literal full of escapes stays linear
	for {
		if found < x.pos {
			found = x.pos + indexOrEnd(x.buf[x.pos:], tok.quote)
		}
		stop := found
		if escapes {
			stop = x.pos + indexOrEnd(x.buf[x.pos:found], '\\')
		}
		tok.End = x.heldUpTo() + stop - x.pos
		x.pos = stop
		if stop+1 >= len(x.buf) {
			atQuote := stop < len(x.buf) && stop == found
			if !x.more() && !atQuote {
				x.pos = len(x.buf)
				x.closed(false)
				return tok
			}
			if found = -1; !atQuote || x.pos+1 < len(x.buf) {
				continue // reading on has moved it all
			}
		}
		switch {
		case stop < found:
			tok.backslash = true
		case x.pos+1 < len(x.buf) && x.buf[x.pos+1] == tok.quote:
			tok.doubled = true
		default:
			x.pos++
			return tok
		}
		x.pos += 2
	}
}

// indexOrEnd returns where the first such byte is, or the length of data.
func indexOrEnd(data []byte, b byte) int {
	if i := bytes.IndexByte(data, b); i >= 0 {
		return i
	}
	return len(data)
}

// dollarTag returns the length of the $tag$ at pos, 0 when there is none.
func (x *lexer) dollarTag() int {
	const longest = 64
	for i := 1; i < longest; i++ {
		c, ok := x.peek(i)
		switch {
		case ok && c == '$':
			return i + 1
		case !ok || classes[c]&wordByte == 0 || i == 1 && cut.IsDigit(c):
			return 0
		}
	}
	return 0
}

// dollarQuoted scans $tag$...$tag$.
func (x *lexer) dollarQuoted(tag int) token {
	end := string(x.buf[x.pos : x.pos+tag])
	x.pos += tag
	return x.verbatim(end)
}

// oracleQuoted scans q'[...]' from its quote on.
func (x *lexer) oracleQuoted() token {
	opening, ok := x.peek(1)
	if !ok {
		return x.literal(0)
	}
	if i := bytes.IndexByte([]byte("[{(<"), opening); i >= 0 {
		opening = "]})>"[i]
	}
	x.pos += 2
	return x.verbatim(string(opening) + "'")
}

// verbatim scans up to end, with nothing that needs undoing.
func (x *lexer) verbatim(end string) token {
	tok := token{kind: sqlString, style: sqlVerbatim}
	tok.Start = x.heldUpTo()
	x.closed(x.skipTo(end))
	tok.End = max(tok.Start, x.heldUpTo()-len(end))
	return tok
}
