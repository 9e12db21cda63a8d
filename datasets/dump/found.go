package dump

import (
	"bytes"
	"encoding/base64"
)

// found adds what may be the password behind a hash: all of it, and behind each salt that may
// stand before. Real potfiles write $HEX[] for a password with a colon, other tools do not, so
// neither the first colon nor the last is right.
func (c *cutter) found(id, rest []byte) {
	c.add(id, rest)
	if i := indexSeparator(rest); i >= 0 {
		c.add(id, rest[i+1:])
		for last := len(rest) - 1; last > i; last-- {
			if isSeparator(rest[last]) {
				c.add(id, rest[last+1:])
				break
			}
		}
	}
}

// hexSecret adds the bytes that $HEX[...] stands for, beside the literal text: a user may have
// typed that. Tools write it twice at times, and cut lines leave half a byte.
func (c *cutter) hexSecret(id, text []byte) {
	for range 2 {
		inner, ok := bytes.CutPrefix(text, []byte("$HEX["))
		if !ok || len(inner) == 0 || inner[len(inner)-1] != ']' {
			return
		}
		inner = inner[:len(inner)-1]
		if hexLength(inner) < len(inner) {
			return
		}
		from := len(c.arena)
		for ; len(inner) >= 2; inner = inner[2:] {
			high, _ := hexDigit(inner[0])
			low, _ := hexDigit(inner[1])
			c.arena = append(c.arena, high<<4|low)
		}
		text = c.since(from)
		c.addLiteral(id, text)
	}
}

// base64 decodes a value, with or without padding; what is no base64 is nil.
func (c *cutter) base64(text []byte) []byte {
	text = bytes.TrimRight(text, "=")
	from := len(c.arena)
	var err error
	if c.arena, err = base64.RawStdEncoding.AppendDecode(c.arena, text); err != nil {
		c.arena = c.arena[:from]
		return nil
	}
	return c.since(from)
}
