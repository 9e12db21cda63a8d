package json

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
)

// unescape returns what a JSON string means, to the byte.
func unescape(c *cut.Cutter, text []byte) []byte {
	from := len(c.Arena)
	for len(text) > 0 {
		i := bytes.IndexByte(text, '\\')
		if i < 0 || i+1 == len(text) {
			break
		}
		c.Arena = append(c.Arena, text[:i]...)
		text = text[i:]
		if text[1] == 'u' {
			text = codePoint(c, text)
			continue
		}
		if k := strings.IndexByte(`"'\/bfnrt`, text[1]); k >= 0 {
			c.Arena = append(c.Arena, "\"'\\/\b\f\n\r\t"[k])
		} else {
			c.Arena = append(c.Arena, text[:2]...)
		}
		text = text[2:]
	}
	c.Arena = append(c.Arena, text...)
	return c.Since(from)
}

// codePoint writes what \uXXXX at the start of text means and returns what follows it.
func codePoint(c *cut.Cutter, text []byte) []byte {
	r, ok := escapedUnit(text)
	if !ok {
		c.Arena = append(c.Arena, text[:2]...)
		return text[2:]
	}
	text = text[6:]
	if r >= 0xD800 && r < 0xDC00 {
		if low, ok := escapedUnit(text); ok && low >= 0xDC00 && low < 0xE000 {
			c.Arena = utf8.AppendRune(c.Arena, (r-0xD800)<<10+(low-0xDC00)+0x10000)
			return text[6:]
		}
	}
	if r >= 0xD800 && r < 0xE000 { // AppendRune would put U+FFFD
		c.Arena = append(c.Arena, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
		return text
	}
	c.Arena = utf8.AppendRune(c.Arena, r)
	return text
}

func escapedUnit(text []byte) (r rune, ok bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	for _, b := range text[2:6] {
		n, ok := cut.HexDigit(b)
		if !ok {
			return 0, false
		}
		r = r<<4 | rune(n)
	}
	return r, true
}
