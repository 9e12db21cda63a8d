package hashing

import "testing"

func FuzzForms(f *testing.F) {
	for _, seed := range []string{
		"alice@example.com", " Alice@EXAMPLE.com.", "a.l+x@gmail.com", "@bob",
		"+49 (170) 000000", "00491700000",
		"alice@b\u00fccher\u3002example\u3002", "zo\u0065\u0308@xn--bcher-kva.example",
		"\u0130\u0307@\u1e9e.example",
		"ali\x00ce", "\xff", "a@..", "a@ .", "\u212bngstr\u00f6m",
	} {
		f.Add([]byte(seed))
	}
	c := NewCanonicalizer()
	f.Fuzz(func(t *testing.T, raw []byte) {
		if err := checkIdempotent(c, raw); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzParseKey(f *testing.F) {
	for _, seed := range []string{
		testKeyLine, "# comment\r\n\n" + testKeyLine + "\n", testKeyLine + "\n" + testKeyLine,
		"CREDSIEVE-KEY-1 ", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		key, err := ParseKey(text)
		if err != nil {
			return
		}
		again, err := ParseKey(key.Text())
		if err != nil {
			t.Fatal(err)
		}
		if again.ID() != key.ID() || *key.master.reveal() == ([KeySize]byte{}) {
			t.Fatal("another key came back")
		}
	})
}
