package stored

import (
	"crypto/md5"
	"fmt"
	"math"
	"strings"

	"github.com/go-crypt/x/crypt"
	"github.com/go-crypt/x/yescrypt"
)

// Schemes of crypt(3) that NetBSD and Solaris brought.
const (
	SchemeSHA1Crypt Scheme = "sha1crypt"
	SchemeSunMD5    Scheme = "sunmd5"
)

const (
	oldCryptSalt = 64

	// The tag of sha1crypt has the digest's first byte once more, to fill the last group: the third
	// and the nineteenth byte of the text.
	sha1CryptTag = 21

	// Sun MD5 adds these to the rounds of the string.
	sunMD5BasicRounds = 4096
	sunMD5Prefix      = "$md5"
)

// parseSHA1Crypt reads $sha1$rounds$salt$tag.
func parseSHA1Crypt(encoded string, lim Limits) (Hash, error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 5 {
		return nil, refuse(CauseMalformed, "not of the shape $sha1$rounds$salt$tag")
	}
	rounds, err := parseCryptRounds(parts[2], 1, math.MaxUint32, lim)
	if err != nil {
		return nil, err
	}
	salt, tag := parts[3], parts[4]
	if err := checkCryptSalt(salt, oldCryptSalt); err != nil {
		return nil, err
	}
	if err := checkCryptTag(tag, sha1CryptTag); err != nil {
		return nil, err
	}
	if sum := yescrypt.Decode64([]byte(tag)); len(sum) != sha1CryptTag || sum[2] != sum[18] {
		return nil, refuse(CauseMalformed, "tag does not repeat its first byte")
	}
	params, prefix := fmt.Sprintf("rounds=%d", rounds), fmt.Sprintf("$sha1$%d$", rounds)
	sum := func(password, salt []byte) []byte { return crypt.KeySHA1Crypt(password, salt, rounds) }
	return newCrypt(SchemeSHA1Crypt, params, prefix, "$", salt, tag, sum)
}

// parseSunMD5 reads $md5$salt$$tag and $md5,rounds=N$salt$$tag. With a single $ before the tag the
// salt is hashed without one after it: a quirk of early Solaris that no library here computes.
func parseSunMD5(encoded string, lim Limits) (Hash, error) {
	parts := strings.Split(strings.TrimPrefix(encoded, sunMD5Prefix), "$")
	rounds, prefix := uint32(0), sunMD5Prefix+"$"
	if text, ok := strings.CutPrefix(parts[0], ",rounds="); ok {
		var err error
		rounds, err = parseCryptRounds(text, 1, math.MaxUint32-sunMD5BasicRounds, lim)
		if err != nil {
			return nil, err
		}
		prefix = fmt.Sprintf("%s,rounds=%d$", sunMD5Prefix, rounds)
	} else if parts[0] != "" {
		return nil, refuse(CauseMalformed, "neither $md5$ nor $md5,rounds=N$")
	}
	switch {
	case uint64(rounds)+sunMD5BasicRounds > uint64(lim.CryptRounds):
		return nil, refuse(CauseOverLimit, "more than %d rounds", lim.CryptRounds)
	case len(parts) == 3:
		return nil, refuse(CauseUnsupportedVersion, "Sun MD5 with a bare salt")
	case len(parts) != 4 || parts[2] != "":
		return nil, refuse(CauseMalformed, "not of the shape $md5$salt$$tag")
	}
	salt, tag := parts[1], parts[3]
	if err := checkCryptSalt(salt, oldCryptSalt); err != nil {
		return nil, err
	}
	if err := checkCryptTag(tag, md5.Size); err != nil {
		return nil, err
	}
	sum := func(password, salt []byte) []byte {
		return crypt.KeyMD5CryptSun(password, salt, rounds)
	}
	params := fmt.Sprintf("rounds=%d", sunMD5BasicRounds+rounds)
	return newCrypt(SchemeSunMD5, params, prefix, "$$", salt, tag, sum)
}
