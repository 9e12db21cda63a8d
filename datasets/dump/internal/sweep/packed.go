package sweep

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/escape"
)

// PackedLength is the length from which words of base64 or hex are looked into: the shortest address that
// people have takes as many.
const PackedLength = 16

// IsPacked reports whether a byte can be in a word of base64 or hex.
func IsPacked(b byte) bool { return packedByte[b] != 0 }

var packedByte = func() (table [256]uint8) {
	for c := range table {
		if isAlnum(byte(c)) || bytes.IndexByte([]byte("+/-_"), byte(c)) >= 0 {
			table[c] = 1
		}
	}
	return table
}()

// mayBePacked decodes a word as base64 or hex only as far as it stays text. Nearly all words end at
// the first byte.
func mayBePacked(word []byte) bool {
	hex := word
	if len(hex) > 2 && hex[1]|0x20 == 'x' && hex[0] == '0' {
		hex = hex[2:]
	} else if hex[0] == 'x' {
		hex = hex[1:]
	}
	last := byte(0)
	if escape.HexValue(hex[0]) >= 0 && len(hex)%2 == 0 {
		for i := 0; i+1 < len(hex); i += 2 {
			v := escape.HexValue(hex[i])<<4 | escape.HexValue(hex[i+1])
			if v == '@' || startsSign(last, byte(v)) {
				return true
			}
			if v < 0 || isBinary(byte(v)) {
				break
			}
			last = byte(v)
		}
	}
	last = 0
	for i := 0; i+3 < len(word); i += 4 {
		var v uint32
		for _, c := range word[i : i+4] {
			v = v<<6 | uint32(base64Values[c])
		}
		a, b, c := byte(v>>16), byte(v>>8), byte(v)
		if isBinary(a) || isBinary(b) || isBinary(c) {
			return false
		}
		if a == '@' || b == '@' || c == '@' || startsSign(last, a) || startsSign(a, b) || startsSign(b, c) {
			return true
		}
		last = c
	}
	return false
}

// startsSign reports whether two bytes begin what encodes an @ in a text that was packed then.
func startsSign(a, b byte) bool {
	switch a {
	case '%':
		return b == '4' || b == '2'
	case '&':
		return b == '#' || b == 'c' || b == 'a'
	case '\\':
		return b == 'u' || b == 'x'
	}
	return false
}

// isBinary reports whether a byte stands in no text: not in UTF-16, and not between fields or lines.
func isBinary(b byte) bool {
	return b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != 0 && b != 1 && b != 0x1f
}

var base64Values = func() (table [256]uint8) {
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		table[c] = uint8(i)
	}
	table['-'], table['_'] = 62, 63
	return table
}()

// packed makes hits of the addresses in a word of base64 or hex.
func (f *finder) packed(at, limit int32) {
	end := at
	for end < limit && end-at < 2*Reach && IsPacked(f.text[end]) {
		end++
	}
	f.steps += int64(end - at)
	text := escape.Unpack(f.text[at:end])
	if text == nil {
		return
	}
	for end < limit && f.text[end] == '=' {
		end++
	}
	base := int32(len(f.arena))
	f.arena = append(f.arena, text...)
	for range text {
		f.origin = append(f.origin, at)
	}
	in := hit{start: at, end: end, decoded: true, packed: true, text0: base, text1: base + int32(len(text))}
	for i, c := range text {
		if c == '@' {
			lo, hi := extent(text, i, 0)
			in.lo, in.at, in.hi = base+int32(lo), base+int32(i), base+int32(hi)
			f.add(in)
		} else if classes[c]&escapedByte != 0 && isSign(text[i:]) {
			f.packedSign(in, text, i)
		}
	}
}

// packedSign makes a hit of what encodes an @ in a packed text.
func (f *finder) packedSign(in hit, text []byte, i int) {
	const far = 256
	from := max(0, i-far)
	if !f.esc.Undo(text[from:min(len(text), i+far)], escape.Percent|escape.Entity|escape.Backslash) {
		return
	}
	for j, c := range f.esc.Bytes {
		if c != '@' || int(f.esc.From[j]) > i-from || int(f.esc.From[j+1]) <= i-from {
			continue
		}
		lo, hi := extent(f.esc.Bytes, j, 0)
		base := int32(len(f.arena) - lo)
		f.arena = append(f.arena, f.esc.Bytes[lo:hi]...)
		for range hi - lo {
			f.origin = append(f.origin, in.start)
		}
		in.lo, in.at, in.hi = base+int32(lo), base+int32(j), base+int32(hi)
		f.add(in)
	}
}
