package stored

import (
	"crypto/md5"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
)

// Forum software stores bare digits and has the salt in a column of its own.
const (
	SchemeVBulletin Scheme = "vbulletin" // md5(hex(md5(password)) salt), also of other forums
	SchemeMyBB      Scheme = "mybb"      // md5(hex(md5(salt)) hex(md5(password))), IPB too

	utf16Suffix = "-utf16le"
)

// ParseAs is Parse for a source of accounts that says how its bare digests were made:
//
//   - md5, sha1, sha224, sha256, sha384, sha512: the digest of the password;
//   - the same with -salt-password, -password-salt or -hmac-salt (the salt is the key):
//     digest, colon, salt;
//   - any of those with -utf16le after it: the password is hashed as UTF-16LE;
//   - ntlm: the digest alone; vbulletin, mybb and opencart: digest, colon, salt;
//   - rabbitmq-sha256 and its kin: strings that Parse takes for what they are likely to be, which makes
//     them certain;
//   - postgres-md5: md5, digest, colon, name of the user.
//
// The digest is hexadecimal, all small or all capital letters, or base64; the salt is what follows
// the first colon, to the byte. For any other scheme the string must be one that Parse finds to
// be of it.
func ParseAs(scheme Scheme, encoded string, lim Limits) (Hash, error) {
	if !slices.Contains(DeclaredSchemes(), scheme) {
		h, err := Parse(encoded, lim)
		if err == nil && h.Scheme() != scheme {
			return nil, refuse(CauseMalformed, "not of the scheme that its source declares")
		}
		if err != nil {
			return nil, err
		}
		return declared(h), nil
	}
	if err := checkLength(encoded, lim); err != nil {
		return nil, err
	}
	digits, salt, _ := strings.Cut(encoded, ":")
	switch scheme {
	case SchemeNTLM:
		return newNTLM("", encoded, hexEither)
	case SchemePostgresMD5:
		return parsePostgresMD5(encoded)
	case SchemeVBulletin:
		return newForum(scheme, digits, salt, md5.Size, func(password, salt []byte) []byte {
			return md5Of(hexSum(md5Of(password)), salt)
		})
	case SchemeOpenCart:
		return newForum(scheme, digits, salt, sha1.Size, openCartSum)
	case SchemeMyBB:
		return newForum(scheme, digits, salt, md5.Size, func(password, salt []byte) []byte {
			return md5Of(hexSum(md5Of(salt)), hexSum(md5Of(password)))
		})
	}
	return parseBareDigest(scheme, encoded)
}

// DeclaredSchemes are the schemes that only ParseAs reads, and those that it reads without
// their prefix.
func DeclaredSchemes() []Scheme {
	schemes := []Scheme{SchemeNTLM, SchemeVBulletin, SchemeMyBB, SchemeOpenCart, SchemePostgresMD5}
	for _, algorithm := range digestAlgorithms {
		for _, place := range []string{saltNowhere, saltBefore, saltAfter, saltAsSecret} {
			name := Scheme(algorithm.name + place)
			schemes = append(schemes, name, name+utf16Suffix)
		}
	}
	return schemes
}

// LikelySchemes are those whose strings other products write, too: Parse verifies them, but a password that does not
// match is not refuted until ParseAs was told the scheme.
func LikelySchemes() []Scheme {
	return []Scheme{
		SchemeRabbitMQSHA256, SchemeRabbitMQSHA512, SchemeASPNetMembership, SchemeBetterAuth, SchemeDjangoWrapped,
	}
}

// parseBareDigest takes a scheme out of DeclaredSchemes.
func parseBareDigest(scheme Scheme, encoded string) (Hash, error) {
	name, utf16 := strings.CutSuffix(string(scheme), utf16Suffix)
	algorithm, place, found := strings.Cut(name, "-")
	if found {
		place = "-" + place
	}
	newHash, _ := digestNamed(algorithm)
	text, salt := encoded, ""
	if place != saltNowhere {
		text, salt, _ = strings.Cut(encoded, ":")
		if err := checkDeclaredSalt(salt); err != nil {
			return nil, err
		}
	}
	tag, err := decodeDigest(text, newHash().Size())
	if err != nil {
		return nil, err
	}
	r := recipe{
		scheme: scheme,
		params: "declared", digest: true,
		sums:     []sumFunc{digest{newHash, place, utf16}.sum},
		alphabet: alphanumerics,
		encode:   encodeDeclared(text),
	}
	if utf16 {
		r.refuses = refusesNonText
	}
	return newComputed(r, []byte(salt), tag)
}

func newForum(scheme Scheme, digits, salt string, size int, sum sumFunc) (Hash, error) {
	if err := checkDeclaredSalt(salt); err != nil {
		return nil, err
	}
	tag, err := decodeHex(digits, "digest", hexEither, size)
	if err != nil {
		return nil, err
	}
	return newComputed(recipe{
		scheme: scheme,
		params: "declared", digest: true,
		sums:     []sumFunc{sum},
		alphabet: alphanumerics,
		encode:   encodeDeclared(digits),
	}, []byte(salt), tag)
}

func checkDeclaredSalt(salt string) error {
	switch {
	case salt == "":
		return refuse(CauseMalformed, "no colon and salt after the digest")
	case len(salt) > maxDigestSalt:
		return refuse(CauseOverLimit, "salt is longer than %d bytes", maxDigestSalt)
	case strings.IndexByte(salt, 0) >= 0:
		// HMAC fills a short key with NULs: two salts would be one.
		return refuse(CauseMalformed, "salt has a NUL")
	}
	return nil
}

// decodeDigest tells hexadecimal from base64 by the length, which differs for every digest.
func decodeDigest(text string, size int) ([]byte, error) {
	if len(text) == base64.StdEncoding.EncodedLen(size) {
		value, err := decodePaddedBase64(text, "digest")
		if err == nil && len(value) != size {
			err = refuse(CauseMalformed, "digest is not of %d bytes", size)
		}
		return value, err
	}
	return decodeHex(text, "digest", hexEither, size)
}

// encodeDeclared writes digits like the model's, then a colon and the salt if there is one.
func encodeDeclared(model string) func(salt, tag []byte) string {
	return func(salt, tag []byte) string {
		digest := likeCase(model, hex.EncodeToString(tag))
		if len(model) == base64.StdEncoding.EncodedLen(len(tag)) {
			digest = base64.StdEncoding.EncodeToString(tag)
		}
		if len(salt) == 0 {
			return digest
		}
		return digest + ":" + string(salt)
	}
}
