package cut

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"unicode/utf8"
)

// found adds what may be the password after a hash: all of it, and after each salt that may
// stand before. Real potfiles write $HEX[] for a password with a colon, other tools do not, so
// neither the first colon nor the last is right.
func (c *Cutter) found(id, rest []byte) {
	c.Add(id, rest)
	if i := indexSeparator(rest); i >= 0 {
		c.Add(id, rest[i+1:])
		for last := len(rest) - 1; last > i; last-- {
			if IsSeparator(rest[last]) {
				c.Add(id, rest[last+1:])
				break
			}
		}
	}
}

// hexSecret adds the bytes that $HEX[...] stands for, beside the literal text: a user may have
// typed that. Tools write it twice at times, and cut lines leave half a byte.
func (c *Cutter) hexSecret(id, text []byte) {
	for range 2 {
		inner, ok := bytes.CutPrefix(text, []byte("$HEX["))
		if !ok || len(inner) == 0 || inner[len(inner)-1] != ']' {
			return
		}
		inner = inner[:len(inner)-1]
		if HexLength(inner) < len(inner) {
			return
		}
		from := len(c.Arena)
		for ; len(inner) >= 2; inner = inner[2:] {
			high, _ := HexDigit(inner[0])
			low, _ := HexDigit(inner[1])
			c.Arena = append(c.Arena, high<<4|low)
		}
		text = c.Since(from)
		c.Literal(id, text)
	}
}

// bytesOf adds what \x and digits of hex stand for, as PostgreSQL writes bytes.
func (c *Cutter) bytesOf(id, secret []byte) {
	if digits, ok := bytes.CutPrefix(secret, []byte(`\x`)); ok && len(digits) >= 4 && HexLength(digits) == len(digits) {
		from := len(c.Arena)
		if c.Arena, _ = hex.AppendDecode(c.Arena, digits); len(digits)%2 == 0 {
			c.Literal(id, c.Since(from))
		}
	}
}

// unescaped returns a text with each \uXXXX and \xXX undone, nil when it has none.
func (c *Cutter) unescaped(text []byte) []byte {
	if len(text) > longestMeant {
		return nil
	}
	from, found := len(c.Arena), false
	for i := 0; i < len(text); i++ {
		if n := escapeLength(text[i:]); n > 0 {
			code, _ := strconv.ParseUint(string(text[i+2:i+n]), 16, 32)
			if n == len(`\xXX`) {
				c.Arena = append(c.Arena, byte(code))
			} else {
				c.Arena = utf8.AppendRune(c.Arena, rune(code))
			}
			i += n - 1
			found = true
			continue
		}
		c.Arena = append(c.Arena, text[i])
	}
	if !found {
		c.Arena = c.Arena[:from]
		return nil
	}
	return c.Since(from)
}

// escapeLength returns the length of the \uXXXX or \xXX that text begins with, 0 without one.
func escapeLength(text []byte) int {
	n := len(`\xXX`)
	if len(text) < n || text[0] != '\\' {
		return 0
	}
	switch text[1] {
	case 'x':
	case 'u':
		n = len(`\uXXXX`)
	default:
		return 0
	}
	if len(text) < n || HexLength(text[2:n]) < n-2 {
		return 0
	}
	return n
}

// Base64 decodes a value, with or without padding; what is not base64 is nil.
func (c *Cutter) Base64(text []byte) []byte {
	text = bytes.TrimRight(text, "=")
	from := len(c.Arena)
	var err error
	if c.Arena, err = base64.RawStdEncoding.AppendDecode(c.Arena, text); err != nil {
		c.Arena = c.Arena[:from]
		return nil
	}
	return c.Since(from)
}
