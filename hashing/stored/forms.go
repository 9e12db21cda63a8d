package stored

import (
	"bytes"
	"regexp"
	"strconv"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/unicode/norm"
)

const (
	// maxPasswordForms bounds what one candidate can cost: each form is a verification.
	maxPasswordForms = 10
	// maxFormed is beyond any password; a longer text has no form but itself.
	maxFormed = 4 << 10
)

// PasswordForms appends the byte forms that a leaked password may have had when it was typed, the
// likeliest first and each once: as found; NFC; NFD; NFKC and NFKD, which differ for signs such as ª and ² alone; as
// the profiles of RFC 8265 and RFC 4013 leave it, which differ for odd spaces and what nobody sees; with one level of
// mojibake undone (UTF-8 that was read as windows-1252 and written as UTF-8 once more); with numeric character
// references of HTML decoded; and last in the first old code page that has all of its letters, and the other one of its
// countries, as a login that is older than UTF-8 hashes it: alone these forms are not UTF-8. ASCII without such references has one form. A form may share the
// memory of password. What a password that is not UTF-8 means, and what is after $HEX[], is for the reader
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
	add(norm.NFKC.Bytes(password))
	add(norm.NFKD.Bytes(password))
	add(opaqueString(password))
	add(saslPrep(password))
	if repaired := repairMojibake(password); repaired != nil {
		add(repaired)
		composed = norm.NFC.Bytes(repaired)
		add(composed)
	}
	add(decodeReferences(password))
	for _, form := range inCodePages(composed) {
		add(form)
	}
	return dst
}

// oldPages are the code pages of systems that were sold with one, the likeliest first, each with the one that other systems
// of its countries had.
var oldPages = []struct{ page, other encoding.Encoding }{
	{charmap.Windows1252, charmap.ISO8859_15}, {charmap.Windows1251, charmap.KOI8R}, {charmap.Windows1250, charmap.ISO8859_2},
	{charmap.Windows1253, charmap.ISO8859_7}, {charmap.Windows1254, charmap.ISO8859_9}, {charmap.Windows1255, charmap.ISO8859_8},
	{charmap.Windows1256, charmap.ISO8859_6}, {charmap.Windows1257, charmap.ISO8859_13}, {charmap.Windows1258, nil},
	{charmap.Windows874, nil},
}

// inCodePages returns the text as older logins had it: in the first code page that has all of its letters, and in the
// other one of its countries. Of the writing systems of the east it takes the pages of the country: those of its
// neighbours have many of the letters, too.
func inCodePages(text []byte) (forms [][]byte) {
	letters := func(tables ...*unicode.RangeTable) bool {
		return bytes.ContainsFunc(text, func(r rune) bool { return unicode.In(r, tables...) })
	}
	try := func(page encoding.Encoding) bool {
		if page == nil {
			return false
		}
		raw, err := page.NewEncoder().Bytes(text)
		if err == nil {
			forms = append(forms, raw)
		}
		return err == nil
	}
	switch {
	case letters(unicode.Hangul):
		try(korean.EUCKR)
	case letters(unicode.Hiragana, unicode.Katakana):
		try(japanese.ShiftJIS)
		try(japanese.EUCJP)
	case letters(unicode.Han):
		try(simplifiedchinese.GBK)
		try(traditionalchinese.Big5)
	default:
		for _, pages := range oldPages {
			if try(pages.page) {
				try(pages.other)
				break
			}
		}
	}
	return forms
}

// opaqueString is the profile of RFC 8265, section 4.2, but for what it forbids: every space is U+0020, then NFC.
func opaqueString(text []byte) []byte {
	return norm.NFC.Bytes(bytes.Map(func(r rune) rune {
		if unicode.Is(unicode.Zs, r) {
			return ' '
		}
		return r
	}, text))
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
