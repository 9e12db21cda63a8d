package stored

import (
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash"
	"strings"

	"github.com/go-crypt/x/crypt"

	"github.com/credsieve/credsieve/hashing/stored/internal/lanes"
)

// The schemes of SHA-crypt, https://www.akkadia.org/drepper/SHA-crypt.txt
const (
	SchemeSHA256Crypt Scheme = "sha256crypt"
	SchemeSHA512Crypt Scheme = "sha512crypt"
)

const (
	shaCryptSalt          = 16
	shaCryptDefaultRounds = 5000

	// The specification moves rounds outside of these to the nearer end and writes the number that
	// it used, so that a string with another number was never written by crypt(3).
	shaCryptLeastRounds = 1000
	shaCryptMostRounds  = 999_999_999
)

// parseSHACrypt reads $5$rounds=N$salt$tag, where the rounds may be missing and the salt empty; $6$
// too.
func parseSHACrypt(scheme Scheme, newHash func() hash.Hash) func(string, Limits) (Hash, error) {
	return func(encoded string, lim Limits) (Hash, error) {
		prefix, rest := encoded[:min(3, len(encoded))], encoded[min(3, len(encoded)):]
		params, rounds := "rounds=5000", uint32(shaCryptDefaultRounds)
		if text, ok := strings.CutPrefix(rest, "rounds="); ok {
			number, after, _ := strings.Cut(text, "$")
			var err error
			rounds, err = parseCryptRounds(number, shaCryptLeastRounds, shaCryptMostRounds, lim)
			if err != nil {
				return nil, err
			}
			params = fmt.Sprintf("rounds=%d", rounds)
			prefix, rest = prefix+params+"$", after
		} else if rounds > lim.CryptRounds {
			return nil, refuse(CauseOverLimit, "more than %d rounds", lim.CryptRounds)
		}
		salt, tag, found := strings.Cut(rest, "$")
		if !found {
			return nil, refuse(CauseMalformed, "salt or tag is missing")
		}
		if err := checkCryptSalt(salt, shaCryptSalt); err != nil {
			return nil, err
		}
		if err := checkCryptTag(tag, newHash().Size()); err != nil {
			return nil, err
		}
		fast := &engine{scheme: lanes.Scheme(scheme)}
		h, err := newCrypt(scheme, params, prefix, "$", salt, tag, func(password, salt []byte) []byte {
			if key := fast.key([3]uint32{rounds}, len(tag), password, salt); key != nil {
				return key
			}
			return crypt.KeySHACrypt(newHash, password, salt, int(rounds))
		})
		if c, ok := h.(*computed); ok {
			c.engine = fast
		}
		return h, err
	}
}

// newCrypt makes the hash of a string of crypt(3): prefix, salt, separator, tag.
func newCrypt(
	scheme Scheme, params, prefix, separator, salt, tag string, sum sumFunc,
) (Hash, error) {
	return newComputed(recipe{
		scheme:   scheme,
		params:   params,
		refuses:  refusesNUL,
		sums:     []sumFunc{sum},
		alphabet: cryptAlphabet,
		encode: func(salt, tag []byte) string {
			return prefix + string(salt) + separator + string(tag)
		},
	}, []byte(salt), []byte(tag))
}

var (
	parseSHA256Crypt = parseSHACrypt(SchemeSHA256Crypt, sha256.New)
	parseSHA512Crypt = parseSHACrypt(SchemeSHA512Crypt, sha512.New)
)
