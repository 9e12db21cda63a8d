package hashing

import (
	"bytes"
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
// likeliest first and each once: as found; NFC; NFD; and with one level of mojibake undone (UTF-8 that
// was read as windows-1252 and written as UTF-8 once more). ASCII has one form. A form may share the
// memory of password. What a password means in other code pages, and behind $HEX[], is for the reader of
// the dump to say.
func PasswordForms(dst [][]byte, password []byte) [][]byte {
	from := len(dst)
	dst = append(dst, password)
	if isASCIIText(password) || len(password) > maxFormed || !utf8.Valid(password) {
		return dst
	}
	add := func(form []byte) {
		for _, have := range dst[from:] {
			if bytes.Equal(have, form) {
				return
			}
		}
		if len(dst)-from < maxPasswordForms {
			dst = append(dst, form)
		}
	}
	add(norm.NFC.Bytes(password))
	add(norm.NFD.Bytes(password))
	if repaired := repairMojibake(password); repaired != nil {
		add(repaired)
		add(norm.NFC.Bytes(repaired))
	}
	return dst
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

func isASCIIText(text []byte) bool {
	for _, b := range text {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
