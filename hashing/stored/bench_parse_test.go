package stored

import (
	"strings"
	"testing"
)

// BenchmarkParse parses what most user stores hold.
func BenchmarkParse(b *testing.B) {
	for name, encoded := range map[string]string{
		"argon2id": "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw" +
			"$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
		"bcrypt": "$2b$12$" + strings.Repeat("a", 21) + "u" + strings.Repeat("a", 30) + "u",
	} {
		b.Run(name, func(b *testing.B) {
			limits := DefaultLimits()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(encoded, limits); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestWrappersLeaveTheDollar: Parse does not ask them about a stored hash that begins with it.
func TestWrappersLeaveTheDollar(t *testing.T) {
	t.Parallel()
	for _, inner := range append([]string{"$", "$argon2id$v=19$", "$2b$12$"}, wrapperHeads...) {
		for i := range wrappers {
			if wrappers[i].claims("$" + strings.TrimPrefix(inner, "$")) {
				t.Errorf("wrapper %d claims what begins with $", i)
			}
		}
	}
}

// wrapperHeads are how wrapped stored hashes begin.
var wrapperHeads = []string{"bcrypt_sha256$", "bcrypt$", "argon2$", "1|", "2|", "3|", "{noop}",
	"{ldap}", "{scrypt}", "{pbkdf2}", "{bcrypt}", "{ARGON2}", "{CRYPT}", "{SHA256-CRYPT}", "{\""}
