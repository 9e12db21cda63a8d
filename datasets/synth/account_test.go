package synth

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/crypto/bcrypt"

	"github.com/credsieve/credsieve/hashing"
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

// traits names what the account is an example of.
func traits(a account) []string {
	found := []string{a.scheme, a.privilege, "mfa " + a.mfa}
	for what, is := range map[string]bool{
		"phone only":    a.email == "" && a.username == "",
		"username only": a.email == "" && a.phone == "",
		"all three":     a.email != "" && a.username != "" && a.phone != "",
		"idn":           strings.HasSuffix(a.email, idnDomain),
		"tag":           strings.Contains(a.email, "+"),
		"upper case":    strings.ToLower(a.email) != a.email,
		"foreign":       a.username != "" && a.username[0] >= utf8.RuneSelf,
		"no times":      a.changedAt.IsZero(),
	} {
		if is {
			found = append(found, what)
		}
	}
	return found
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	p := newPeople(cheap())
	seen := make(map[string]bool)
	counts := make(map[string]int)
	for i := range 5000 {
		a := p.account(i)
		if a.email+a.username+a.phone == "" {
			t.Fatalf("account %d has no identifier", i)
		}
		for _, id := range []string{a.email, a.username, a.phone} {
			if id != "" && seen[foldIdentifier(id)] {
				t.Fatalf("account %d: one of its identifiers is taken", i)
			}
			seen[foldIdentifier(id)] = true
		}
		if a.changedAt.After(a.activeAt) || a.activeAt.After(reference) {
			t.Errorf("account %d: changed %v, active %v", i, a.changedAt, a.activeAt)
		}
		for _, what := range traits(a) {
			counts[what]++
		}
	}
	for _, what := range []string{"phone only", "username only", "all three", "idn", "tag",
		"upper case", "foreign", "no times", hashArgon2id, hashArgon2i, hashBcrypt,
		"user", "staff", "admin", "mfa true", "mfa false", "mfa "} {
		if counts[what] == 0 {
			t.Errorf("no account with %s", what)
		}
	}
}

// The canonicaliser of package hashing must see one identifier in all spellings.
func TestSpellingsShareACanonicalForm(t *testing.T) {
	t.Parallel()
	p := newPeople(cheap())
	c := hashing.NewCanonicalizer()
	r := newStream(1, "test")
	for i := range 2000 {
		a := p.account(i)
		known := make(map[string]bool)
		for kind, s := range map[hashing.Kind]string{hashing.KindEmail: a.email,
			hashing.KindUsername: a.username, hashing.KindPhone: a.phone} {
			forms := exactForms(c, kind, s)
			if s != "" && len(forms) == 0 {
				t.Fatalf("%q has no canonical form", s)
			}
			for _, f := range forms {
				known[f] = true
			}
		}
		for range 5 {
			s := a.spelling(r)
			forms := exactForms(c, hashing.KindUnspecified, s)
			if !slices.ContainsFunc(forms, func(f string) bool { return known[f] }) {
				t.Errorf("spelling %q is not account %s", s, a.id)
			}
		}
	}
}

func exactForms(c *hashing.Canonicalizer, kind hashing.Kind, s string) []string {
	var texts []string
	for _, f := range c.Forms(kind, []byte(s)) {
		if f.Attribution == hashing.AttributionExact {
			texts = append(texts, f.Kind.String()+" "+string(f.Text))
		}
	}
	return texts
}

func TestNoiseIsNobody(t *testing.T) {
	m := newNoiseMaker(1)
	seen := make(map[string]bool)
	for n := range uint64(20_000) {
		id, password := m.record(n)
		local, _, isEmail := strings.Cut(string(id), "@")
		if last := local[len(local)-1]; last < 'a' || last > 'z' || strings.Contains(local, "_") {
			t.Fatalf("noise %d could be an account: %s", n, id)
		}
		if seen[string(id)] {
			t.Fatalf("noise %d is not new", n)
		}
		seen[string(id)] = true
		for _, f := range formats {
			if p := (Pair{string(id), string(password)}); !f.carry(p) {
				t.Fatalf("noise %d cannot be written as %s (address: %t)", n, f.name, isEmail)
			}
		}
	}
	if n := testing.AllocsPerRun(1000, func() { m.record(12345) }); n != 0 {
		t.Errorf("%v allocations a noise record", n)
	}
}

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

func BenchmarkNoise(b *testing.B) {
	m := newNoiseMaker(1)
	var n uint64
	for b.Loop() {
		n++
		m.record(n)
	}
}
