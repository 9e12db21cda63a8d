package stored

import (
	"crypto/md5"
	"strings"
)

// SchemeSpringDigest is a digest as Spring Security's MessageDigestPasswordEncoder writes it.
const SchemeSpringDigest Scheme = "spring-digest"

// springDigests are the names that Spring gives those encoders; it compares them letter by letter.
var springDigests = []struct{ name, algorithm string }{
	{"{MD5}", "md5"}, {"{SHA-1}", "sha1"}, {"{SHA-256}", "sha256"}, {"{SHA-512}", "sha512"},
}

// claimsSpringDigest tells Spring's {MD5} from LDAP's by what stands after it: a salt in braces, or
// digits where LDAP has base64.
func claimsSpringDigest(encoded string) bool {
	for _, d := range springDigests {
		if body, ok := strings.CutPrefix(encoded, d.name); ok {
			return d.algorithm != "md5" || strings.HasPrefix(body, "{") || isMD5Hex(body)
		}
	}
	return false
}

func isMD5Hex(text string) bool { return len(text) == 2*md5.Size && isHex(text, hexEither) }

// parseSpringDigest reads {SHA-256}{salt}digest, and {SHA-256}digest of before there were salts. The
// salt is hashed after the password with its braces
// (https://docs.spring.io/spring-security/site/docs/current/api/org/springframework/security/crypto/password/MessageDigestPasswordEncoder.html).
func parseSpringDigest(encoded string, _ Limits) (Hash, error) {
	for _, d := range springDigests {
		body, ok := strings.CutPrefix(encoded, d.name)
		if !ok {
			continue
		}
		salt := ""
		if inner, ok := strings.CutPrefix(body, "{"); ok {
			// The first brace ends the salt, as in Spring's own reader.
			salt, body, _ = strings.Cut(inner, "}")
			if err := checkTextSalt(salt); err != nil {
				return nil, err
			}
		}
		return newSpringDigest(encoded, d.name, d.algorithm, salt, body)
	}
	return nil, refuse(CauseUnknownScheme, "not of a known scheme")
}

func newSpringDigest(encoded, name, algorithm, salt, text string) (Hash, error) {
	newHash, _ := digestNamed(algorithm)
	tag, err := decodeDigest(text, newHash().Size())
	if err != nil {
		return nil, err
	}
	inBraces := func(salt []byte) string {
		if len(salt) == 0 {
			return ""
		}
		return "{" + string(salt) + "}"
	}
	spell := encodeDeclared(text)
	return newExact(encoded, recipe{
		scheme: SchemeSpringDigest,
		params: "digest=" + algorithm, digest: true,
		alphabet: alphanumerics,
		sums: []sumFunc{func(password, salt []byte) []byte {
			return digest{new: newHash, salt: saltAfter}.sum(password, []byte(inBraces(salt)))
		}},
		encode: func(salt, tag []byte) string { return name + inBraces(salt) + spell(nil, tag) },
	}, []byte(salt), tag)
}
