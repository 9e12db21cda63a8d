package synth

import (
	"fmt"

	// golang.org/x/crypto/bcrypt draws the salt itself; the bytes would differ in every run.
	"github.com/go-crypt/x/bcrypt"

	"github.com/credsieve/credsieve/hashing/stored"
)

// hasher computes stored hashes with salts that come from the seed.
type hasher struct {
	argon2     stored.Argon2Params
	bcryptCost int
}

func (h hasher) hash(a *account, password string) (string, error) {
	switch a.scheme {
	case hashArgon2id:
		return stored.FormatArgon2id([]byte(password), a.salt[:], h.argon2), nil
	case hashArgon2i:
		return stored.FormatArgon2i([]byte(password), a.salt[:], h.argon2), nil
	case hashBcrypt:
		b, err := bcrypt.GenerateFromPasswordSalt([]byte(password), a.salt[:], h.bcryptCost)
		if err != nil {
			return "", fmt.Errorf("failed to hash the password of account %q: %w", a.id, err)
		}
		return string(b), nil
	}
	panic("synth: no hash for scheme " + a.scheme)
}
