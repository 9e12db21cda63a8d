package cut

import (
	"bytes"
	"html"
	"net/url"
	"unicode/utf8"
)

// meantBytes are what a text holds that may stand for another one: a character reference, quoted-printable,
// a spreadsheet's ="text", a password found for a hash, a character that nobody sees.
var meantBytes = func() (table [256]bool) {
	for _, b := range []byte("&=)%\x1f\xe2\xef\\") {
		table[b] = true
	}
	return table
}()

// Encodes reports whether text begins with one byte or character that is written by its number: %2D, =2D, \x2D, \u002D.
func Encodes(text []byte) bool {
	switch text[0] {
	case '%', '=':
		return len(text) > 2 && HexLength(text[1:3]) == 2
	case '\\':
		return escapeLength(text) > 0
	}
	return false
}

// mayMean reports whether a closer look at a secret is worth it.
func mayMean(secret []byte) bool {
	for _, b := range secret {
		if meantBytes[b] {
			return true
		}
	}
	return false
}

// longestMeant bounds the work on one text. No password is as long.
const longestMeant = 4 << 10

// meant adds what a secret stands for, where that is another text than its bytes. It is also tried as it
// stands: people type such signs.
func (c *Cutter) meant(id, secret []byte) {
	if len(secret) > longestMeant {
		return
	}
	if inner := spreadsheetText(secret); inner != nil {
		c.Literal(id, c.Undouble(inner, '"'))
	}
	if bytes.IndexByte(secret, '&') >= 0 && bytes.IndexByte(secret, ';') > 0 {
		c.Literal(id, c.keep(html.UnescapeString(string(secret))))
	}
	if i := bytes.IndexByte(secret, '%'); i >= 0 && i+3 <= len(secret) && HexLength(secret[i+1:i+3]) == 2 {
		if plain, err := url.PathUnescape(string(secret)); err == nil {
			c.Literal(id, c.keep(plain))
		}
	}
	if plain := c.quotedPrintable(secret); plain != nil {
		c.Literal(id, plain)
	}
	c.Literal(id, c.unescaped(secret))
	c.Literal(id, foundBehind(secret))
	c.Literal(id, c.visible(secret))
}

// keep puts a text into the arena.
func (c *Cutter) keep(text string) []byte {
	from := len(c.Arena)
	c.Arena = append(c.Arena, text...)
	return c.Since(from)
}

// spreadsheetText returns the text of ="text", by which spreadsheets keep their hands off it.
func spreadsheetText(text []byte) []byte {
	if n := len(text); n > 3 && text[0] == '=' && text[1] == '"' && text[n-1] == '"' {
		return text[2 : n-1]
	}
	return nil
}

// quotedPrintable returns what a text means if each = in it is followed by the number of a byte, nil else
// (RFC 2045, 6.7).
func (c *Cutter) quotedPrintable(text []byte) []byte {
	from := len(c.Arena)
	found := false
	for i := 0; i < len(text); i++ {
		b := text[i]
		if b == '=' {
			if i+2 >= len(text) {
				c.Arena = c.Arena[:from]
				return nil
			}
			high, isHigh := HexDigit(text[i+1])
			low, isLow := HexDigit(text[i+2])
			if !isHigh || !isLow {
				c.Arena = c.Arena[:from]
				return nil
			}
			b, found, i = high<<4|low, true, i+2
		}
		c.Arena = append(c.Arena, b)
	}
	if !found {
		c.Arena = c.Arena[:from]
		return nil
	}
	return c.Since(from)
}

// foundBehind returns the password in "hash (password)", as sqlmap writes what it found for a hash.
func foundBehind(text []byte) []byte {
	n := HexDigest(text)
	if n == 0 {
		n = StoredHash(text)
	}
	if n == 0 || text[len(text)-1] != ')' || !bytes.HasPrefix(text[n:], []byte(" (")) {
		return nil
	}
	return text[n+2 : len(text)-1]
}

// visible returns a text without characters that take no room, nil when there is none: they come with what
// was copied from pages, and with files that were joined.
func (c *Cutter) visible(text []byte) []byte {
	from := len(c.Arena)
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case r == 0x1f, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r == 0x2060, r == 0xfeff:
		default:
			c.Arena = append(c.Arena, text[i:i+n]...)
		}
		i += n
	}
	if len(c.Arena)-from == len(text) {
		c.Arena = c.Arena[:from]
		return nil
	}
	return c.Since(from)
}
