package dump

import "bytes"

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

// sqlLexer cuts SQL into tokens.
type sqlLexer struct {
	sqlInput
	dialect  dialect
	escapes  bool // a backslash in a literal begins an escape
	inside   bool // of a comment whose content counts: /*!40101 ... */
	fresh    bool // the token is the first of its line
	unclosed bool // the member ended in a literal or a comment
	inTuple  bool // which is a record, and says itself when it is cut off
	began    Position
	cutOff   Position // what the member ended in, outside of tuples
	text     []byte
	banner   func(comment []byte)
}

type sqlKind uint8

const (
	sqlEnd    sqlKind = iota // of the member
	sqlWord                  // a bare word; its lower case is in text
	sqlName                  // a quoted name, which is in text
	sqlString                // a literal
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

// sqlToken is a token. The content of a literal is known by its distance from mark.
type sqlToken struct {
	span
	kind      sqlKind
	style     byte // of a literal, or the byte of a punctuation
	quote     byte
	doubled   bool // the literal holds its quote twice
	backslash bool // the literal holds an escape
}

const (
	sqlSpaceByte = 1 << iota
	sqlWordByte
	sqlDigitByte
)

var sqlClasses = func() (table [256]uint8) {
	for b := range 256 {
		switch c := byte(b); {
		case isDigit(c):
			table[b] = sqlDigitByte | sqlWordByte
		case c|0x20 >= 'a' && c|0x20 <= 'z', c == '_', c == '$', c == '@', c == '#', c >= 0x80:
			table[b] = sqlWordByte
		case c <= ' ':
			table[b] = sqlSpaceByte
		}
	}
	return table
}()

// space skips white space and comments.
func (x *sqlLexer) space() {
	for {
		for x.pos < len(x.buf) && sqlClasses[x.buf[x.pos]]&sqlSpaceByte != 0 {
			if c := x.buf[x.pos]; c == '\n' || c == '\r' {
				x.fresh = true
			}
			x.pos++
		}
		c, ok := x.peek(0)
		if !ok || sqlClasses[c]&sqlSpaceByte == 0 && !x.comment(c) {
			return
		}
	}
}

// comment skips the comment that begins with c, and reports whether one does.
func (x *sqlLexer) comment(c byte) bool {
	mysql := x.dialect == dialectMySQL || x.dialect == dialectUnknown
	switch c {
	case '-', '/', '*':
	case '#':
		if !mysql {
			return false
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
			if c, _ := x.peek(0); !isDigit(c) {
				return true
			}
		}
	}
	x.begin()
	x.pos += 2
	x.closed(x.skipTo("*/"))
	return true
}

// begin notes where a token or a comment begins that may turn out to have no end.
func (x *sqlLexer) begin() {
	if !x.inTuple {
		x.began = x.position()
	}
}

// closed notes whether it has one.
func (x *sqlLexer) closed(ok bool) {
	if x.unclosed = !ok; !ok && !x.inTuple {
		x.cutOff = x.began
	}
}

// lineComment skips -- and what follows. MySQL wants a space behind it; else it is two signs.
func (x *sqlLexer) lineComment() bool {
	const longest = 64 // of a banner
	if c, ok := x.peek(2); ok && x.dialect == dialectMySQL && c > ' ' {
		return false
	}
	x.peek(longest)
	if ahead := x.buf[x.pos:]; x.banner != nil {
		x.banner(ahead[:min(len(ahead), longest)])
	}
	x.skipLine()
	return true
}

// next returns the next token.
func (x *sqlLexer) next() sqlToken {
	x.fresh = false
	x.space()
	c, ok := x.peek(0)
	if !ok {
		return sqlToken{kind: sqlEnd}
	}
	x.begin()
	class := sqlClasses[c]
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
	case class&sqlDigitByte != 0:
		return x.number()
	case class&sqlWordByte != 0:
		return x.word()
	}
	x.pos++
	return sqlToken{kind: sqlPunct, style: c}
}

// quotedName scans a name in quotes or brackets. Where a value is expected, "..." is a literal.
func (x *sqlLexer) quotedName(quote byte) sqlToken {
	own := x.mark < 0
	if own {
		x.hold()
	}
	var tok sqlToken
	if quote == '"' {
		tok = x.literal(0)
	} else {
		tok = x.enclosed(quote)
	}
	tok.kind = sqlName
	x.text = x.text[:0]
	if tok.end > tok.start && !x.lost {
		x.text = append(x.text, x.held(tok.span)...)
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
func (x *sqlLexer) enclosed(end byte) sqlToken {
	x.pos++
	tok := sqlToken{quote: end}
	tok.start = x.heldUpTo()
	for {
		if !x.skipTo(string(end)) {
			x.closed(false)
			return tok
		}
		tok.end = x.heldUpTo() - 1
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
func (x *sqlLexer) word() sqlToken {
	x.text = x.text[:0]
	for {
		c, ok := x.peek(0)
		if !ok || sqlClasses[c]&sqlWordByte == 0 {
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
	return sqlToken{kind: sqlWord}
}

// introduced scans the literal that a word stands right before.
func (x *sqlLexer) introduced() (sqlToken, bool) {
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
	return sqlToken{}, false
}

// number scans digits and whatever can follow them in a number.
func (x *sqlLexer) number() sqlToken {
	tok := sqlToken{kind: sqlNumber}
	tok.start = x.heldUpTo()
	if c, _ := x.peek(1); c|0x20 == 'x' && x.buf[x.pos] == '0' {
		tok.kind, tok.style = sqlString, sqlHex
		x.pos += 2
		tok.start += 2
	}
	for exponent := false; ; x.pos++ {
		c, ok := x.peek(0)
		if !ok || sqlClasses[c]&sqlWordByte == 0 && c != '.' && (!exponent || c != '-' && c != '+') {
			break
		}
		exponent = c|0x20 == 'e' && tok.style == 0
	}
	tok.end = x.heldUpTo()
	return tok
}
