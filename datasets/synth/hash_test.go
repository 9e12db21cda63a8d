package synth

import (
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

// golang.org/x/crypto did not make these hashes, so it can judge them.
func TestBcryptVerifiesElsewhere(t *testing.T) {
	t.Parallel()
	o := cheap()
	o.Hash = hashBcrypt
	p := newPeople(o)
	h := hasher{bcryptCost: 4}
	for i := range 20 {
		a := p.account(i)
		password := p.password(&a, 0)
		encoded, err := h.hash(&a, password)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(encoded, "$2a$04$") && !strings.HasPrefix(encoded, "$2b$04$") {
			t.Errorf("account %d: the hash begins with %q", i, encoded[:7])
		}
		if err := bcrypt.CompareHashAndPassword([]byte(encoded), []byte(password)); err != nil {
			t.Errorf("account %d: %v", i, err)
		}
		if bcrypt.CompareHashAndPassword([]byte(encoded), []byte(p.password(&a, 1))) == nil {
			t.Errorf("account %d: a stale password matches", i)
		}
	}
}
