package hashing

import (
	"encoding/binary"
	"unicode"
	"unicode/utf8"
)

// Visible returns an identifier as a reader sees it: without characters that take no room, such as U+200B, a byte order
// mark, a soft hyphen or a mark of direction, and with full-width signs, spaces and hyphens that do not break as those of
// a keyboard. It returns nil when that is the identifier itself, and for what is not UTF-8. Copies from pages and joined
// files bring such characters along; but a joiner belongs to names of some scripts. So whoever looks for a name looks for both.
func Visible(text []byte) []byte {
	if !hasHighBit(text) || !utf8.Valid(text) {
		return nil
	}
	seen, changed := make([]byte, 0, len(text)), false
	for _, r := range string(text) {
		shown := asSeen(r)
		changed = changed || shown != r
		if shown >= 0 {
			seen = utf8.AppendRune(seen, shown)
		}
	}
	if !changed {
		return nil
	}
	return seen
}

// asSeen returns -1 for what nobody sees.
func asSeen(r rune) rune {
	const firstWide, lastWide = '\uff01', '\uff5e' // of an input method for Japanese or Chinese
	if r >= firstWide && r <= lastWide {
		return r - firstWide + '!'
	}
	switch r {
	case '\u00a0', '\u2007', '\u202f', '\u3000':
		return ' '
	case '\u2010', '\u2011':
		return '-'
	case '\u034f', '\u115f', '\u1160', '\u3164', '\uffa0': // a joiner of graphemes, and fillers of Hangul
		return -1
	}
	if r >= utf8.RuneSelf && (unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)) {
		return -1
	}
	return r
}

// hasHighBit looks at eight bytes at once: it is asked of every record that is not plain.
func hasHighBit(text []byte) bool {
	const high = 0x8080808080808080
	for ; len(text) >= 8; text = text[8:] {
		if binary.LittleEndian.Uint64(text)&high != 0 {
			return true
		}
	}
	return !isASCII(text)
}
