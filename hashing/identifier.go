package hashing

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// CanonicalizerVersion names the rules of the package comment. An index keeps the version that it
// was built with.
const CanonicalizerVersion = 1

// maxIdentifier is the longest e-mail address: 64 bytes of local part, @, 255 bytes of domain
// (RFC 5321, 4.5.3.1). Whatever is longer names nobody, and a dump's line may be megabytes.
const maxIdentifier = 320

// Kind says what an identifier is, or as a hint what a field is known to hold.
type Kind uint8

// The kinds of identifiers. KindUnspecified is a hint only: no form has it.
const (
	KindUnspecified Kind = iota
	KindEmail
	KindUsername
	KindPhone
)

func (k Kind) String() string {
	switch k {
	case KindEmail:
		return "email"
	case KindUsername:
		return "username"
	case KindPhone:
		return "phone"
	default:
		return "unspecified"
	}
}

// Attribution says how surely a form names the person behind the identifier.
type Attribution uint8

// An exact form is the identifier itself; an alias is another address of the same mailbox. Nearby is not said of
// a form, but of a text that stands beside an identifier where no reader knows what the text is.
const (
	AttributionUnspecified Attribution = iota
	AttributionExact
	AttributionAlias
	AttributionNearby
)

func (a Attribution) String() string {
	switch a {
	case AttributionExact:
		return "exact"
	case AttributionAlias:
		return "alias"
	case AttributionNearby:
		return "nearby"
	default:
		return "unspecified"
	}
}

// Better reports whether a is better evidence than b: exact is, then alias, and anything is better than none.
func (a Attribution) Better(b Attribution) bool {
	return a != AttributionUnspecified && (b == AttributionUnspecified || a < b)
}

// Form is one canonical form of an identifier. Text is valid until the next call of Forms.
type Form struct {
	Kind        Kind
	Attribution Attribution
	Text        []byte
}

// Canonicalizer turns identifiers as found into canonical forms. It owns the memory of the forms
// that it returns and is not safe for concurrent use: make one for each goroutine.
type Canonicalizer struct {
	text, alias [maxIdentifier]byte
	digits      [maxPhoneDigits + len(internationalPrefix)]byte
	forms       [2]Form
}

// NewCanonicalizer returns a canonicaliser of version [CanonicalizerVersion].
func NewCanonicalizer() *Canonicalizer { return new(Canonicalizer) }

// Forms returns the canonical forms of raw, exact ones before the alias; none when raw cannot be an
// identifier of that kind. It does not keep or change raw, and allocates only when raw is not
// ASCII.
func (c *Canonicalizer) Forms(kind Kind, raw []byte) []Form {
	var t folded
	if !c.fold(raw, &t) {
		return nil
	}
	switch kind {
	case KindEmail:
		return c.email(&t)
	case KindPhone:
		return c.forms[:c.phone(0, t.text)]
	case KindUsername, KindUnspecified:
		if t.at >= 0 {
			// Many services let an e-mail address be the user name, and then it joins as one.
			if forms := c.email(&t); len(forms) > 0 {
				return forms
			}
		}
		c.forms[0] = Form{Kind: KindUsername, Attribution: AttributionExact, Text: t.text}
		if kind == KindUsername {
			return c.forms[:1]
		}
		return c.forms[:c.phone(1, t.text)]
	default:
		return nil
	}
}

// folded is a trimmed, normalised, lower-case text, the same for all kinds.
type folded struct {
	text  []byte
	at    int // of the last @, -1 without
	ascii bool
	space bool // there is one in it, or it is not known
}

// lowerASCII maps printable ASCII to lower case, and everything that the fast path cannot take to
// 0.
var lowerASCII = func() (table [256]byte) {
	for b := byte(' '); b <= '~'; b++ {
		table[b] = b
	}
	for b := byte('A'); b <= 'Z'; b++ {
		table[b] = b + 'a' - 'A'
	}
	return table
}()

// fold is called for every line of a dump. Nearly all are ASCII, where trimming and one look at each
// byte do the whole work.
//
// What it finds is written to t in place, here and below: copying it from call to call costs as much
// as folding does.
func (c *Canonicalizer) fold(raw []byte, t *folded) bool {
	if len(raw) == 0 || !isGraphic(raw[0]) || !isGraphic(raw[len(raw)-1]) {
		raw = bytes.TrimSpace(raw)
	}
	if len(raw) == 0 || len(raw) > maxIdentifier {
		return false
	}
	if hasLanes && len(raw) <= wideText {
		return c.foldWide(raw, t) || c.foldBytes(raw, t)
	}
	return c.foldWords(raw, t) || c.foldBytes(raw, t)
}

// isGraphic reports whether b is neither a space nor a part of one.
func isGraphic(b byte) bool { return b > ' ' && b < utf8.RuneSelf }

// foldBytes is for all texts.
func (c *Canonicalizer) foldBytes(raw []byte, t *folded) bool {
	*t = folded{text: c.text[:len(raw)], at: -1, ascii: true, space: true}
	for i, b := range raw {
		lower := lowerASCII[b]
		if lower == 0 {
			return b >= utf8.RuneSelf && foldUnicode(raw, t)
		}
		if lower == '@' {
			t.at = i
		}
		t.text[i] = lower
	}
	return true
}

func foldUnicode(raw []byte, t *folded) bool {
	if !utf8.Valid(raw) {
		return false
	}
	composed := norm.NFC.Bytes(raw)
	lower := make([]byte, 0, len(composed)+utf8.UTFMax)
	for _, r := range string(composed) {
		if unicode.IsControl(r) {
			return false
		}
		lower = utf8.AppendRune(lower, unicode.ToLower(r))
	}
	// Again, because a lower-case letter may compose where its capital does not.
	text := norm.NFC.Bytes(lower)
	if len(text) > maxIdentifier {
		return false
	}
	*t = folded{text: text, at: bytes.LastIndexByte(text, '@'), space: true}
	return true
}

// email returns the exact form of an address and, where its provider has them, the alias.
func (c *Canonicalizer) email(t *folded) []Form {
	if t.at <= 0 {
		return nil
	}
	domain := t.text[t.at+1:]
	if n := len(domain); n > 0 && domain[n-1] == '.' {
		domain = domain[:n-1]
	}
	text := t.text[:t.at+1+len(domain)]
	if !t.ascii && !isASCII(domain) {
		ascii, err := idna.Lookup.ToASCII(string(domain))
		if err != nil {
			return nil
		}
		// The mapping turns other full stops into dots as well.
		domain = bytes.TrimSuffix([]byte(ascii), []byte("."))
		text = slices.Concat(t.text[:t.at+1], domain)
	}
	// What is left must be a fixed point of this very function: a further dot would be dropped the
	// next time, and a space at the end trimmed.
	if len(domain) == 0 || domain[len(domain)-1] == '.' || len(text) > maxIdentifier ||
		t.space && bytes.IndexByte(domain, ' ') >= 0 {
		return nil
	}
	c.forms[0] = Form{Kind: KindEmail, Attribution: AttributionExact, Text: text}
	if alias := c.gmailAlias(text[:t.at], domain); alias != nil {
		c.forms[1] = Form{Kind: KindEmail, Attribution: AttributionAlias, Text: alias}
		return c.forms[:2]
	}
	return c.forms[:1]
}

func isASCII(text []byte) bool {
	for _, b := range text {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// gmailAlias returns the address that stands for the whole mailbox. Gmail ignores dots and whatever
// follows a plus (https://support.google.com/mail/answer/7436150); no other provider's rules are
// known well enough to blame an account for them.
func (c *Canonicalizer) gmailAlias(local, domain []byte) []byte {
	if string(domain) != "gmail.com" && string(domain) != "googlemail.com" {
		return nil
	}
	alias := c.alias[:0]
	for _, b := range local {
		if b == '+' {
			break
		}
		if b != '.' {
			alias = append(alias, b)
		}
	}
	if len(alias) == 0 {
		return nil
	}
	return append(alias, "@gmail.com"...)
}
