package stored

import (
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The schemes that passlib writes for others, and that Django's documentation has people write.
const (
	SchemeCryptacular   Scheme = "cta-pbkdf2-sha1"
	SchemeDlitz         Scheme = "dlitz-pbkdf2-sha1"
	SchemePasslibSCRAM  Scheme = "passlib-scram"
	SchemeDjangoWrapped Scheme = "django-wrapped"
)

const (
	cryptacularPrefix = "$p5k2$"
	dlitzKey          = 24 // bytes; Cryptacular's key is that of SHA-1
	dlitzRounds       = 400
)

// parseP5K2 reads $p5k2$ of Cryptacular, $p5k2$2710$salt$key in URL-safe base64 with the iterations in
// hexadecimal, and of Dwayne Litzenberger, whose salt is all of the text before the key
// (https://passlib.readthedocs.io/en/stable/lib/passlib.hash.cta_pbkdf2_sha1.html).
func parseP5K2(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(encoded, "$", 5)
	if err != nil {
		return nil, err
	}
	iterations := uint64(dlitzRounds)
	if fields[2] != "" {
		if iterations, err = strconv.ParseUint(fields[2], 16, 32); err != nil ||
			strconv.FormatUint(iterations, 16) != fields[2] {
			return nil, refuse(CauseMalformed, "iterations are not hexadecimal")
		}
	}
	costs, err := checkPBKDF2("sha1", iterations, lim)
	if err != nil {
		return nil, err
	}
	if len(fields[4]) == base64.RawStdEncoding.EncodedLen(dlitzKey) {
		return newDlitz(encoded, costs, fields)
	}
	salt, err := decodeAs(base64.URLEncoding, fields[3], "salt", leastSalt, maxSaltSize)
	if err != nil {
		return nil, err
	}
	key, err := decodeAs(base64.URLEncoding, fields[4], "key", sha1.Size, sha1.Size)
	if err != nil {
		return nil, err
	}
	return newExact(encoded, costs.recipe(SchemeCryptacular, len(key), func(salt, key []byte) string {
		b64 := base64.URLEncoding
		return fmt.Sprintf("%s%x$%s$%s", cryptacularPrefix, costs.iterations, b64.EncodeToString(salt),
			b64.EncodeToString(key))
	}), salt, key)
}

func newDlitz(encoded string, costs pbkdf2Costs, fields []string) (Hash, error) {
	if err := checkTextSalt(fields[3]); err != nil {
		return nil, err
	}
	key, err := decodeAs(base64.RawStdEncoding, strings.ReplaceAll(fields[4], ".", "+"), "key", dlitzKey, dlitzKey)
	if err != nil {
		return nil, err
	}
	head := strings.Join(fields[:3], "$") + "$"
	derive := costs.sum(dlitzKey)
	r := costs.recipe(SchemeDlitz, dlitzKey, func(salt, key []byte) string {
		text := base64.RawStdEncoding.EncodeToString(key)
		return head + string(salt) + "$" + strings.ReplaceAll(text, "+", ".")
	})
	r.alphabet = cryptAlphabet
	r.sums = []sumFunc{func(password, salt []byte) []byte { return derive(password, append([]byte(head), salt...)) }}
	return newExact(encoded, r, []byte(fields[3]), key)
}

const passlibSCRAM = "$scram$"

// parsePasslibSCRAM reads $scram$6400$salt$sha-1=key,sha-256=key,… and verifies the longest digest of them
// (https://passlib.readthedocs.io/en/stable/lib/passlib.hash.scram.html).
func parsePasslibSCRAM(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(strings.TrimPrefix(encoded, passlibSCRAM), "$", 3)
	if err != nil {
		return nil, err
	}
	keys := strings.Split(fields[2], ",")
	if err := checkSCRAMKeys(keys); err != nil {
		return nil, err
	}
	for _, name := range scramDigests {
		at := slices.IndexFunc(keys, func(key string) bool { return strings.HasPrefix(key, name+"=") })
		if at >= 0 {
			return newPasslibSCRAM(fields, keys, at, strings.ReplaceAll(name, "-", ""), lim)
		}
	}
	return nil, refuse(CauseUnsupportedVersion, "none of its digests is known")
}

// scramDigests are the names of digests by the IANA, the longest first.
var scramDigests = []string{"sha-512", "sha-384", "sha-256", "sha-224", "sha-1"}

// checkSCRAMKeys refuses what passlib does not write among the keys, also beside the one that is verified.
func checkSCRAMKeys(keys []string) error {
	seen := map[string]bool{}
	for _, key := range keys {
		name, text, ok := strings.Cut(key, "=")
		if !ok || seen[name] || text == "" || !consistsOf(text, cryptAlphabet) {
			return refuse(CauseMalformed, "a key is not a name and base64, or is there twice")
		}
		seen[name] = true
		if !slices.Contains(scramDigests, name) {
			return refuse(CauseUnsupportedVersion, "a key of an unknown digest")
		}
		newHash, _ := digestNamed(strings.ReplaceAll(name, "-", ""))
		if len(text) != base64.RawStdEncoding.EncodedLen(newHash().Size()) {
			return refuse(CauseMalformed, "a key is not as long as its digest")
		}
	}
	return nil
}

func newPasslibSCRAM(fields, keys []string, at int, digest string, lim Limits) (Hash, error) {
	costs, err := newPBKDF2(digest, fields[0], lim)
	if err != nil {
		return nil, err
	}
	b64, dots := base64.RawStdEncoding, strings.NewReplacer(".", "+")
	salt, err := decodeAs(b64, dots.Replace(fields[1]), "salt", leastSalt, maxSaltSize)
	if err != nil {
		return nil, err
	}
	name, text, _ := strings.Cut(keys[at], "=")
	newHash, _ := digestNamed(digest)
	size := newHash().Size()
	key, err := decodeAs(b64, dots.Replace(text), "key", size, size)
	if err != nil {
		return nil, err
	}
	spell := func(value []byte) string { return strings.ReplaceAll(b64.EncodeToString(value), "+", ".") }
	if spell(salt) != fields[1] || spell(key) != text {
		return nil, refuse(CauseMalformed, "not spelled as passlib spells it")
	}
	r := costs.recipe(SchemePasslibSCRAM, size, func(salt, key []byte) string {
		return fmt.Sprintf("%s%d$%s$%s=%s", passlibSCRAM, costs.iterations, spell(salt), name, spell(key))
	})
	r.sums = prepped(costs.sum(size))
	return newComputed(r, salt, key)
}

// djangoWrapped are the names that Django's documentation gives to hashers for old digests
// (https://docs.djangoproject.com/en/stable/topics/auth/passwords/#password-upgrading-without-requiring-a-login).
var djangoWrapped = []struct{ prefix, digest string }{
	{"pbkdf2_wrapped_md5$", "md5"}, {"pbkdf2_wrapped_sha1$", "sha1"},
}

// parseDjangoWrapped reads pbkdf2_wrapped_sha1$6000$salt$key: PBKDF2 of the digits of an old digest of salt and
// password, or of the password alone. Whoever wrote the hasher may have done something else.
func parseDjangoWrapped(encoded string, lim Limits) (Hash, error) {
	for _, w := range djangoWrapped {
		body, ok := strings.CutPrefix(encoded, w.prefix)
		if !ok {
			continue
		}
		fields, err := cutFields(body, "$", 3)
		if err != nil {
			return nil, err
		}
		costs, err := newPBKDF2("sha256", fields[0], lim)
		if err != nil {
			return nil, err
		}
		if err := checkTextSalt(fields[1]); err != nil {
			return nil, err
		}
		const size = 32
		key, err := decodeAs(base64.StdEncoding, fields[2], "key", size, size)
		if err != nil {
			return nil, err
		}
		r := costs.recipe(SchemeDjangoWrapped, size, func(salt, key []byte) string {
			return fmt.Sprintf("%s%d$%s$%s", w.prefix, costs.iterations, salt, base64.StdEncoding.EncodeToString(key))
		})
		derive := costs.sum(size)
		newHash, _ := digestNamed(w.digest)
		r.unsure, r.alphabet = true, alphanumerics
		r.sums = []sumFunc{
			func(password, salt []byte) []byte {
				return derive(hexSum(digest{new: newHash, salt: saltBefore}.sum(password, salt)), salt)
			},
			func(password, salt []byte) []byte {
				return derive(hexSum(digest{new: newHash}.sum(password, nil)), salt)
			},
		}
		return newExact(encoded, r, []byte(fields[1]), key)
	}
	return nil, refuse(CauseMalformed, "cut off in the name of its scheme")
}
