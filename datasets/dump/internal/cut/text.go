package cut

import "bytes"

// The classes of bytes, in one table because every byte of a combo list is looked up in it.
const (
	separatorByte = 1 << iota // parts fields
	spaceByte                 // may surround a field
	notLocalByte              // cannot be in the local part of an address
	domainByte                // can be in a domain
	schemeByte                // can be in the scheme of a URL
	wordByte                  // a letter, a digit or a part of a non-ASCII letter
	digestByte                // can be in a stored hash
	partingByte               // can make a line ambiguous after its first address
)

var byteClasses = func() (table [256]uint8) {
	mark := func(class uint8, bytes string) {
		for _, b := range []byte(bytes) {
			table[b] |= class
		}
	}
	mark(separatorByte, ":;|\t")
	// Ctrl-Z ends text files of old systems.
	mark(spaceByte, " \t\v\f\r\n\x1a")
	for b := range 0x21 {
		table[b] |= notLocalByte
	}
	// A bar is legal in a local part; the others are so only in quotes, which nobody uses.
	mark(notLocalByte, "\x7f:;,\"<>()[]\\")
	for b := 'a'; b <= 'z'; b++ {
		mark(domainByte|schemeByte|wordByte|digestByte, string(b)+string(b-'a'+'A'))
	}
	mark(domainByte|schemeByte|wordByte|digestByte, "0123456789")
	for b := 0x80; b < 0x100; b++ {
		table[b] |= domainByte | wordByte
	}
	mark(domainByte, "-._")
	mark(schemeByte, "+.-")
	mark(digestByte, "./+=,$_-")
	mark(partingByte, ":;|\t@")
	mark(partingByte, "\xe2\xef") // what nobody sees begins with them
	return table
}()

// IsSeparator reports whether a byte parts the fields of a line: one of : ; | and TAB.
func IsSeparator(b byte) bool { return byteClasses[b]&separatorByte != 0 }

// IsSpace reports whether a byte may surround a field: white space or Ctrl-Z.
func IsSpace(b byte) bool { return byteClasses[b]&spaceByte != 0 }

func isSchemeByte(b byte) bool { return byteClasses[b]&schemeByte != 0 }

// IsWord reports whether a byte is a letter, a digit or a part of a letter that is not ASCII.
func IsWord(b byte) bool { return byteClasses[b]&wordByte != 0 }

// IsParting reports whether a byte can make a line ambiguous after its first address.
func IsParting(b byte) bool { return byteClasses[b]&partingByte != 0 }

// InDomain reports whether a byte can be in a domain.
func InDomain(b byte) bool { return byteClasses[b]&domainByte != 0 }

// InLocalPart reports whether a byte can be in the local part of an address.
func InLocalPart(b byte) bool { return byteClasses[b]&notLocalByte == 0 }

// IsDigit reports whether a byte is one of 0 to 9.
func IsDigit(b byte) bool { return b >= '0' && b <= '9' }

func indexSeparator(text []byte) int {
	for i, b := range text {
		if byteClasses[b]&separatorByte != 0 {
			return i
		}
	}
	return -1
}

// IsBlank reports whether text is nothing but space.
func IsBlank(text []byte) bool {
	for _, b := range text {
		if !IsSpace(b) {
			return false
		}
	}
	return true
}

// TrimSpace returns text without the space around it.
func TrimSpace(text []byte) []byte {
	for len(text) > 0 && IsSpace(text[0]) {
		text = text[1:]
	}
	for len(text) > 0 && IsSpace(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	return text
}

func trimSeparators(text []byte) []byte {
	for len(text) > 0 && IsSeparator(text[0]) {
		text = text[1:]
	}
	return text
}

// insideQuotes returns what stands between two matching quotes, nil when text is not quoted.
func insideQuotes(text []byte) []byte {
	n := len(text)
	if n < 2 || text[0] != text[n-1] || text[0] != '"' && text[0] != '\'' {
		return nil
	}
	return text[1 : n-1]
}

// invisible is what surrounds identifiers where dumps were joined or copied from pages: byte order
// mark, zero-width space, no-break space.
var invisible = [][]byte{[]byte(ByteOrderMark), []byte("\u200b"), []byte("\u00a0")}

// Identifier returns a field without what cannot belong to an identifier.
func Identifier(field []byte) []byte {
	field = TrimSpace(field)
	if inner := spreadsheetText(field); inner != nil {
		field = TrimSpace(inner)
	} else if inner := insideQuotes(field); inner != nil {
		field = TrimSpace(inner)
	} else if len(field) > 1 && field[0] == '\'' && bytes.IndexByte(field[1:], '\'') < 0 {
		field = TrimSpace(field[1:]) // how a spreadsheet keeps a number as text
	}
	for len(field) > 0 && (field[0] >= 0x80 || field[len(field)-1] >= 0x80) {
		before := len(field)
		for _, mark := range invisible {
			field = bytes.TrimPrefix(bytes.TrimSuffix(field, mark), mark)
		}
		if len(field) == before {
			break
		}
		field = TrimSpace(field)
	}
	return field
}

// CouldName reports whether text could be a user name at all; ornaments could not.
func CouldName(text []byte) bool {
	for _, b := range text {
		if byteClasses[b]&wordByte != 0 {
			return true
		}
	}
	return false
}

// maxAddress is 64 bytes of local part, @ and 255 of domain (RFC 5321, 4.5.3.1).
const maxAddress = 320

// IsEmail reports whether text looks like local@domain.tld. It does not judge addresses: it only
// has to tell them from passwords, and the filter decides.
func IsEmail(text []byte) bool {
	if len(text) > maxAddress {
		return false
	}
	at := bytes.LastIndexByte(text, '@')
	if at <= 0 {
		return false
	}
	for _, b := range text[:at] {
		if byteClasses[b]&notLocalByte != 0 {
			return false
		}
	}
	return isDomain(bytes.TrimSuffix(text[at+1:], []byte(".")))
}

// isDomain reports whether text is labels with dots between them and ends in one of two or more
// bytes.
func isDomain(text []byte) bool {
	dot := -1
	for i, b := range text {
		if byteClasses[b]&domainByte == 0 {
			return false
		}
		if b == '.' {
			if i == dot+1 {
				return false
			}
			dot = i
		}
	}
	return dot > 0 && len(text)-dot > 2
}

// SchemeEnd returns where the text after a leading scheme:// begins, 0 without one.
func SchemeEnd(text []byte) int {
	colon := bytes.IndexByte(text, ':')
	if colon <= 0 || !bytes.HasPrefix(text[colon:], []byte("://")) {
		return 0
	}
	for i, b := range text[:colon] {
		if !isSchemeByte(b) || i == 0 && byteClasses[b]&wordByte == 0 || i == 0 && IsDigit(b) {
			return 0
		}
	}
	return colon + len("://")
}

// IsIPv4 reports whether text is four numbers of up to three digits with dots between them.
func IsIPv4(text []byte) bool {
	dots, digits := 0, 0
	for _, b := range text {
		switch {
		case IsDigit(b) && digits < 3:
			digits++
		case b == '.' && digits > 0:
			dots, digits = dots+1, 0
		default:
			return false
		}
	}
	return dots == 3 && digits > 0
}

// ByteOrderMark is that of UTF-8.
const ByteOrderMark = "\xEF\xBB\xBF"

// HexLength returns how many digits of hex text begins with.
func HexLength(text []byte) int {
	for i, b := range text {
		if _, ok := HexDigit(b); !ok {
			return i
		}
	}
	return len(text)
}

// HexDigit returns the value of a digit of hex, and whether b is one.
func HexDigit(b byte) (byte, bool) {
	switch {
	case IsDigit(b):
		return b - '0', true
	case b|0x20 >= 'a' && b|0x20 <= 'f':
		return b | 0x20 - 'a' + 10, true
	}
	return 0, false
}
