package ledger

import (
	"testing"
	"time"

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

// TestFinish_writes_all_or_nothing: what cannot be written down, here a time that JSON has no form for, is an error that says so, and
// nothing else of the night is there.
func TestFinish_writes_all_or_nothing(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir(), newKey(t))
	defer mustClose(t, l)
	never := time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
	fine := Dump{Name: l.Dump("ab", 3), Called: "Example shop", FirstSeen: noon, LastSeen: noon}
	spoiled := Dump{Name: l.Dump("cd", 3), FirstSeen: never, LastSeen: noon}
	for name, night := range map[string]Night{
		"a dump":    {Dumps: []Dump{fine, spoiled}},
		"a finding": {Dumps: []Dump{fine}, Findings: map[Credential]*Finding{{1}: {ConfirmedAt: never}}},
		"the rates": {Dumps: []Dump{fine}, Rates: &NightRates{At: never}},
	} {
		if err := l.Finish(night); err == nil {
			t.Errorf("%s that cannot be written has no error", name)
		}
		if d, err := l.Seen(fine.Name); err != nil || d != nil {
			t.Errorf("%s that cannot be written: of the rest there is %+v, %v", name, d, err)
		}
	}
	if err := l.Decide(t.Context(), Decision{Credential: Credential{1}, At: noon, Finding: &Finding{ConfirmedAt: never}}); err == nil {
		t.Error("a decision that cannot be written has no error")
	}
	c := fill(t, l)
	if _, err := l.MarkListed([]Credential{c}, never); err == nil {
		t.Error("a list that cannot be noted has no error")
	}
	if err := l.Findings(func(_ Credential, f *Finding) error {
		if !f.ListedAt.IsZero() {
			t.Errorf("listed at %v", f.ListedAt)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// TestNames_depend_on_their_parts: on each, on where one ends, and on what they name.
func TestNames_depend_on_their_parts(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir(), newKey(t))
	defer mustClose(t, l)
	c := Credential{1}
	seen := make(map[Name]string)
	for what, name := range map[string]Name{
		"pair": l.Pair(c, "how", []byte("made-up-1")), "pair, other parts": l.Pair(c, "howm", []byte("ade-up-1")),
		"pair, another way": l.Pair(c, "who", []byte("made-up-1")), "pair of another": l.Pair(Credential{2}, "how", []byte("made-up-1")),
		"secret": l.Secret("u1", false, []byte("made-up-1")), "digest": l.Secret("u1", true, []byte("made-up-1")),
		"secret of another": l.Secret("u2", false, []byte("made-up-1")), "account": l.Account("u1"), "another account": l.Account("u2"),
		"dump": l.Dump("ab", 3), "dump of another size": l.Dump("ab", 4), "another dump": l.Dump("ac", 3),
	} {
		if other, known := seen[name]; known || name == (Name{}) {
			t.Errorf("%s has the name of %q", what, other)
		}
		seen[name] = what
		if half := string(name[:8]); half == string(make([]byte, 8)) || string(name[8:]) == string(make([]byte, 8)) {
			t.Errorf("half of the name of %s is empty", what)
		}
	}
	if again := l.Pair(c, "how", []byte("made-up-1")); seen[again] != "pair" {
		t.Error("a name is not the same again")
	}
	var f Finding
	if f.Current(c) != c {
		t.Error("a finding of no later hash is not that of its name")
	}
	if f.Hash = (Credential{2}); f.Current(c) != f.Hash {
		t.Error("a finding of a later hash is that of its name")
	}
}
