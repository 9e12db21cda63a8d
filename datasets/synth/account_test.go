package synth

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/credsieve/credsieve/hashing"
)

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
