package sql

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// dialect is whose SQL a dump is in.
type dialect uint8

const (
	dialectUnknown dialect = iota
	dialectMySQL
	dialectPostgres
	dialectMSSQL
	dialectSQLite
	dialectOracle
)

// lexer cuts SQL into tokens.
type lexer struct {
	input
	dialect  dialect
	escapes  bool // a backslash in a literal begins an escape
	inside   bool // of a comment whose content counts: /*!40101 ... */
	fresh    bool // the token is the first of its line
	unclosed bool // the member ended in a literal or a comment
	inTuple  bool // which is a record, and says itself when it is cut off
	began    leak.Position
	cutOff   leak.Position // what the member ended in, outside of tuples
	text     []byte
	banner   func(comment []byte)
}

type kind uint8

const (
	sqlEnd    kind = iota // of the member
	sqlWord               // a bare word; its lower case is in text
	sqlName               // a quoted name, which is in text
	sqlString             // a literal
	sqlNumber
	sqlPunct
	sqlExpression // of values: anything else
)

// How a literal is written, beside plain '...'.
const (
	sqlEscaped  = 'e' // E'...': C escapes
	sqlCopied   = 'c' // a field of COPY: C escapes without \u
	sqlUnicode  = 'u' // U&'...'
	sqlHex      = 'x' // X'...' and 0x...
	sqlBits     = 'b' // b'...'
	sqlVerbatim = '$' // $$...$$ and q'[...]'
)

// token is a token. The content of a literal is known by its distance from mark.
type token struct {
	cut.Span
	kind      kind
	style     byte // of a literal, or the byte of a punctuation
	quote     byte
	doubled   bool // the literal holds its quote twice
	backslash bool // the literal holds an escape
}

const (
	spaceByte = 1 << iota
	wordByte
	digitByte
)

var classes = func() (table [256]uint8) {
	for b := range 256 {
		switch c := byte(b); {
		case cut.IsDigit(c):
			table[b] = digitByte | wordByte
		case c|0x20 >= 'a' && c|0x20 <= 'z', c == '_', c == '$', c == '@', c == '#', c >= 0x80:
			table[b] = wordByte
		case c <= ' ':
			table[b] = spaceByte
		}
	}
	return table
}()

// space skips white space and comments.
func (x *lexer) space() {
	for {
		for x.pos < len(x.buf) && classes[x.buf[x.pos]]&spaceByte != 0 {
			if c := x.buf[x.pos]; c == '\n' || c == '\r' {
				x.fresh = true
			}
			x.pos++
		}
		c, ok := x.peek(0)
		if !ok || classes[c]&spaceByte == 0 && !x.comment(c) {
			return
		}
	}
}

// comment skips the comment that begins with c, and reports whether one does.
func (x *lexer) comment(c byte) bool {
	mysql := x.dialect == dialectMySQL || x.dialect == dialectUnknown
	switch c {
	case '-', '/', '*':
	case '#':
		if !mysql {
			return false
		}
		if x.commented(1) {
			x.pos++
			return true
		}
		x.skipLine()
		return true
	default:
		return false
	}
	next, ok := x.peek(1)
	switch {
	case !ok:
		return false
	case c == '-' && next == '-':
		return x.lineComment()
	case c == '*' && next == '/' && x.inside:
		x.inside = false
		x.pos += 2
		return true
	case c != '/' || next != '*':
		return false
	}
	if third, _ := x.peek(2); third == '!' && mysql {
		x.inside = true
		for x.pos += 3; ; x.pos++ {
			if c, _ := x.peek(0); !cut.IsDigit(c) {
				return true
			}
		}
	}
	if x.commented(2) {
		x.inside = true
		x.pos += 2
		return true
	}
	x.begin()
	x.pos += 2
	x.closed(x.skipTo("*/"))
	return true
}

// begin notes where a token or a comment begins that may turn out to have no end.
func (x *lexer) begin() {
	if !x.inTuple {
		x.began = x.position()
	}
}

// closed notes whether it has one.
func (x *lexer) closed(ok bool) {
	if x.unclosed = !ok; !ok && !x.inTuple {
		x.cutOff = x.began
	}
}

// lineComment skips -- and what follows. MySQL wants a space after it; else it is two signs.
func (x *lexer) lineComment() bool {
	const longest = 64 // of a banner
	if c, ok := x.peek(2); ok && x.dialect == dialectMySQL && c > ' ' {
		return false
	}
	x.peek(longest)
	if ahead := x.buf[x.pos:]; x.banner != nil {
		x.banner(ahead[:min(len(ahead), longest)])
	}
	if x.commented(2) {
		x.pos += 2
		return true
	}
	x.skipLine()
	return true
}

// next returns the next token.
func (x *lexer) next() token {
	x.fresh = false
	x.space()
	c, ok := x.peek(0)
	if !ok {
		return token{kind: sqlEnd}
	}
	x.begin()
	class := classes[c]
	switch {
	case c == '\'':
		return x.literal(0)
	case c == '"':
		return x.quotedName(c)
	case c == '`':
		return x.quotedName(c)
	case c == '[' && x.dialect != dialectPostgres && x.dialect != dialectMySQL:
		return x.quotedName(']')
	case c == '$' && x.dialect != dialectMySQL && x.dialect != dialectMSSQL:
		if tag := x.dollarTag(); tag > 0 {
			return x.dollarQuoted(tag)
		}
		return x.word()
	case class&digitByte != 0:
		return x.number()
	case class&wordByte != 0:
		return x.word()
	}
	x.pos++
	return token{kind: sqlPunct, style: c}
}

// quotedName scans a name in quotes or brackets. Where a value is expected, "..." is a literal.
func (x *lexer) quotedName(quote byte) token {
	own := x.mark < 0
	if own {
		x.hold()
	}
	var tok token
	if quote == '"' {
		tok = x.literal(0)
	} else {
		tok = x.enclosed(quote)
	}
	tok.kind = sqlName
	x.text = x.text[:0]
	if tok.End > tok.Start && !x.lost {
		x.text = append(x.text, x.held(tok.Span)...)
		if tok.doubled {
			x.text = bytes.ReplaceAll(x.text, []byte{quote, quote}, []byte{quote})
		}
	}
	if own {
		x.release()
	}
	return tok
}

// enclosed scans what ends with a byte that is doubled where it is meant.
func (x *lexer) enclosed(end byte) token {
	x.pos++
	tok := token{quote: end}
	tok.Start = x.heldUpTo()
	for {
		if !x.skipTo(string(end)) {
			x.closed(false)
			return tok
		}
		tok.End = x.heldUpTo() - 1
		if c, ok := x.peek(0); !ok || c != end {
			return tok
		}
		tok.doubled = true
		x.pos++
	}
}

// maxWord is far beyond the names that databases accept.
const maxWord = 256

// word scans a bare word, or the literal that it introduces.
func (x *lexer) word() token {
	x.text = x.text[:0]
	for {
		c, ok := x.peek(0)
		if !ok || classes[c]&wordByte == 0 {
			break
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if len(x.text) < maxWord {
			x.text = append(x.text, c)
		}
		x.pos++
	}
	next, _ := x.peek(0)
	switch {
	case next == '\'':
		if tok, ok := x.introduced(); ok {
			return tok
		}
	case next == '&' && string(x.text) == "u":
		if c, _ := x.peek(1); c == '\'' {
			x.pos++
			return x.literal(sqlUnicode)
		}
	case next <= ' ' && x.text[0] == '_': // _binary '...'
		x.space()
		if c, _ := x.peek(0); c == '\'' || c == '0' || c|0x20 == 'x' || c|0x20 == 'b' {
			return x.next()
		}
	}
	return token{kind: sqlWord}
}

// introduced scans the literal that a word stands right before.
func (x *lexer) introduced() (token, bool) {
	switch string(x.text) {
	case "n":
		return x.literal(0), true
	case "e":
		return x.literal(sqlEscaped), true
	case "x":
		return x.literal(sqlHex), true
	case "b":
		return x.literal(sqlBits), true
	case "q", "nq":
		return x.oracleQuoted(), true
	}
	if x.text[0] == '_' {
		return x.literal(0), true
	}
	return token{}, false
}

// number scans digits and whatever can follow them in a number.
func (x *lexer) number() token {
	tok := token{kind: sqlNumber}
	tok.Start = x.heldUpTo()
	if c, _ := x.peek(1); c|0x20 == 'x' && x.buf[x.pos] == '0' {
		tok.kind, tok.style = sqlString, sqlHex
		x.pos += 2
		tok.Start += 2
	}
	for exponent := false; ; x.pos++ {
		c, ok := x.peek(0)
		if !ok || classes[c]&wordByte == 0 && c != '.' && (!exponent || c != '-' && c != '+') {
			break
		}
		exponent = c|0x20 == 'e' && tok.style == 0
	}
	tok.End = x.heldUpTo()
	return tok
}
