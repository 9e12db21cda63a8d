package stored

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/scrypt"
)

// BenchmarkVerify sets the verification of a stored string beside the bare call of the library that
// computes it.
func BenchmarkVerify(b *testing.B) {
	password, salt := []byte("Made-Up-1"), []byte("made-up-salt-16.")
	bcryptKey := func(encoded string) func() {
		return func() { _ = bcrypt.CompareHashAndPassword([]byte(encoded), password) }
	}
	pbkdf2Key := func(iterations, size int) func() {
		return func() { _, _ = pbkdf2.Key(sha256.New, string(password), salt, iterations, size) }
	}
	scryptKey := func(n, size int) func() {
		return func() { _, _ = scrypt.Key(password, salt, n, 8, 1, size) }
	}
	bcrypt10 := "$2b$10$" + body53
	for _, bb := range []struct {
		encoded string
		bare    func()
	}{
		{argon2Text("m=19456,t=2,p=1"), func() { argon2.IDKey(password, salt, 2, 19456, 1, 32) }},
		{bcrypt10, bcryptKey(bcrypt10)},
		{"bcrypt_sha256$" + bcrypt10, bcryptKey(bcrypt10)},
		{"$wp" + strings.Replace(bcrypt10, "2b", "2y", 1), bcryptKey(bcrypt10)},
		{"$scrypt$ln=14,r=8,p=1$" + salt16 + "$" + tag32, scryptKey(1<<14, 32)},
		{"scrypt:32768:8:1$madeup78$" + hex64 + hex64, scryptKey(1<<15, 64)},
		{"$pbkdf2-sha256$29000$" + salt16 + "$" + tag32, pbkdf2Key(29000, 32)},
		{"pbkdf2_sha256$29000$madeup78$" + tagB64, pbkdf2Key(29000, 32)},
		{"SCRAM-SHA-256$4096:bWFkZS11cC1zYWx0LTE2LQ==$" + tagB64 + ":" + tagB64, pbkdf2Key(4096, 32)},
	} {
		hash, err := Parse(bb.encoded, DefaultLimits())
		if err != nil {
			b.Fatal(err)
		}
		b.Run(string(hash.Scheme())+"/verify", func(b *testing.B) {
			for b.Loop() {
				if hash.Verify(password).Outcome != NoMatch {
					b.Fatal("a made-up tag matches")
				}
			}
		})
		b.Run(string(hash.Scheme())+"/bare", func(b *testing.B) {
			for b.Loop() {
				bb.bare()
			}
		})
	}
}
