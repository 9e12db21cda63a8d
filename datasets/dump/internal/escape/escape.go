// Package escape undoes the ways in which single characters and whole words are written in other signs: percent,
// character references, backslashes, quoted-printable, base64 and hex. It knows no format: what may be encoded how,
// says whoever asks.
package escape

import (
	"bytes"
	"html"
	"unicode/utf16"
	"unicode/utf8"
)

// Text is a text with the encodings of single characters undone, and where each byte comes from.
type Text struct {
	Bytes []byte
	From  []int32 // one more than text has bytes: where each begins in the source, and the source's end
}

// The encodings that can be undone, to be joined.
const (
	Percent   = 1 << iota // %40
	Entity                // &#64;
	Backslash             // \u0040, \x40, \"
	Quoted                // =40, of quoted-printable
	Width                 // full-width letters, invisible characters
	Doubled               // '' in a string of SQL
	All       = Percent | Entity | Backslash | Quoted | Width
)

// maxLayers allows for a JSON text in a JSON text, or an entity in a percent-encoded form.
const maxLayers = 3

// Undo decodes src until nothing changes.
func (u *Text) Undo(src []byte, kinds int) (changed bool) {
	u.load(src)
	for range maxLayers {
		if !u.once(kinds) {
			break
		}
		changed = true
	}
	return changed
}

// UndoOnce decodes one layer of src.
func (u *Text) UndoOnce(src []byte, kinds int) (changed bool) {
	u.load(src)
	return u.once(kinds)
}

func (u *Text) load(src []byte) {
	u.Bytes = append(u.Bytes[:0], src...)
	u.From = u.From[:0]
	for i := range len(src) + 1 {
		u.From = append(u.From, int32(i))
	}
}

// once decodes one layer in place: no character grows.
func (u *Text) once(kinds int) (changed bool) {
	src, out := u.Bytes, 0
	for i := 0; i < len(src); {
		r, n := unescape(src[i:], kinds)
		if n == 0 {
			src[out], u.From[out] = src[i], u.From[i]
			i, out = i+1, out+1
			continue
		}
		if r >= 0xd800 && r < 0xdc00 {
			if low, m := unescape(src[i+n:], kinds); m > 0 && low >= 0xdc00 && low < 0xe000 {
				r, n = utf16.DecodeRune(r, low), n+m
			}
		}
		changed = true
		at := u.From[i]
		if r >= 0 {
			var enc [utf8.UTFMax]byte
			for _, b := range enc[:encode(enc[:], r, n)] {
				src[out], u.From[out] = b, at
				out++
			}
		}
		i += n
	}
	u.From[out] = u.From[len(src)]
	u.Bytes, u.From = src[:out], u.From[:out+1]
	return changed
}

// encode writes a character, or the byte that a code of at most 4 signs stands for.
func encode(dst []byte, r rune, n int) int {
	if r < 0x100 && n <= 4 {
		dst[0] = byte(r)
		return 1
	}
	return utf8.EncodeRune(dst, r)
}

// unescape returns the character that text begins with in an encoded form, and the length of that
// form: 0 when it begins with none. The character is negative when the form stands for nothing.
func unescape(text []byte, kinds int) (rune, int) {
	switch c := text[0:min(1, len(text))]; {
	case len(c) == 0:
		return 0, 0
	case c[0] == '%' && kinds&Percent != 0:
		return hexCode(text, 1, 2)
	case c[0] == '&' && kinds&Entity != 0:
		return entity(text)
	case c[0] == '\\' && kinds&Backslash != 0:
		return backslash(text)
	case c[0] == '=' && kinds&Quoted != 0:
		if bytes.HasPrefix(text, []byte("=\r\n")) {
			return -1, 3
		}
		if bytes.HasPrefix(text, []byte("=\n")) {
			return -1, 2
		}
		return hexCode(text, 1, 2)
	case c[0] == '\'' && kinds&Doubled != 0:
		if len(text) > 1 && text[1] == '\'' {
			return '\'', 2
		}
	case c[0] >= 0xc2 && kinds&Width != 0:
		return width(text)
	}
	return 0, 0
}

// hexCode reads digits at skip.
func hexCode(text []byte, skip, digits int) (rune, int) {
	if len(text) < skip+digits {
		return 0, 0
	}
	var r rune
	for _, b := range text[skip : skip+digits] {
		d := HexValue(b)
		if d < 0 {
			return 0, 0
		}
		r = r<<4 | rune(d)
	}
	return r, skip + digits
}

// HexValue returns the value of a digit, -1 of any other byte.
func HexValue(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b|0x20 >= 'a' && b|0x20 <= 'f':
		return int(b|0x20-'a') + 10
	}
	return -1
}

// entity reads a character reference. The names are HTML's, so that the library knows them.
func entity(text []byte) (rune, int) {
	const longest = 12
	end := bytes.IndexByte(text[:min(len(text), longest)], ';')
	if end < 3 {
		return 0, 0
	}
	for _, b := range text[1:end] {
		if b != '#' && !isAlnum(b) {
			return 0, 0
		}
	}
	r, n := utf8.DecodeRuneInString(html.UnescapeString(string(text[:end+1])))
	if n == 0 || r == utf8.RuneError || r == '&' && !bytes.EqualFold(text[1:end], []byte("amp")) &&
		text[1] != '#' {
		return 0, 0
	}
	return r, end + 1
}

func backslash(text []byte) (rune, int) {
	if len(text) < 2 {
		return 0, 0
	}
	switch c := text[1]; c {
	case 'u':
		if len(text) > 3 && text[2] == '{' {
			end := bytes.IndexByte(text[:min(len(text), 11)], '}')
			if end < 4 {
				return 0, 0
			}
			r, n := hexCode(text, 3, end-3)
			if n == 0 {
				return 0, 0
			}
			return r, end + 1
		}
		return hexCode(text, 2, 4)
	case 'U':
		return hexCode(text, 2, 8)
	case 'x':
		return hexCode(text, 2, 2)
	case '0', '1', '2', '3':
		if len(text) >= 4 && isOctal(text[2]) && isOctal(text[3]) {
			return rune(c-'0')<<6 | rune(text[2]-'0')<<3 | rune(text[3]-'0'), 4
		}
	case '\\', '/', '"', '\'', '`', '@', '.', '_', '-', '+': // the last five where text is Markdown or code
		return rune(c), 2
	case 'n':
		return '\n', 2
	case 't':
		return '\t', 2
	case 'r':
		return '\r', 2
	}
	return 0, 0
}

func isOctal(b byte) bool { return b >= '0' && b <= '7' }

// width folds full-width forms of ASCII, and removes what cannot be seen.
func width(text []byte) (rune, int) {
	r, n := utf8.DecodeRune(text)
	switch {
	case n < 2:
	case r >= 0xff01 && r <= 0xff5e:
		return r - 0xff01 + '!', n
	case r == 0xfe6b:
		return '@', n
	case r == 0x3002, r == 0xff0e, r == 0xff61:
		return '.', n
	case isInvisible(r):
		return -1, n
	}
	return 0, 0
}

func isInvisible(r rune) bool {
	return r == 0xad || r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e ||
		r >= 0x2060 && r <= 0x2064 || r == 0xfeff
}

func isAlnum(b byte) bool {
	return b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z'
}
