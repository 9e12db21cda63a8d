package stored

import (
	"bytes"
	"regexp"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

const (
	// maxPasswordForms bounds what one candidate can cost: each form is a verification.
	maxPasswordForms = 6
	// maxFormed is beyond any password; a longer text has no form but itself.
	maxFormed = 4 << 10
)

// PasswordForms appends the byte forms that a leaked password may have had when it was typed, the
// likeliest first and each once: as found; NFC; NFD; with one level of mojibake undone (UTF-8 that was read
// as windows-1252 and written as UTF-8 once more); with numeric character references of HTML decoded; and
// last in windows-1252 or, where that lacks a letter, in windows-1251, as a login that is older than UTF-8
// hashes it: alone this form is not UTF-8. ASCII without such references has one form. A form may share the
// memory of password. What a password that is not UTF-8 means, and what is behind $HEX[], is for the reader
// of the dump to say.
func PasswordForms(dst [][]byte, password []byte) [][]byte {
	from := len(dst)
	dst = append(dst, password)
	if len(password) > maxFormed || !utf8.Valid(password) {
		return dst
	}
	add := func(form []byte) {
		for _, have := range dst[from:] {
			if bytes.Equal(have, form) {
				return
			}
		}
		if form != nil && len(dst)-from < maxPasswordForms {
			dst = append(dst, form)
		}
	}
	if isASCII(password) {
		if bytes.Contains(password, []byte("&#")) {
			add(decodeReferences(password))
		}
		return dst
	}
	composed := norm.NFC.Bytes(password)
	add(composed)
	add(norm.NFD.Bytes(password))
	if repaired := repairMojibake(password); repaired != nil {
		add(repaired)
		composed = norm.NFC.Bytes(repaired)
		add(composed)
	}
	add(decodeReferences(password))
	add(inCodePage(composed))
	return dst
}

// inCodePage returns the text as older logins had it, nil when neither code page has all of its letters.
func inCodePage(text []byte) []byte {
	for _, page := range []*charmap.Charmap{charmap.Windows1252, charmap.Windows1251} {
		if raw, err := page.NewEncoder().Bytes(text); err == nil {
			return raw
		}
	}
	return nil
}

// reference is a character by its number, such as &#246; or &#xF6;. Those with names are left alone: a
// password may hold them by chance.
var reference = regexp.MustCompile(`&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});`)

// decodeReferences returns nil when there is nothing to decode.
func decodeReferences(text []byte) []byte {
	decoded := reference.ReplaceAllFunc(text, func(ref []byte) []byte {
		number, base := string(ref[2:len(ref)-1]), 10
		if number[0]|0x20 == 'x' {
			number, base = number[1:], 16
		}
		// The pattern bounds the number, so that only its meaning can be wrong.
		n, err := strconv.ParseInt(number, base, 32)
		if err != nil || n == 0 || !utf8.ValidRune(rune(n)) {
			return ref
		}
		return utf8.AppendRune(nil, rune(n))
	})
	if bytes.Equal(decoded, text) {
		return nil
	}
	return decoded
}

// repairMojibake returns nil when the text cannot have come about by mojibake.
func repairMojibake(text []byte) []byte {
	// An encoder of its own, because one keeps state.
	raw, err := charmap.Windows1252.NewEncoder().Bytes(text)
	if err != nil || !utf8.Valid(raw) || bytes.Equal(raw, text) {
		return nil
	}
	return raw
}

func isASCII(text []byte) bool {
	for _, b := range text {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
