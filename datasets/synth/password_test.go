package synth

import (
	"cmp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPasswords(t *testing.T) {
	t.Parallel()
	p := newPeople(cheap())
	seen := make(map[string]bool)
	var all strings.Builder
	for i := range 3000 {
		a := p.account(i)
		for version := range 3 {
			s := p.password(&a, version)
			if seen[s] {
				t.Fatalf("account %d, version %d: the password is not new", i, version)
			}
			seen[s] = true
			if n := utf8.RuneCountInString(s); n < minPasswordLength || n > 40 || len(s) > 72 {
				t.Errorf("account %d, version %d: %d characters, %d bytes", i, version, n, len(s))
			}
			if strings.TrimSpace(s) != s || strings.ContainsAny(s, "_.\t\r\n") {
				t.Errorf("account %d, version %d: a character that was promised away", i, version)
			}
			for _, f := range formats {
				if !f.carry(Pair{cmp.Or(a.email, a.username, phoneDigits(a.phone)), s}) {
					t.Errorf("account %d cannot be written as %s", i, f.name)
				}
			}
			all.WriteString(s)
		}
	}
	for _, odd := range []string{":", ";", "|", " ", `"`, "'", ",", "@", `\`, "$", "ß", "桜"} {
		if !strings.Contains(all.String(), odd) {
			t.Errorf("no password holds %s", odd)
		}
	}
}
