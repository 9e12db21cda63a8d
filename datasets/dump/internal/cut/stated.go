package cut

import (
	"bytes"
	"encoding/hex"
	"unicode"
	"unicode/utf8"

	"github.com/credsieve/credsieve/hashing"
)

// Statements are what a text says outright of users, wherever it stands and whatever stands around it: the name and the
// password after "Basic " in a header (RFC 7617), and those before the host of a URL (RFC 3986, 3.2.1). Readers that know
// the fields of a record need not look into each.
type Statements struct {
	text, rest []byte
	urls       bool // the headers have been looked at
}

const (
	headerMark = "asic " // after either b
	urlMark    = "://"
)

// NextStatement returns where in a text the next statement may begin, its length if nowhere.
func NextStatement(text []byte) int { return min(nextHeader(text), nextURL(text)) }

// nextHeader returns where a text may hold the next login of a header, its length if nowhere.
func nextHeader(text []byte) int {
	return min(nextAfter(text, 'B', headerMark), nextAfter(text, 'b', headerMark))
}

func nextAfter(text []byte, first byte, mark string) int {
	for i := 0; ; i++ {
		n := bytes.IndexByte(text[i:], first)
		if n < 0 {
			return len(text)
		}
		if i += n; len(text)-i > len(mark) && string(text[i+1:i+1+len(mark)]) == mark {
			return i
		}
	}
}

// nextURL returns where a text may hold the next URL that names a user with a password, its length if nowhere.
func nextURL(text []byte) int {
	for i := 0; ; i++ {
		n := bytes.IndexByte(text[i:], '/')
		if n < 0 {
			return len(text)
		}
		i += n
		if i > 0 && text[i-1] == ':' && i+1 < len(text) && text[i+1] == '/' {
			if i++; authorityWithUser(text[i+1:]) != nil {
				return i - len(urlMark) + 1
			}
		}
	}
}

// authorityWithUser returns the beginning of a text as far as it may be the authority of a URL and what follows, nil if
// it names no user with a password: that ends at the first bytes of nearly all of them.
func authorityWithUser(text []byte) []byte {
	const longest = 256
	text = text[:min(len(text), longest)]
	colon, at := -1, -1
	for i, b := range text {
		switch b {
		case '/':
			if colon < 0 {
				return nil
			}
		case ':':
			if colon < 0 {
				colon = i
			}
		case '@':
			if at < 0 {
				at = i
			}
		case ' ', '\t', '\r', '\n', '"', '\'', '<', '>', '`':
			text = text[:i]
		default:
			continue
		}
		if len(text) == i {
			break
		}
	}
	if colon <= 0 || at < colon+2 {
		return nil
	}
	return text
}

// StatementsOf returns those of a text, none of them found yet.
func StatementsOf(text []byte) Statements { return Statements{text: text, rest: text} }

// Room reports whether cuts of a statement have room beside those that were made.
func (c *Cutter) Room() bool {
	const most = 3 // of a statement
	return c.n <= MaxCuts-most
}

// Stated adds the cuts of the next statement, and reports whether there is one.
func (c *Cutter) Stated(s *Statements) bool {
	had := c.n
	for !s.urls {
		i := nextHeader(s.rest)
		if i == len(s.rest) {
			s.rest, s.urls = s.text, true
			break
		}
		before, rest := s.rest[:i], s.rest[i+1+len(headerMark):]
		s.rest = rest
		if n := len(before); n == 0 || !IsWord(before[n-1]) {
			c.basic(rest[:base64Length(rest)])
		}
		if c.n > had {
			return true
		}
	}
	for {
		i := nextURL(s.rest)
		if i == len(s.rest) {
			return false
		}
		before, rest := s.rest[:i], s.rest[i+len(urlMark):]
		begins := len(before) == len(schemeBefore(before)) && len(s.rest) == len(s.text)
		s.rest = rest
		if !begins && len(before) > 0 && IsWord(before[i-1]) { // one that begins the text is a line of a list
			c.authority(rest)
		}
		if c.n > had {
			return true
		}
	}
}

func schemeBefore(text []byte) []byte {
	n := len(text)
	for n > 0 && isSchemeByte(text[n-1]) {
		n--
	}
	return text[n:]
}

func (c *Cutter) basic(word []byte) {
	if id, secret := c.BasicLogin(word); id != nil {
		c.Kind, c.Host = hashing.KindUnspecified, nil
		c.named(id, secret)
	}
}

// BasicLogin returns the name and the password that a word of base64 stands for, nil when it is another word.
func (c *Cutter) BasicLogin(word []byte) (id, secret []byte) {
	const longest = 1 << 10
	if len(word) < len("YTpiYw") || len(word) > longest {
		return nil, nil
	}
	id, secret, ok := bytes.Cut(c.Base64(word), []byte(":"))
	if !ok || len(secret) == 0 || !CouldName(id) || !isWritten(id) || !isWritten(secret) {
		return nil, nil
	}
	return id, secret
}

// base64Length returns how long the word of base64 is that text begins with.
func base64Length(text []byte) int {
	for i, b := range text {
		if b >= utf8.RuneSelf || !IsWord(b) && b != '+' && b != '/' && b != '=' && b != '-' && b != '_' {
			return i
		}
	}
	return len(text)
}

// authority adds the user of a URL whose authority a text begins with.
func (c *Cutter) authority(text []byte) {
	if text = authorityWithUser(text); text == nil {
		return
	}
	c.Kind, c.Host = hashing.KindUnspecified, urlHost(text)
	c.userinfo(text)
	c.Host = nil
}

// Unpack adds what the names of a record and their secrets stand for where both are written in base64 or in hex, as
// some programs keep settings.
func (c *Cutter) Unpack() {
	for i, n := 0, c.n; i < n && c.n < MaxCuts; i++ {
		cut := &c.cuts[i]
		if cut.Kind == hashing.KindEmail || len(cut.Identifier) < 4 || len(cut.Secret) < 4 ||
			!mayBeBase64([4]byte(cut.Identifier)) || bytes.IndexByte(cut.Identifier, '@') >= 0 ||
			i > 0 && cut.SharesIdentifier(&c.cuts[i-1]) {
			continue
		}
		id := c.unpacked(cut.Identifier)
		if id == nil || !CouldName(id) {
			continue
		}
		c.Kind, c.Host = cut.Kind, cut.Host
		for k := i; k < n && (k == i || c.cuts[k].SharesIdentifier(&c.cuts[k-1])); k++ {
			if plain := c.unpacked(c.cuts[k].Secret); plain != nil {
				c.Literal(id, plain)
			}
		}
	}
}

// unpacked returns the text that a word of base64 or hex stands for, nil when it is another word. Nearly all end at
// their first four bytes.
func (c *Cutter) unpacked(word []byte) []byte {
	const shortest, longest = 4, 1 << 10
	if len(word) < shortest || len(word) > longest || len(word)%4 == 1 {
		return nil
	}
	from := len(c.Arena)
	if len(word)%2 == 0 && HexLength(word) == len(word) {
		if c.Arena, _ = hex.AppendDecode(c.Arena, word); isWritten(c.Arena[from:]) {
			return c.Since(from)
		}
		c.Arena = c.Arena[:from]
	}
	if !mayBeBase64([4]byte(word)) {
		return nil
	}
	if plain := c.Base64(word); len(plain) > 2 && isWritten(plain) {
		return plain
	}
	c.Arena = c.Arena[:from]
	return nil
}

// mayBeBase64 reports whether a word that begins so may stand for a text: four letters hold its first three bytes.
func mayBeBase64(head [4]byte) bool {
	if head[2] == '=' || head[3] == '=' {
		return true // the text is shorter
	}
	var text uint32
	for _, b := range head {
		six, ok := base64Value(b)
		if !ok {
			return false
		}
		text = text<<6 | uint32(six)
	}
	first, second, third := byte(text>>16), byte(text>>8), byte(text)
	return !isControl(first) && second >= ' ' && second != 0x7f && third >= ' ' && third != 0x7f
}

// base64Value is what a letter of base64 stands for (RFC 4648, 4).
func base64Value(b byte) (byte, bool) {
	switch {
	case 'A' <= b && b <= 'Z':
		return b - 'A', true
	case 'a' <= b && b <= 'z':
		return b - 'a' + 26, true
	case '0' <= b && b <= '9':
		return b - '0' + 52, true
	case b == '+':
		return 62, true
	case b == '/':
		return 63, true
	}
	return 0, false
}

func isControl(b byte) bool { return b < ' ' || b >= 0x7f && b < 0xc2 }

// isWritten reports whether people write a text: bytes that were no text before decoding hardly look so.
func isWritten(text []byte) bool {
	if len(text) == 0 || !utf8.Valid(text) {
		return false
	}
	for _, r := range string(text) {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}
