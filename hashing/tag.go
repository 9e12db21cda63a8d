package hashing

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// MaxTagBits is the longest credential tag. It leaves one wrong password in 4,096.
const MaxTagBits = 12

// Tag is a credential tag: a few bits that most wrong passwords of an account do not share. The zero
// value is not a tag.
type Tag struct {
	bits  uint8
	value uint16 // left-aligned
}

// String is the text form of a tag: its number of bits, a colon, and the bits in hexadecimal digits,
// the first bit first, filled up with zeros: 8:a3, 5:f8.
func (t Tag) String() string {
	if t.bits == 0 {
		return ""
	}
	digits := fmt.Sprintf("%04x", t.value)
	return fmt.Sprintf("%d:%s", t.bits, digits[:tagDigits(int(t.bits))])
}

func tagDigits(bits int) int { return (bits + 3) / 4 }

// ParseTag reads the text form of a tag, of which each tag has one. No error quotes it.
func ParseTag(text string) (Tag, error) {
	number, digits, ok := strings.Cut(text, ":")
	bits, err := strconv.ParseUint(number, 10, 64)
	switch {
	case !ok || err != nil || strconv.FormatUint(bits, 10) != number: // one text for each tag
		return Tag{}, errors.New("not a credential tag (want e.g. 8:a3)")
	case bits < 1 || bits > MaxTagBits:
		return Tag{}, fmt.Errorf("a credential tag of a refused length: want 1 to %d bits", MaxTagBits)
	case len(digits) != tagDigits(int(bits)) || strings.Trim(digits, "0123456789abcdef") != "":
		return Tag{}, fmt.Errorf("a credential tag without exactly %d lower-case hexadecimal digits",
			tagDigits(int(bits)))
	}
	value, err := strconv.ParseUint(digits+"0000"[len(digits):], 16, 16)
	if err != nil || uint16(value)&^tagMask(uint8(bits)) != 0 {
		return Tag{}, errors.New("a credential tag with bits set beyond its length")
	}
	return Tag{bits: uint8(bits), value: uint16(value)}, nil
}

func tagMask(bits uint8) uint16 { return ^uint16(0) << (16 - bits) }

// Tagger makes credential tags, for an auth service that stores one beside an account at login.
//
// The price first: whoever steals both the user store and the key discards all but one in 2^b wrong
// guesses without computing the stored hash, and so guesses passwords 2^b times faster. For that price a
// scan verifies 2^b times fewer wrong candidates. Keep b small, or do not use tags.
//
// A tag must be written again whenever the password is set, and at each login where there is none, and
// must be removed when the account's first identifier changes: a scan takes a password whose tag differs
// for a wrong one and never verifies it. It is over the password as it is given to the hash.
//
// A Tagger is safe for concurrent use.
type Tagger struct {
	sub  hidden[[]byte]
	bits uint8
}

// NewTagger returns the tagger of k for tags of 1 to MaxTagBits bits.
func NewTagger(k *Key, bits int) (Tagger, error) {
	if bits < 1 || bits > MaxTagBits {
		return Tagger{}, fmt.Errorf("refusing credential tags of %d bits: want 1 to %d", bits, MaxTagBits)
	}
	sub := k.Derive(PurposeCredentialTag, nil, sha256.Size)
	return Tagger{sub: hide(&sub), bits: uint8(bits)}, nil
}

// String keeps the subkey out of whatever prints a tagger.
func (Tagger) String() string { return "hashing.Tagger(redacted)" }

// Format does the same for every verb.
func (t Tagger) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(t.String())) }

// Tag returns the tag of a password for the account that f names: f is the TagForm of the first of its
// identifiers in the export, in the order email, username, phone, identifiers. The tag is the first bits
// of HMAC-SHA-256, under a subkey, over the kind and the length (4 bytes, big-endian) of the canonical
// text, the text, and the password.
func (t Tagger) Tag(f Form, password []byte) Tag {
	return Tag{bits: t.bits, value: t.first16(f, password) & tagMask(t.bits)}
}

// Fits reports whether tag, of any length, may be that of the password. No tag fits every password.
func (t Tagger) Fits(tag Tag, f Form, password []byte) bool {
	return tag.bits == 0 || t.first16(f, password)&tagMask(tag.bits) == tag.value
}

func (t Tagger) first16(f Form, password []byte) uint16 {
	mac := hmac.New(sha256.New, *t.sub.reveal())
	var head [5]byte
	head[0] = f.domain()
	binary.BigEndian.PutUint32(head[1:], uint32(len(f.Text)))
	mac.Write(head[:])
	mac.Write(f.Text)
	mac.Write(password)
	return binary.BigEndian.Uint16(mac.Sum(nil))
}

// TagForm returns the canonical form of an identifier that tags are made of, whatever column it stands
// in: an e-mail address or a phone number when it can be one, else a username. It reports false for what
// cannot be an identifier. The form is valid until c is used again.
func TagForm(c *Canonicalizer, identifier []byte) (Form, bool) {
	form, found := Form{}, false
	for _, f := range c.Forms(KindUnspecified, identifier) {
		if f.Attribution == AttributionExact { // a phone number comes after the username
			form, found = f, true
		}
	}
	return form, found
}
