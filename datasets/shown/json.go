package shown

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON is a JSON text in which each character that is not shown is written as its escape: who reads the values gets the
// same, and who looks at the text on a terminal sees what stands there.
func JSON(text []byte) []byte {
	if !hides(text) {
		return text
	}
	out := make([]byte, 0, len(text)+64)
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r < ' ' || Rune(r) || r == utf8.RuneError && size == 1:
			out = append(out, text[:size]...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		text = text[size:]
	}
	return out
}

// hides reports whether a text has a character that is not shown, but for the white space that JSON has.
func hides(text []byte) bool {
	return bytes.ContainsFunc(text, func(r rune) bool { return r >= ' ' && !Rune(r) })
}

// JSONWriter writes JSON texts to w as JSON makes them. A character must not be parted between two calls of Write.
func JSONWriter(w io.Writer) io.Writer { return jsonWriter{w} }

type jsonWriter struct{ to io.Writer }

func (w jsonWriter) Write(text []byte) (int, error) {
	if _, err := w.to.Write(JSON(text)); err != nil {
		return 0, err
	}
	return len(text), nil
}
