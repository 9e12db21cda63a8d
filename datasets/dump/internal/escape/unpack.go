package escape

import (
	"bytes"
	"encoding/base64"
	"unicode/utf16"
	"unicode/utf8"
)

// Unpack returns what a word of base64 or hex stands for, nil when that is no text. UTF-16 becomes UTF-8.
func Unpack(word []byte) []byte {
	if out := Unhex(word); out != nil {
		if text := Readable(out); text != nil {
			return text
		}
	}
	enc := base64.RawStdEncoding
	if bytes.ContainsAny(word, "-_") {
		enc = base64.RawURLEncoding
	}
	word = bytes.TrimRight(word, "=")
	if len(word) < 6 {
		return nil
	}
	out := make([]byte, enc.DecodedLen(len(word)))
	n, err := enc.Decode(out, word)
	if err != nil {
		return nil
	}
	return Readable(out[:n])
}

// Unhex returns the bytes that hex digits stand for, also after 0x; nil when they are fewer than 8 or something else.
func Unhex(word []byte) []byte {
	if len(word) > 2 && word[0] == '0' && word[1]|0x20 == 'x' {
		word = word[2:]
	}
	if len(word) < 8 || len(word)%2 != 0 {
		return nil
	}
	out := make([]byte, 0, len(word)/2)
	for ; len(word) > 0; word = word[2:] {
		r, n := hexCode(word, 0, 2)
		if n == 0 {
			return nil
		}
		out = append(out, byte(r))
	}
	return out
}

// Readable returns text when it is UTF-8 without controls but those that part fields and lines, or what it is in UTF-16;
// else nil.
func Readable(text []byte) []byte {
	if len(text) < 4 {
		return nil
	}
	if len(text)%2 == 0 && text[1] == 0 {
		units := make([]uint16, 0, len(text)/2)
		for i := 0; i < len(text); i += 2 {
			units = append(units, uint16(text[i])|uint16(text[i+1])<<8)
		}
		text = []byte(string(utf16.Decode(units)))
	}
	if !utf8.Valid(text) || bytes.ContainsRune(text, utf8.RuneError) {
		return nil
	}
	for _, b := range text {
		if b < ' ' && b != '\n' && b != '\t' && b != '\r' && b != 1 && b != 0x1f || b == 0x7f {
			return nil
		}
	}
	return text
}
