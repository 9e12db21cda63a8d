package cut

import (
	"bytes"
	"encoding/base64"
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
