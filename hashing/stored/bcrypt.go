package stored

import (
	"bytes"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	bcryptsalt "github.com/go-crypt/x/bcrypt"
	"golang.org/x/crypto/bcrypt"

	"github.com/credsieve/credsieve/hashing/stored/internal/lanes"
)

const (
	bcryptAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

	// $2b$NN$, 22 characters of salt, 31 of hash.
	bcryptSize      = 60
	bcryptCostStart = 4
	bcryptSaltStart = 7
	bcryptHashStart = bcryptSaltStart + 22

	bcryptRawSalt = 16 // bytes

	// 132 bits of text for 128 of salt, and 186 for 184 of hash.
	bcryptSaltSpare = 1<<4 - 1
	bcryptHashSpare = 1<<2 - 1

	// What stands after these bytes of a password changes nothing.
	bcryptMaxPassword = 72

	// The four S-boxes and the P-array of Blowfish.
	bcryptMemory = 4 << 10
)

type bcryptHash struct {
	encoded []byte
	cost    int
	kernels *Kernels // nil: none
}

func parseBcrypt(encoded string, lim Limits) (Hash, error) {
	h, err := parseBcryptText(encoded, lim)
	if err != nil {
		return nil, err // not h: a nil pointer in a Hash is not a nil Hash
	}
	return h, nil
}

func parseBcryptText(encoded string, lim Limits) (*bcryptHash, error) {
	if !begins("$2a$", "$2b$", "$2y$")(encoded) {
		return nil, refuse(CauseMalformed, "not bcrypt of $2a$, $2b$ or $2y$")
	}
	if len(encoded) != bcryptSize || encoded[bcryptSaltStart-1] != '$' {
		return nil, refuse(CauseMalformed, "bcrypt is not of the shape $2b$NN$ and 53 characters")
	}
	tens, ones := encoded[bcryptCostStart]-'0', encoded[bcryptCostStart+1]-'0'
	if tens > 9 || ones > 9 {
		return nil, refuse(CauseMalformed, "bcrypt cost is not two digits")
	}
	for i := bcryptSaltStart; i < bcryptSize; i++ {
		if strings.IndexByte(bcryptAlphabet, encoded[i]) < 0 {
			return nil, refuse(CauseMalformed, "bcrypt salt or hash has a character of another alphabet")
		}
	}
	// Decoders drop spare bits, so that up to sixteen strings would be the same hash. No writer
	// sets them; a string that has them is damaged.
	if strings.IndexByte(bcryptAlphabet, encoded[bcryptHashStart-1])&bcryptSaltSpare != 0 ||
		strings.IndexByte(bcryptAlphabet, encoded[bcryptSize-1])&bcryptHashSpare != 0 {
		return nil, refuse(CauseMalformed, "bcrypt salt or hash has spare bits set")
	}
	cost := int(tens)*10 + int(ones)
	least, most := max(lim.BcryptMinCost, bcrypt.MinCost), min(lim.BcryptMaxCost, bcrypt.MaxCost)
	if cost < least || cost > most {
		return nil, refuse(CauseOverLimit, "bcrypt cost is not %d to %d", least, most)
	}
	return &bcryptHash{encoded: []byte(encoded), cost: cost}, nil
}

func (h *bcryptHash) Scheme() Scheme { return SchemeBcrypt }
func (h *bcryptHash) Params() string { return fmt.Sprintf("cost=%d", h.cost) }
func (h *bcryptHash) Memory() int64  { return bcryptMemory }

// Format keeps salt and hash out of whatever prints a hash.
func (h *bcryptHash) Format(s fmt.State, _ rune) { describe(s, h) }

func (h *bcryptHash) Verify(password []byte) Result {
	// C libraries stop at a NUL, Go's goes on, PHP refuses: there is no common answer. And because
	// bcrypt repeats the key with a NUL between, "a" and "a\x00a" have the same hash.
	short := Result{Outcome: CannotVerify, Cause: CauseNULInPassword}
	if bytes.IndexByte(password, 0) < 0 {
		short = h.verifyKey(password)
	}
	if short.Outcome == Match || len(password) <= bcryptMaxPassword && short.Outcome != CannotVerify {
		return short
	}
	// Symfony hashes such a password before bcrypt, and nothing in the string says so.
	if long := h.verifyKey(bcryptLong(password)); long.Outcome == Match {
		long.Truncated = false // 72 of the 88 characters are 54 of the 64 bytes of SHA-512
		return long
	}
	return short
}

// verifyKey verifies what bcrypt itself is given, which may hold NULs where no C library is at work. No key is
// one that nothing opens.
func (h *bcryptHash) verifyKey(key []byte) Result {
	if key == nil {
		return Result{Outcome: CannotVerify, Cause: CauseNULInPassword}
	}
	truncated := len(key) > bcryptMaxPassword
	return contain(func() Result {
		if h.width() > 0 {
			return h.verifyFast(key, truncated)
		}
		switch err := bcrypt.CompareHashAndPassword(h.encoded, key); {
		case err == nil:
			return Result{Outcome: Match, Truncated: truncated}
		case errors.Is(err, bcrypt.ErrMismatchedHashAndPassword):
			return Result{Outcome: NoMatch, Truncated: truncated}
		default:
			// The parser let through what the library refuses: still no verdict on the password.
			return Result{Outcome: CannotVerify, Cause: CauseMalformed}
		}
	})
}

func (h *bcryptHash) useKernels(k *Kernels) { h.kernels = k }
func (h *bcryptHash) width() int            { return h.kernels.Width(lanes.Bcrypt) }

// verifyFast is verifyKey by a kernel.
func (h *bcryptHash) verifyFast(key []byte, truncated bool) Result {
	decode := base64.NewEncoding(bcryptAlphabet).WithPadding(base64.NoPadding).Strict().DecodeString
	salt, err := decode(string(h.encoded[bcryptSaltStart:bcryptHashStart]))
	if err != nil {
		return Result{Outcome: CannotVerify, Cause: CauseMalformed} // what the parser does not let through
	}
	want, err := decode(string(h.encoded[bcryptHashStart:]))
	if err != nil {
		return Result{Outcome: CannotVerify, Cause: CauseMalformed}
	}
	got := h.kernels.Key(&lanes.Task{
		Class:    lanes.Class{Scheme: lanes.Bcrypt, Costs: [3]uint32{uint32(h.cost)}, Size: len(want)},
		Password: key, Salt: salt,
	})
	if subtle.ConstantTimeCompare(got, want) == 1 {
		return Result{Outcome: Match, Truncated: truncated}
	}
	return Result{Outcome: NoMatch, Truncated: truncated}
}

// Plant implements Planter.
func (h *bcryptHash) Plant(password []byte) (string, error) {
	return h.plant(func([]byte) []byte { return password })
}

// plant makes the hash of what key returns for the salt, as text, of the new string.
func (h *bcryptHash) plant(key func(salt []byte) []byte) (string, error) {
	salt, err := newSalt(bcryptRawSalt, "")
	if err != nil {
		return "", err
	}
	password := key(bcryptsalt.Base64Encode(salt))
	if bytes.IndexByte(password, 0) >= 0 {
		return "", refuse(CauseNULInPassword, "%s", SchemeBcrypt)
	}
	return h.generate(password, salt)
}

// plantKey makes the hash of a key that may hold NULs.
func (h *bcryptHash) plantKey(key []byte) (string, error) {
	salt, err := newSalt(bcryptRawSalt, "")
	if err != nil {
		return "", err
	}
	if key == nil {
		return "", refuse(CauseNULInPassword, "%s", SchemeBcrypt)
	}
	return h.generate(key, salt)
}

func (h *bcryptHash) generate(key, salt []byte) (string, error) {
	key = key[:min(len(key), bcryptMaxPassword)]
	encoded, err := bcryptsalt.GenerateFromPasswordSalt(key, salt, h.cost)
	if err != nil {
		return "", fmt.Errorf("failed to make a bcrypt hash: %w", err)
	}
	return string(h.encoded[:bcryptSaltStart]) + string(encoded[bcryptSaltStart:]), nil
}
