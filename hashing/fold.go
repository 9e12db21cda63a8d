package hashing

import (
	"encoding/binary"
	"math/bits"
)

// The same byte eight times over, and the highest bit of each byte.
const (
	eachByte = 0x0101010101010101
	highBits = 0x80 * eachByte
)

// foldWords does what foldBytes does for texts of eight bytes or more that are printable ASCII, and says
// no to all others. It takes eight bytes at a time: as all are below 0x80, sums of bytes do not run
// over into the next, and show in its highest bit how a byte compares to a limit.
func (c *Canonicalizer) foldWords(raw []byte, t *folded) bool {
	n := len(raw)
	if n < 8 || n > maxIdentifier {
		return false
	}
	text, at := c.text[:n], -1
	var odd, spaces uint64
	for i := 0; i < n; i += 8 {
		i = min(i, n-8) // the last word overlaps the one before
		w := binary.LittleEndian.Uint64(raw[i:])
		const toTilde, toSpace = 0x80 - 0x7f, 0x80 - ' '
		odd |= w | (w + toTilde*eachByte) | ^(w + toSpace*eachByte)
		if found := equal(w, '@'); found != 0 {
			at = i + (bits.Len64(found)-1)/8
		}
		spaces |= equal(w, ' ')
		const toA, behindZ = 0x80 - 'A', 0x80 - 'Z' - 1
		upper := (w + toA*eachByte) &^ (w + behindZ*eachByte) & highBits
		binary.LittleEndian.PutUint64(text[i:], w|upper>>2) // 0x20 makes a capital small
	}
	t.text, t.at, t.ascii, t.space = text, at, true, spaces != 0
	return odd&highBits == 0
}

// wideText is how many bytes foldWide takes.
const wideText = 64

// foldWide does what foldBytes does for up to wideText bytes of printable ASCII, at once, where hasLanes says so; it says
// no to all others.
func (c *Canonicalizer) foldWide(raw []byte, t *folded) bool {
	n := len(raw)
	if n == 0 || n > wideText {
		return false
	}
	at, spaces, odd := foldLine((*[wideText]byte)(c.text[:]), &raw[0], n)
	t.text, t.at, t.ascii, t.space = c.text[:n], bits.Len64(at)-1, true, spaces != 0
	return odd == 0
}

// equal returns the highest bit of each byte of w that equals b, where all are ASCII.
func equal(w uint64, b byte) uint64 {
	return ^((w ^ uint64(b)*eachByte) + 0x7f*eachByte) & highBits
}
