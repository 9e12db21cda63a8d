package stored

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// The schemes that give bcrypt a digest of the password, so that all of it counts.
const (
	SchemeBcryptSHA256       Scheme = "bcrypt-sha256"
	SchemeDjangoBcryptSHA256 Scheme = "django-bcrypt-sha256"
	SchemeWordPressBcrypt    Scheme = "wordpress-bcrypt"
)

const (
	djangoBcryptSHA256 = "bcrypt_sha256$"
	wordPressPrefix    = "$wp"
	wordPressKey       = "wp-sha384"

	// WordPress answers "no" to more than this, in bytes.
	wordPressMost = 4096

	bcryptBody = bcryptSize - bcryptSaltStart // characters of salt and hash
)

// prehashedBcrypt is bcrypt of a text that is made from the password. That text has no NUL and at most
// 72 bytes, so that the truths of bcrypt do not touch the password.
type prehashedBcrypt struct {
	*bcryptHash
	scheme  Scheme
	prehash func(password, salt []byte) []byte // salt is bcrypt's, as text; nil: no password fits
	wrap    func(bcrypt string) string         // the stored string around bcrypt's own
}

func (h *prehashedBcrypt) Scheme() Scheme { return h.scheme }

// Format keeps salt and hash out of whatever prints a hash.
func (h *prehashedBcrypt) Format(s fmt.State, _ rune) { describe(s, h) }

func (h *prehashedBcrypt) Verify(password []byte) Result {
	key := h.prehash(password, h.encoded[bcryptSaltStart:bcryptHashStart])
	if key == nil {
		return Result{Outcome: NoMatch}
	}
	return h.bcryptHash.verifyKey(key)
}

// Plant implements Planter.
func (h *prehashedBcrypt) Plant(password []byte) (string, error) {
	if h.prehash(password, nil) == nil {
		return "", refuse(CauseOverLimit, "password is longer than %s takes", h.scheme)
	}
	encoded, err := h.plant(func(salt []byte) []byte { return h.prehash(password, salt) })
	if err != nil {
		return "", err
	}
	return h.wrap(encoded), nil
}

func newPrehashedBcrypt(encoded, inner string, lim Limits, h prehashedBcrypt) (Hash, error) {
	hash, err := parseBcryptText(inner, lim)
	if err != nil {
		return nil, err
	}
	h.bcryptHash = hash
	if h.wrap(inner) != encoded {
		return nil, refuse(CauseMalformed, "not spelled as writers of %s spell it", h.scheme)
	}
	return &h, nil
}

// parseBcryptSHA256 reads passlib's two versions
// (https://passlib.readthedocs.io/en/stable/lib/passlib.hash.bcrypt_sha256.html):
//
//	$bcrypt-sha256$v=2,t=2b,r=12$salt$hash   base64(HMAC-SHA-256(salt as text, password))
//	$bcrypt-sha256$2b,12$salt$hash           base64(SHA-256(password))
func parseBcryptSHA256(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(encoded, "$", 5)
	if err != nil {
		return nil, err
	}
	params := strings.Split(fields[2], ",")
	h := prehashedBcrypt{scheme: SchemeBcryptSHA256, prehash: sha256Base64}
	var minor, rounds string
	switch {
	case len(params) == 2:
		minor, rounds = params[0], params[1]
		h.wrap = passlibBcrypt(minor + "," + rounds)
	case len(params) == 3 && params[0] == "v=2" && params[1] == "t=2b" &&
		strings.HasPrefix(params[2], "r="):
		minor, rounds = "2b", strings.TrimPrefix(params[2], "r=")
		h.prehash = hmacSHA256Base64
		h.wrap = passlibBcrypt("v=2,t=2b,r=" + rounds)
	default:
		return nil, refuse(CauseMalformed, "parameters are of no known version")
	}
	cost, ok := parseDecimal(rounds)
	if !ok {
		return nil, refuse(CauseMalformed, "cost is not a decimal number")
	}
	if cost > uint64(lim.BcryptMaxCost) {
		return nil, refuse(CauseOverLimit, "bcrypt cost is above %d", lim.BcryptMaxCost)
	}
	inner := fmt.Sprintf("$%s$%02d$%s%s", minor, cost, fields[3], fields[4])
	return newPrehashedBcrypt(encoded, inner, lim, h)
}

func passlibBcrypt(params string) func(string) string {
	return func(bcrypt string) string {
		body := bcrypt[bcryptSize-bcryptBody:]
		salt := bcryptHashStart - bcryptSaltStart
		return "$bcrypt-sha256$" + params + "$" + body[:salt] + "$" + body[salt:]
	}
}

func sha256Base64(password, _ []byte) []byte {
	sum := sha256.Sum256(password)
	return base64.StdEncoding.AppendEncode(nil, sum[:])
}

func hmacSHA256Base64(password, salt []byte) []byte {
	mac := hmac.New(sha256.New, salt)
	mac.Write(password)
	return base64.StdEncoding.AppendEncode(nil, mac.Sum(nil))
}

// parseDjangoBcryptSHA256 reads bcrypt_sha256$ and a bcrypt string: the digest is in hexadecimal.
func parseDjangoBcryptSHA256(encoded string, lim Limits) (Hash, error) {
	inner := strings.TrimPrefix(encoded, djangoBcryptSHA256)
	return newPrehashedBcrypt(encoded, inner, lim, prehashedBcrypt{
		scheme: SchemeDjangoBcryptSHA256,
		prehash: func(password, _ []byte) []byte {
			sum := sha256.Sum256(password)
			return hex.AppendEncode(nil, sum[:])
		},
		wrap: func(bcrypt string) string { return djangoBcryptSHA256 + bcrypt },
	})
}

// parseWordPress reads $wp and a $2y$ string, as WordPress 6.8 and later writes it: of the HMAC, under
// a key that everybody knows, of the password as PHP trims it
// (https://make.wordpress.org/core/2025/02/17/wordpress-6-8-will-use-bcrypt-for-password-hashing/).
func parseWordPress(encoded string, lim Limits) (Hash, error) {
	inner := strings.TrimPrefix(encoded, wordPressPrefix)
	if !strings.HasPrefix(inner, "$2y$") {
		return nil, refuse(CauseMalformed, "not of the shape $wp$2y$")
	}
	return newPrehashedBcrypt(encoded, inner, lim, prehashedBcrypt{
		scheme: SchemeWordPressBcrypt,
		prehash: func(password, _ []byte) []byte {
			if len(password) > wordPressMost {
				return nil
			}
			mac := hmac.New(sha512.New384, []byte(wordPressKey))
			mac.Write(bytes.Trim(password, " \t\n\r\x00\x0b"))
			return base64.StdEncoding.AppendEncode(nil, mac.Sum(nil))
		},
		wrap: func(bcrypt string) string { return wordPressPrefix + bcrypt },
	})
}
