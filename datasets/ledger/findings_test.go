package ledger

import (
	"fmt"
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

func TestNames_do_not_show(t *testing.T) {
	t.Parallel()
	n := Names{k0: 0x1122334455667788, k1: 0x1122334455667788}
	for _, verb := range []string{"%v", "%+v", "%#v", "%x", "%d", "%s"} {
		if said := fmt.Sprintf(verb, n); said != "ledger.Names(redacted)" {
			t.Errorf("%s shows %s", verb, said)
		}
	}
}

// TestDamagedDump_ends_what_reads_it.
func TestDamagedDump_ends_what_reads_it(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir(), newKey(t))
	defer mustClose(t, l)
	name := Name{1}
	for _, value := range [][]byte{{}, make([]byte, dumpHead-1), make([]byte, dumpHead+11), make([]byte, 60)} {
		mustPut(t, l, bucketDumps, name[:], value)
		if d, err := l.Seen(name); d != nil || err == nil {
			t.Errorf("a dump of %d bytes: %v, %v", len(value), d, err)
		}
		if open, err := l.OpenDumps(); err == nil {
			t.Errorf("a dump of %d bytes: %v are open", len(value), open)
		}
	}
}

// TestFinding_heads_are_what_is_sealed: what can be counted without the key cannot be changed without it.
func TestFinding_heads_are_what_is_sealed(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir(), newKey(t))
	defer mustClose(t, l)
	c := Credential{1}
	for _, f := range []*Finding{{ConfirmedAt: noon}, {ConfirmedAt: noon, ListedAt: noon}} {
		sealed, err := seal(l.aead, f.head(), c[:], f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.openFinding(c[:], sealed); err != nil {
			t.Error(err)
		}
		for at := range findingHead {
			sealed[at]++
			if _, err := l.openFinding(c[:], sealed); err == nil {
				t.Errorf("byte %d of the head was changed", at)
			}
			sealed[at]--
		}
		for _, short := range [][]byte{{}, sealed[:findingHead-1], sealed[:findingHead], sealed[:findingHead+11], sealed[:findingHead+12]} {
			if _, err := l.openFinding(c[:], short); err == nil {
				t.Errorf("%d bytes are a finding", len(short))
			}
		}
	}
}
