package hashing

import (
	"fmt"
	"strings"
	"testing"
)

func BenchmarkForms(b *testing.B) {
	for _, bb := range []struct {
		name, text string
		kind       Kind
	}{
		{"email_25_bytes", "alice.archer@example.test", KindUnspecified},
		{"email_upper_case", "Alice.Archer@Example.TEST", KindUnspecified},
		{"gmail_alias", "al.i.ce+lists@gmail.com", KindUnspecified},
		{"username", "alice_archer", KindUnspecified},
		{"phone", "+49 (170) 0000-0000", KindUnspecified},
		{"idn", "alice@bücher.example", KindUnspecified},
	} {
		b.Run(bb.name, func(b *testing.B) {
			c, raw := NewCanonicalizer(), []byte(bb.text)
			b.ReportAllocs()
			for b.Loop() {
				if len(c.Forms(bb.kind, raw)) == 0 {
					b.Fatal("no form")
				}
			}
		})
	}
}

func BenchmarkToken(b *testing.B) {
	tokenizer := NewTokenizer(testKey(b))
	forms := NewCanonicalizer().Forms(KindEmail, []byte("alice.archer@example.test"))
	b.ReportAllocs()
	var token Token
	for b.Loop() {
		tokenizer.Into(&token, forms[0])
	}
}

// BenchmarkTokens canonicalises addresses of 18 to 38 bytes, of another length each, and then makes their
// tokens as well: what ends elsewhere on every line costs more than the same again and again.
func BenchmarkTokens(b *testing.B) {
	var raw [][]byte
	for i := range 2048 {
		raw = append(raw, fmt.Appendf(nil, "user%0*d@example.test", 1+i*7919%21, i%10))
	}
	tokenizer, c, token := NewTokenizer(testKey(b)), NewCanonicalizer(), Token{}
	perToken := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(raw)), "ns/token")
	}
	b.Run("forms", func(b *testing.B) {
		for b.Loop() {
			for _, text := range raw {
				c.Forms(KindUnspecified, text)
			}
		}
		perToken(b)
	})
	b.Run("tokens", func(b *testing.B) {
		for b.Loop() {
			for _, text := range raw {
				tokenizer.Into(&token, c.Forms(KindUnspecified, text)[0])
			}
		}
		perToken(b)
	})
}

// BenchmarkParseHash parses what most user stores hold.
func BenchmarkParseHash(b *testing.B) {
	for name, encoded := range map[string]string{
		"argon2id": "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw" +
			"$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
		"bcrypt": "$2b$12$" + strings.Repeat("a", 21) + "u" + strings.Repeat("a", 30) + "u",
	} {
		b.Run(name, func(b *testing.B) {
			limits := DefaultLimits()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseHash(encoded, limits); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestWrappersLeaveTheDollar: ParseHash does not ask them about a stored hash that begins with it.
func TestWrappersLeaveTheDollar(t *testing.T) {
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
