package sql

import (
	"bytes"
	"encoding/hex"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
)

// decoder turns literals into the bytes that they mean.
type decoder struct {
	c       *cut.Cutter // whose arena keeps what had to be undone
	dialect dialect
	escapes bool
}

// value returns what a value means; ok is false for NULL and for whatever is not a literal.
func (d *decoder) value(x *lexer, v value) (value []byte, ok bool) {
	text := x.held(v.Span)
	switch v.kind {
	case sqlNumber:
		return text, true
	case sqlString:
		return d.literal(v, text)
	case sqlExpression:
		if len(text) > 0 {
			return d.evaluate(text)
		}
	}
	return nil, false
}

// literal returns what a literal means.
func (d *decoder) literal(tok token, text []byte) ([]byte, bool) {
	switch tok.style {
	case sqlVerbatim:
		return text, true
	case sqlBits:
		return nil, false
	case sqlHex:
		return d.unhex(text)
	}
	if !tok.doubled && !tok.backslash && tok.style != sqlUnicode {
		return text, true
	}
	from := len(d.c.Arena)
	for i := 0; i < len(text); {
		switch b := text[i]; {
		case b == tok.quote && tok.doubled:
			d.c.Arena = append(d.c.Arena, b)
			i += 2
		case b == '\\' && tok.style == sqlUnicode:
			i += d.unicodeEscape(text[i:])
		case b == '\\' && tok.backslash:
			i += d.escape(text[i:], tok.style)
		default:
			d.c.Arena = append(d.c.Arena, b)
			i++
		}
	}
	return d.kept(from), true
}

func (d *decoder) kept(from int) []byte { return d.c.Since(from) }

func (d *decoder) add(b ...byte) { d.c.Arena = append(d.c.Arena, b...) }

// escape undoes the escape that text begins with and returns its length.
func (d *decoder) escape(text []byte, style byte) int {
	if len(text) < 2 {
		d.add('\\')
		return 1
	}
	if style == sqlEscaped || style == sqlCopied {
		return d.cEscape(text, style)
	}
	switch b := text[1]; b {
	case '0':
		d.add(0)
	case 'n':
		d.add('\n')
	case 'r':
		d.add('\r')
	case 't':
		d.add('\t')
	case 'b':
		d.add('\b')
	case 'Z':
		d.add(0x1a)
	case '%', '_': // escapes of LIKE, which a literal keeps
		d.add('\\', b)
	default:
		d.add(b)
	}
	return 2
}

// cEscape undoes an escape of E'...' or of COPY.
func (d *decoder) cEscape(text []byte, style byte) int {
	switch b := text[1]; {
	case b >= '0' && b <= '7':
		n := digitsAhead(text[1:], 3, 8)
		v, _ := strconv.ParseUint(string(text[1:1+n]), 8, 16)
		d.add(byte(v))
		return 1 + n
	case b == 'x' && digitsAhead(text[2:], 2, 16) > 0:
		n := digitsAhead(text[2:], 2, 16)
		v, _ := strconv.ParseUint(string(text[2:2+n]), 16, 8)
		d.add(byte(v))
		return 2 + n
	case b == 'u' && style == sqlEscaped && digitsAhead(text[2:], 4, 16) == 4:
		return d.codePoint(text, 2, 4)
	case b == 'U' && style == sqlEscaped && digitsAhead(text[2:], 8, 16) == 8:
		return d.codePoint(text, 2, 8)
	default:
		if i := bytes.IndexByte([]byte("bfnrtv"), b); i >= 0 {
			b = "\b\f\n\r\t\v"[i]
		}
		d.add(b)
		return 2
	}
}

// unicodeEscape undoes \XXXX, \+XXXXXX and \\ of U&'...', and \uXXXX and \UXXXXXXXX of unistr.
func (d *decoder) unicodeEscape(text []byte) int {
	switch rest := text[1:]; {
	case digitsAhead(rest, 4, 16) == 4:
		return d.codePoint(text, 1, 4)
	case len(rest) > 0 && rest[0] == '+' && digitsAhead(rest[1:], 6, 16) == 6:
		return d.codePoint(text, 2, 6)
	case len(rest) > 0 && rest[0] == 'u' && digitsAhead(rest[1:], 4, 16) == 4:
		return d.codePoint(text, 2, 4)
	case len(rest) > 0 && rest[0] == 'U' && digitsAhead(rest[1:], 8, 16) == 8:
		return d.codePoint(text, 2, 8)
	case len(rest) > 0 && rest[0] == '\\':
		d.add('\\')
		return 2
	}
	d.add('\\')
	return 1
}

// codePoint adds the character whose number stands in n hex digits from start on. A pair of
// surrogates is one character.
func (d *decoder) codePoint(text []byte, start, n int) int {
	r := hexRune(text[start : start+n])
	length := start + n
	if pair := text[length:]; r >= 0xd800 && r < 0xdc00 && len(pair) >= length &&
		bytes.Equal(pair[:start], text[:start]) && digitsAhead(pair[start:], n, 16) == n {
		if low := hexRune(pair[start : start+n]); low >= 0xdc00 && low < 0xe000 {
			r = 0x10000 + (r-0xd800)<<10 + (low - 0xdc00)
			length += start + n
		}
	}
	d.c.Arena = utf8.AppendRune(d.c.Arena, r)
	return length
}

func hexRune(digits []byte) rune {
	v, _ := strconv.ParseUint(string(digits), 16, 32)
	if v > utf8.MaxRune {
		return utf8.RuneError
	}
	return rune(v)
}

// digitsAhead returns how many of the first bytes of text are digits of base 8 or 16.
func digitsAhead(text []byte, most, base int) int {
	n := 0
	for n < len(text) && n < most {
		c := text[n]
		if c < '0' || c > '7' && base == 8 || c > '9' && (c|0x20 < 'a' || c|0x20 > 'f') {
			break
		}
		n++
	}
	return n
}

// unhex returns the bytes of hex digits; an odd digit stands for itself.
func (d *decoder) unhex(digits []byte) ([]byte, bool) {
	from := len(d.c.Arena)
	if len(digits)%2 == 1 {
		digits = append([]byte{'0'}, digits...)
	}
	var err error
	if d.c.Arena, err = hex.AppendDecode(d.c.Arena, digits); err != nil {
		d.c.Arena = d.c.Arena[:from]
		return nil, false
	}
	return d.kept(from), true
}

// unbytea returns the bytes that PostgreSQL writes as \x00ff, or as \000 in its older form.
func (d *decoder) unbytea(text []byte) ([]byte, bool) {
	if digits, ok := bytes.CutPrefix(text, []byte(`\x`)); ok {
		return d.unhex(digits)
	}
	if bytes.IndexByte(text, '\\') < 0 {
		return text, true
	}
	from := len(d.c.Arena)
	for i := 0; i < len(text); {
		if text[i] == '\\' && i+1 < len(text) {
			i += d.cEscape(text[i:], sqlCopied)
			continue
		}
		d.add(text[i])
		i++
	}
	return d.kept(from), true
}

// evaluate returns what an expression of literals means. Dumps wrap strings into a few functions,
// where they hold what a literal cannot.
func (d *decoder) evaluate(text []byte) ([]byte, bool) {
	e := expressionReader{decoder: d}
	e.x.input = input{buf: text, end: io.EOF, limit: len(text)}
	e.x.dialect, e.x.escapes = d.dialect, d.escapes
	e.tok = e.x.next()
	value, ok := e.concatenation(0)
	return value, ok && e.tok.kind == sqlEnd
}
