package ledger

import "testing"

func TestMarkListed_and_dumps(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	l := open(t, dir, key)
	defer mustClose(t, l)
	c := fill(t, l)
	known, err := l.MarkListed([]Credential{c, {9}}, noon)
	if known != 1 || err != nil {
		t.Fatalf("%d, %v", known, err)
	}
	if known, err := l.MarkListed([]Credential{c}, noon.AddDate(0, 0, 1)); known != 1 || err != nil {
		t.Fatalf("%d, %v", known, err)
	}
	if err := l.Findings(func(_ Credential, f *Finding) error {
		if !f.ListedAt.Equal(noon) {
			t.Errorf("listed at %v", f.ListedAt)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	if d, err := l.Seen(l.Dump("ab", 3)); err != nil || d.Called != "Example shop" || d.Open != 4 || d.Generation != 2 {
		t.Errorf("got %+v, %v", d, err)
	}
	if d, err := l.Seen(l.Dump("ab", 4)); err != nil || d != nil {
		t.Errorf("got %+v, %v", d, err)
	}
}

func TestFinding_does_not_open_under_another_credential(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	l := open(t, dir, key)
	defer mustClose(t, l)
	aead := l.aead
	from, to := Credential{1}, Credential{2}
	sealed, err := seal(aead, make([]byte, findingHead), from[:], &Finding{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.openFinding(from[:], sealed); err != nil {
		t.Error(err)
	}
	if _, err := l.openFinding(to[:], sealed); err == nil {
		t.Error("a finding was moved to another account")
	}
}
