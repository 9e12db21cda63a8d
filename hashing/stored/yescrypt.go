package stored

import (
	"fmt"
	"strings"

	"github.com/go-crypt/x/yescrypt"
)

// SchemeYescrypt is what Debian and Fedora store system passwords with.
const SchemeYescrypt Scheme = "yescrypt"

const (
	yescryptFlavour = 'j' // the only flags that libxcrypt writes
	yescryptTag     = 32

	// Up to here one character stands for a parameter; a larger value takes several.
	yescryptOneCharacter = 47

	// The library's own range ends below at 2^10.
	yescryptLeastLogN = 10
)

// parseYescrypt reads $y$jNr$salt$tag, where N and r are one character each, as libxcrypt writes
// them: https://github.com/openwall/yescrypt/blob/main/PARAMETERS
func parseYescrypt(encoded string, lim Limits) (Hash, error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 5 {
		return nil, refuse(CauseMalformed, "not of the shape $y$params$salt$tag")
	}
	logN, r, err := parseYescryptParams(parts[2], lim)
	if err != nil {
		return nil, err
	}
	salt := yescrypt.Decode64([]byte(parts[3]))
	// Encoded again, because a text that the decoder does not like becomes an empty salt.
	if len(salt) == 0 || len(salt) > maxSaltSize || string(yescrypt.Encode64(salt)) != parts[3] {
		return nil, refuse(CauseMalformed, "salt is not a text of 1 to %d bytes", maxSaltSize)
	}
	if err := checkCryptTag(parts[4], yescryptTag); err != nil {
		return nil, err
	}
	n := 1 << logN
	return newComputed(recipe{
		scheme:  SchemeYescrypt,
		params:  fmt.Sprintf("N=%d,r=%d", n, r),
		memory:  scryptMemory(logN, r),
		refuses: refusesNUL,
		sums: []sumFunc{func(password, salt []byte) []byte {
			key, err := yescrypt.Key(password, salt, n, r, 1, yescryptTag)
			if err != nil {
				// Costs that the parser let through must be ones that the library takes.
				panic("stored: yescrypt: " + err.Error())
			}
			return cryptText(key)
		}},
		encode: func(salt, tag []byte) string {
			return "$y$" + parts[2] + "$" + string(cryptText(salt)) + "$" + string(tag)
		},
	}, salt, []byte(parts[4]))
}

func parseYescryptParams(text string, lim Limits) (logN, r int, err error) {
	if len(text) != 3 || text[0] != yescryptFlavour {
		return 0, 0, refuse(CauseUnsupportedVersion, "yescrypt with other parameters than N and r")
	}
	logN = strings.IndexByte(cryptAlphabet, text[1]) + 1
	r = strings.IndexByte(cryptAlphabet, text[2]) + 1
	switch {
	case logN == 0 || r == 0:
		return 0, 0, refuse(CauseMalformed, "a parameter has a character of another alphabet")
	case logN > yescryptOneCharacter || r > yescryptOneCharacter+1:
		return 0, 0, refuse(CauseOverLimit, "a parameter is above %d", yescryptOneCharacter)
	case logN < yescryptLeastLogN:
		return 0, 0, refuse(CauseUnsupportedVersion, "N is below 2^%d", yescryptLeastLogN)
	case uint64(scryptMemory(logN, r)) > lim.ScryptMemory:
		return 0, 0, refuse(CauseOverLimit, "more than %d bytes of memory", lim.ScryptMemory)
	}
	return logN, r, nil
}

// scryptMemory is what scrypt and its kin need for N = 2^logN, in bytes. The caller bounds both:
// below 2^48 and 2^6 the product is far from overflowing.
func scryptMemory(logN, r int) int64 { return 128 * int64(r) << logN }
