package hashing

import (
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
	for b.Loop() {
		tokenizer.Token(forms[0])
	}
}
