package ledger

import (
	"testing"

	"go.etcd.io/bbolt"
)

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

// TestDamagedFinding_ends_what_reads_it: a finding that does not open must not vanish from a list.
func TestDamagedFinding_ends_what_reads_it(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir(), newKey(t))
	defer mustClose(t, l)
	c := fill(t, l)
	err := l.db.Update(func(tx *bbolt.Tx) error {
		value := append([]byte(nil), tx.Bucket(bucketFindings).Get(c[:])...)
		value[len(value)-1] ^= 1
		return tx.Bucket(bucketFindings).Put(c[:], value)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Findings(func(Credential, *Finding) error { return nil }); err == nil {
		t.Error("Findings passed over it")
	}
	if _, err := l.MarkListed([]Credential{c}, noon); err == nil {
		t.Error("MarkListed passed over it")
	}
}

func TestFinish_writes_every_dump(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir(), newKey(t))
	defer mustClose(t, l)
	names := []Name{l.Dump("aa", 1), l.Dump("bb", 2), l.Dump("cc", 3)}
	var night Night
	for _, name := range names {
		night.Dumps = append(night.Dumps, Dump{Name: name, FirstSeen: noon, LastSeen: noon})
	}
	if err := l.Finish(night); err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		if d, err := l.Seen(name); err != nil || d == nil {
			t.Errorf("dump %d: %v, %v", i, d, err)
		}
	}
}

func TestNights(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir(), newKey(t))
	defer mustClose(t, l)
	for i, id := range []string{"first", "second"} {
		n := &NightRates{At: noon.AddDate(0, 0, i), RunID: id, Small: map[string]Rate{"unknown": {Met: 9, Confirmed: 3}}}
		if err := l.Finish(Night{Rates: n}); err != nil {
			t.Fatal(err)
		}
	}
	if at, err := l.Approved("first"); err != nil || !at.IsZero() {
		t.Errorf("%v, %v", at, err)
	}
	if err := l.Approve("first", noon); err != nil {
		t.Fatal(err)
	}
	if at, err := l.Approved("first"); err != nil || !at.Equal(noon) {
		t.Errorf("%v, %v", at, err)
	}
	nights, err := l.Nights()
	if err != nil || len(nights) != 2 || nights[0].RunID != "second" || nights[0].Approved || !nights[1].Approved {
		t.Errorf("%+v, %v", nights, err)
	}
}
