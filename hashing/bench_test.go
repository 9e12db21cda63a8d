package hashing

import (
	"fmt"
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
	b.Run("lanes", func(b *testing.B) {
		lanes, made := tokenizer.Lanes(), make([]Token, len(raw))
		for b.Loop() {
			for i, text := range raw {
				lanes.Into(&made[i], c.Forms(KindUnspecified, text)[0])
			}
			lanes.Flush()
		}
		perToken(b)
	})
}
