package stored

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// The schemes that Ory Kratos takes in when users are imported, beside those of others
// (https://www.ory.sh/docs/kratos/manage-identities/import-user-accounts-identities).
const (
	SchemeKratosDigest Scheme = "kratos-digest"
	SchemeKratosHMAC   Scheme = "kratos-hmac"
)

const (
	kratosFormat   = "pf=" // before the base64 of a text with the two words below
	kratosPassword = "{PASSWORD}"
	kratosSalt     = "{SALT}"
	kratosHMAC     = "$hmac-"
	kratosMD5Text  = 24 // characters of base64 of an MD5

	maxKratosFormat = 256 // bytes
)

// claimsKratosDigest tells $md5$, $sha1$, $sha256$ and $sha512$ of Kratos from the strings of crypt(3) that
// begin likewise.
func claimsKratosDigest(encoded string) bool {
	for _, head := range []string{"$md5$", "$sha1$", "$sha256$", "$sha512$"} {
		if rest, ok := strings.CutPrefix(encoded, head); ok {
			return strings.HasPrefix(rest, kratosFormat) ||
				head == "$md5$" && len(rest) == kratosMD5Text && strings.HasSuffix(rest, "==")
		}
	}
	return false
}

// parseKratosDigest reads $md5$hash and $sha256$pf=format$salt$hash, all in padded base64. The format is a text
// that says where password and salt stand in what is hashed.
func parseKratosDigest(encoded string, _ Limits) (Hash, error) {
	fields := strings.Split(encoded, "$")
	newHash, ok := digestNamed(fields[1])
	if !ok || len(fields) != 3 && len(fields) != 5 {
		return nil, refuse(CauseMalformed, "neither $md5$hash nor $sha256$pf=format$salt$hash")
	}
	size := newHash().Size()
	tag, err := decodeAs(base64.StdEncoding, fields[len(fields)-1], "hash", size, size)
	if err != nil {
		return nil, err
	}
	head := strings.Join(fields[:min(3, len(fields)-1)], "$")
	r := recipe{
		scheme: SchemeKratosDigest, params: "digest=" + fields[1], digest: true, sums: []sumFunc{digest{new: newHash}.sum},
		encode: func(_, tag []byte) string { return head + "$" + base64.StdEncoding.EncodeToString(tag) },
	}
	if len(fields) == 3 {
		return newExact(encoded, r, nil, tag)
	}
	salt, err := decodeAs(base64.StdEncoding, fields[3], "salt", leastSalt, maxSaltSize)
	if err != nil {
		return nil, err
	}
	format, err := kratosFormatOf(fields[2])
	if err != nil {
		return nil, err
	}
	r.sums = []sumFunc{func(password, salt []byte) []byte {
		text := strings.NewReplacer(kratosSalt, string(salt), kratosPassword, string(password)).Replace(format)
		return digest{new: newHash}.sum([]byte(text), nil)
	}}
	r.encode = func(salt, tag []byte) string {
		b64 := base64.StdEncoding
		return fmt.Sprintf("%s$%s$%s", head, b64.EncodeToString(salt), b64.EncodeToString(tag))
	}
	return newExact(encoded, r, salt, tag)
}

// kratosFormatOf refuses a format without exactly one password: any password would match one.
func kratosFormatOf(field string) (string, error) {
	text, ok := strings.CutPrefix(field, kratosFormat)
	if !ok {
		return "", refuse(CauseMalformed, "second segment is not a format")
	}
	format, err := decodeAs(base64.StdEncoding, text, "format", len(kratosPassword), maxKratosFormat)
	if err != nil {
		return "", err
	}
	if base64.StdEncoding.EncodeToString(format) != text ||
		strings.Count(string(format), kratosPassword) != 1 || strings.Count(string(format), kratosSalt) > 1 {
		return "", refuse(CauseMalformed, "format does not name the password exactly once")
	}
	return string(format), nil
}

// parseKratosHMAC reads $hmac-sha256$hash$key. What is in base64 is the text of the hash's digits.
func parseKratosHMAC(encoded string, _ Limits) (Hash, error) {
	fields, err := cutFields(encoded, "$", 4)
	if err != nil {
		return nil, err
	}
	newHash, ok := digestNamed(strings.TrimPrefix(fields[1], "hmac-"))
	if !ok {
		return nil, refuse(CauseUnsupportedVersion, "an HMAC of an unknown digest")
	}
	size := newHash().Size()
	text, err := decodeAs(base64.StdEncoding, fields[2], "hash", 2*size, 2*size)
	if err != nil {
		return nil, err
	}
	tag, err := decodeHex(string(text), "hash", hexLower, size)
	if err != nil {
		return nil, err
	}
	key, err := decodeAs(base64.StdEncoding, fields[3], "key", leastSalt, maxDigestSalt)
	if err != nil {
		return nil, err
	}
	return newExact(encoded, recipe{
		scheme: SchemeKratosHMAC, params: fields[1], digest: true,
		sums: []sumFunc{func(password, key []byte) []byte {
			mac := hmac.New(newHash, key)
			mac.Write(password)
			return mac.Sum(nil)
		}},
		encode: func(key, tag []byte) string {
			b64 := base64.StdEncoding
			return fmt.Sprintf("$%s$%s$%s", fields[1], b64.EncodeToString([]byte(hex.EncodeToString(tag))),
				b64.EncodeToString(key))
		},
	}, key, tag)
}

// kratosCrypts are Kratos's names of crypt(3)'s schemes.
var kratosCrypts = []struct {
	name, crypt string
	parse       func(string, Limits) (Hash, error)
}{
	{"$md5-crypt$", "$1$", parseMD5Crypt(SchemeMD5Crypt, "$1$")},
	{"$sha256-crypt$", "$5$", parseSHA256Crypt}, {"$sha512-crypt$", "$6$", parseSHA512Crypt},
}

// parseKratosCrypt reads those as what they are.
func parseKratosCrypt(encoded string, lim Limits) (Hash, error) {
	for _, c := range kratosCrypts {
		body, ok := strings.CutPrefix(encoded, c.name)
		if !ok {
			continue
		}
		inner, err := c.parse(c.crypt+body, lim)
		if err != nil {
			return nil, err
		}
		return &wrappedHash{Hash: inner, wrap: func(inner string) string {
			return c.name + strings.TrimPrefix(inner, c.crypt)
		}}, nil
	}
	return nil, refuse(CauseMalformed, "cut off in the name of its scheme")
}
