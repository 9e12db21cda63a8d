package stored

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
)

// ldapDigests are the userPassword schemes of RFC 2307 and of OpenLDAP's pw-sha2.
var ldapDigests = []struct {
	name, algorithm string
	salted          bool
}{
	{"SSHA512", "sha512", true}, {"SHA512", "sha512", false},
	{"SSHA384", "sha384", true}, {"SHA384", "sha384", false},
	{"SSHA256", "sha256", true}, {"SHA256", "sha256", false},
	{"SSHA", "sha1", true}, {"SHA", "sha1", false},
	{"SMD5", "md5", true}, {"MD5", "md5", false},
	// Dovecot's names, of the same digests.
	{"SHA1", "sha1", false}, {"LDAP-MD5", "md5", false}, {"PLAIN-MD5", "md5", false},
}

// Dovecot writes another encoding than a scheme's own after its name
// (https://doc.dovecot.org/main/core/config/auth/schemes.html).
var (
	suffixesHex    = []string{".HEX"}
	suffixesBase64 = []string{".B64", ".BASE64"}
)

// cutEncoding takes the encoding off an upper-case name; hex and b64 say which one it was.
func cutEncoding(name string) (bare string, hex, b64 bool) {
	for _, suffix := range suffixesHex {
		if bare, ok := strings.CutSuffix(name, suffix); ok {
			return bare, true, false
		}
	}
	for _, suffix := range suffixesBase64 {
		if bare, ok := strings.CutSuffix(name, suffix); ok {
			return bare, false, true
		}
	}
	return name, false, false
}

const ldapScheme = "ldap-" // before the lower-case name

// cutLDAP cuts {NAME}rest; a name is compared without regard to case, as servers do.
func cutLDAP(encoded string) (name, rest string, ok bool) {
	body, ok := strings.CutPrefix(encoded, "{")
	if !ok {
		return "", "", false
	}
	name, rest, ok = strings.Cut(body, "}")
	return strings.ToUpper(name), rest, ok
}

// inBraces claims the strings that begin with one of the names in braces.
func inBraces(names ...string) func(string) bool {
	return func(encoded string) bool {
		name, _, ok := cutLDAP(encoded)
		return ok && slices.Contains(names, name)
	}
}

func claimsLDAPDigest(encoded string) bool {
	name, _, ok := cutLDAP(encoded)
	name, _, _ = cutEncoding(name)
	for _, d := range ldapDigests {
		if ok && name == d.name {
			return true
		}
	}
	return false
}

// parseLDAPDigest reads {NAME} and the base64 of the digest, with the salt after it where the name
// begins with S and another S or M. How long the salt is only the length tells.
func parseLDAPDigest(encoded string, _ Limits) (Hash, error) {
	name, text, _ := cutLDAP(encoded)
	name, asHex, asBase64 := cutEncoding(name)
	for _, d := range ldapDigests {
		if d.name != name {
			continue
		}
		newHash, _ := digestNamed(d.algorithm)
		size := newHash().Size()
		var value []byte
		var spell func([]byte) string
		var err error
		switch {
		case asHex:
			value, err = decodeHexOf(text, "value", hexEither, size, size+maxDigestSalt)
			spell = func(value []byte) string { return likeCase(text, hex.EncodeToString(value)) }
		case asBase64:
			value, err = decodePaddedBase64(text, "value")
			spell = base64.StdEncoding.EncodeToString
		default:
			value, spell, err = decodeLDAPValue(text, d.salted, size)
		}
		switch {
		case err != nil:
			return nil, err
		case d.salted && len(value) <= size:
			return nil, refuse(CauseMalformed, "value is too short for a digest and a salt")
		case d.salted && len(value) > size+maxDigestSalt:
			return nil, refuse(CauseOverLimit, "salt is longer than %d bytes", maxDigestSalt)
		case !d.salted && len(value) != size:
			return nil, refuse(CauseMalformed, "value is not of %d bytes", size)
		}
		head, place := encoded[:len(encoded)-len(text)], saltNowhere
		if d.salted {
			place = saltAfter
		}
		return newComputed(recipe{
			scheme: Scheme(ldapScheme + strings.ToLower(name)),
			params: "digest=" + d.algorithm, digest: true,
			sums: []sumFunc{digest{new: newHash, salt: place}.sum},
			encode: func(salt, tag []byte) string {
				return head + spell(append(tag, salt...))
			},
		}, value[size:], value[:size])
	}
	return nil, refuse(CauseUnknownScheme, "not of a known scheme")
}

// decodeLDAPValue reads base64, and for a digest without salt, whose length tells, the hexadecimal digits
// that Dovecot takes as well. spell writes a value as this one is written.
func decodeLDAPValue(text string, salted bool, size int) (
	value []byte, spell func([]byte) string, err error,
) {
	digits := isHex(text, hexEither)
	switch {
	case digits && !salted && len(text) == 2*size:
		value, err = decodeHex(text, "value", hexEither, size)
		return value, func(value []byte) string {
			return likeCase(text, hex.EncodeToString(value))
		}, err
	case digits && salted && len(text) > 2*size && len(text) <= 2*(size+maxTextSalt):
		// They are base64, too, of a longer salt, by which no password would ever match.
		return nil, nil, refuse(CauseMalformed, "value is hexadecimal, not base64")
	}
	if strings.ContainsAny(text, "-_") && !strings.ContainsAny(text, "+/") { // Zope's AuthEncoding
		standard := strings.NewReplacer("-", "+", "_", "/").Replace(text)
		value, err = decodePaddedBase64(standard, "value")
		return value, base64.URLEncoding.EncodeToString, err
	}
	value, err = decodePaddedBase64(text, "value")
	return value, base64.StdEncoding.EncodeToString, err
}
