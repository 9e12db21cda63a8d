package stored

import (
	"crypto/md5"
	"encoding/hex"
	"strings"
)

// The digests of web frameworks and of MediaWiki.
const (
	SchemeMediaWikiA Scheme = "mediawiki-a" // unsalted
	SchemeMediaWikiB Scheme = "mediawiki-b"

	webDigestScheme = "web-" // before the algorithm: md5$salt$hex and its kin
)

// parseWebDigest reads algorithm$salt$hex. Django hashes salt and password one after the other,
// Werkzeug before 2.3 takes the salt as the key of an HMAC, and the string does not tell which it
// was. So both are computed: they cost nothing, and no password opens the wrong one by chance.
// Without a salt both are the digest of the password.
func parseWebDigest(encoded string, _ Limits) (Hash, error) {
	parts := strings.Split(encoded, "$")
	newHash, ok := digestNamed(parts[0])
	if !ok || len(parts) != 3 {
		return nil, refuse(CauseMalformed, "not of the shape algorithm$salt$hex")
	}
	salt := parts[1]
	if err := checkDigestSalt(salt); err != nil {
		return nil, err
	}
	tag, err := decodeHex(parts[2], "digest", hexLower, newHash().Size())
	if err != nil {
		return nil, err
	}
	sums := []sumFunc{digest{new: newHash, salt: saltBefore}.sum}
	if salt != "" {
		sums = append(sums, digest{new: newHash, salt: saltAsSecret}.sum)
	}
	return newComputed(recipe{
		scheme: Scheme(webDigestScheme + parts[0]),
		params: "digest=" + parts[0], digest: true,
		sums:     sums,
		alphabet: alphanumerics,
		encode: func(salt, tag []byte) string {
			return parts[0] + "$" + string(salt) + "$" + hex.EncodeToString(tag)
		},
	}, []byte(salt), tag)
}

// checkDigestSalt refuses a salt that is not printable ASCII: writers make theirs of letters and
// digits.
func checkDigestSalt(salt string) error {
	if len(salt) > maxDigestSalt {
		return refuse(CauseOverLimit, "salt is longer than %d bytes", maxDigestSalt)
	}
	for i := range len(salt) {
		if salt[i] <= ' ' || salt[i] > '~' {
			return refuse(CauseMalformed, "salt has a character that is not printable")
		}
	}
	return nil
}

// parseMediaWiki reads :A:hex and :B:salt:hex,
// https://www.mediawiki.org/wiki/Manual:User_table#user_password
func parseMediaWiki(encoded string, _ Limits) (Hash, error) {
	parts := strings.Split(encoded, ":")
	if len(parts) == 3 && parts[1] == "A" {
		sum := func(password []byte) []byte { return md5Of(password) }
		return newUnsalted(SchemeMediaWikiA, ":A:", parts[2], hexLower, md5.Size, sum)
	}
	if len(parts) != 4 || parts[1] != "B" || parts[2] == "" {
		return nil, refuse(CauseMalformed, "neither :A:hex nor :B:salt:hex")
	}
	if err := checkDigestSalt(parts[2]); err != nil {
		return nil, err
	}
	tag, err := decodeHex(parts[3], "digest", hexLower, md5.Size)
	if err != nil {
		return nil, err
	}
	sum := func(password, salt []byte) []byte {
		return md5Of(salt, []byte("-"), hexSum(md5Of(password)))
	}
	return newComputed(recipe{
		scheme: SchemeMediaWikiB,
		params: "digest=md5", digest: true,
		sums:     []sumFunc{sum},
		alphabet: hexLower,
		encode: func(salt, tag []byte) string {
			return ":B:" + string(salt) + ":" + hex.EncodeToString(tag)
		},
	}, []byte(parts[2]), tag)
}

// newUnsalted makes the hash of a prefix and the hexadecimal digits of size bytes.
func newUnsalted(
	scheme Scheme, prefix, digits, letters string, size int, sum func(password []byte) []byte,
) (Hash, error) {
	tag, err := decodeHex(digits, "digest", letters, size)
	if err != nil {
		return nil, err
	}
	return newComputed(recipe{
		scheme: scheme,
		params: "unsalted", digest: true,
		sums: []sumFunc{func(password, _ []byte) []byte { return sum(password) }},
		encode: func(_, tag []byte) string {
			return prefix + likeCase(digits, hex.EncodeToString(tag))
		},
	}, nil, tag)
}

// likeCase writes hexadecimal digits with the letters that a model has.
func likeCase(model, digits string) string {
	if isHex(model, hexLower) {
		return digits
	}
	return strings.ToUpper(digits)
}
