package ledger

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/credsieve/credsieve/hashing"
)

var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func newKey(t *testing.T) *hashing.Key {
	t.Helper()
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func open(t *testing.T, dir string, key *hashing.Key) *Ledger {
	t.Helper()
	l, err := Open(dir, key, noon)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func mustClose(t *testing.T, l *Ledger) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func mustDecide(t *testing.T, l *Ledger, d Decision) {
	t.Helper()
	d.At = noon
	if err := l.Decide(context.Background(), d); err != nil {
		t.Fatal(err)
	}
}

func refuted(t *testing.T, l *Ledger, c Credential, pair Name) bool {
	t.Helper()
	known, err := l.Refuted(c, pair)
	if err != nil {
		t.Fatal(err)
	}
	return known
}

func TestLedger_remembers_verdicts_and_findings(t *testing.T) {
	t.Parallel()
	dir, key := filepath.Join(t.TempDir(), "state"), newKey(t)
	l := open(t, dir, key)
	c, other := Credential{1}, Credential{2}
	pair := l.Pair(c, "1", []byte("Made-Up-1"))
	mustDecide(t, l, Decision{Credential: c, Pair: pair})
	found := &Finding{
		Account: l.Account("u2"), Row: 7, Pair: l.Pair(other, "1", []byte("Made-Up-2")), ConfirmedAt: noon,
		Sources: []Source{{Name: "Example shop", Kind: "site_breach", LeakedOn: noon}},
	}
	mustDecide(t, l, Decision{Credential: other, Pair: found.Pair, Finding: found})
	mustClose(t, l)

	l = open(t, dir, key)
	defer mustClose(t, l)
	if !refuted(t, l, c, pair) {
		t.Error("a verdict is forgotten")
	}
	for name, unknown := range map[string]Name{
		"another password": l.Pair(c, "1", []byte("Made-Up-9")), "other rules": l.Pair(c, "2", []byte("Made-Up-1")),
		"another account": l.Pair(other, "1", []byte("Made-Up-1")),
	} {
		if refuted(t, l, c, unknown) {
			t.Errorf("%s has the same name", name)
		}
	}
	if refuted(t, l, other, found.Pair) {
		t.Error("a confirmed pair is refuted")
	}
	n := 0
	err := l.Findings(func(got Credential, f *Finding) error {
		n++
		if got != other || f.Pair != found.Pair || f.Sources[0].Name != "Example shop" || !f.ListedAt.IsZero() {
			t.Errorf("finding %v %+v", got, f)
		}
		return nil
	})
	if err != nil || n != 1 {
		t.Errorf("%d findings, %v", n, err)
	}
}

func TestLedger_commits_of_many_workers(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	l := open(t, dir, key)
	const workers, each = 8, 20
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := range each {
				c := Credential{byte(w)}
				d := Decision{Credential: c, Pair: Name{byte(i)}, At: noon}
				if err := l.Decide(context.Background(), d); err != nil {
					t.Error(err)
				}
				if known, err := l.Refuted(c, Name{byte(i)}); !known || err != nil {
					t.Errorf("not there when Decide returned: %v", err)
				}
			}
		})
	}
	group.Wait()
	mustClose(t, l)
	info, err := Inspect(dir)
	if err != nil || info.Verdicts != workers*each || info.Oldest != "2026-06-01" {
		t.Errorf("got %+v, %v", info, err)
	}
}

func TestOpen_refuses(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	l := open(t, dir, key)
	if _, err := Open(dir, key, noon); err == nil || !strings.Contains(err.Error(), "another run is using it") {
		t.Errorf("a second process: %v", err)
	}
	if _, err := Inspect(dir); err == nil {
		t.Error("inspected while it is written")
	}
	mustClose(t, l)
	if _, err := Open(dir, newKey(t), noon); err == nil || !strings.Contains(err.Error(), "was made with key") {
		t.Errorf("another key: %v", err)
	}
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, fileName), []byte("not a database, and longer than a page header"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(foreign, key, noon); err == nil {
		t.Error("something else was opened")
	}
	for _, call := range []func(string) error{
		func(d string) error { _, err := Inspect(d); return err },
		func(d string) error { return Verify(d, nil) },
		func(d string) error { _, _, err := Compact(d); return err },
	} {
		if err := call(filepath.Join(dir, "nowhere")); err == nil {
			t.Error("a state that is not there")
		}
	}
}

func TestFiles_are_private_and_hold_no_text(t *testing.T) {
	t.Parallel()
	dir, key := filepath.Join(t.TempDir(), "state"), newKey(t)
	l := open(t, dir, key)
	fill(t, l)
	mustClose(t, l)
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, fileName): 0o600} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"Made-Up", "account-1", "Example shop"} {
		if bytes.Contains(data, []byte(text)) {
			t.Errorf("the state holds %q", text)
		}
	}
}

// fill leaves 200 refuted pairs, a finding and a dump.
func fill(t *testing.T, l *Ledger) Credential {
	t.Helper()
	c := Credential{1}
	f := &Finding{Account: l.Account("account-1"), ConfirmedAt: noon, Sources: []Source{{Name: "Example shop"}}}
	mustDecide(t, l, Decision{Credential: c, Finding: f})
	var group sync.WaitGroup
	for i := range 200 {
		group.Go(func() {
			pair := l.Pair(c, "1", []byte{'M', 'a', 'd', 'e', '-', 'U', 'p', byte(i)})
			mustDecide(t, l, Decision{Credential: c, Pair: pair})
		})
	}
	group.Wait()
	dump := Dump{Name: l.Dump("ab", 3), Called: "Example shop", FirstSeen: noon, LastSeen: noon, Open: 4, Generation: 2}
	if err := l.Finish(Night{Dumps: []Dump{dump}}); err != nil {
		t.Fatal(err)
	}
	return c
}

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

func TestCompact_and_Verify(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	l := open(t, dir, key)
	fill(t, l)
	mustClose(t, l)
	want, err := Inspect(dir)
	if err != nil {
		t.Fatal(err)
	}
	before, after, err := Compact(dir)
	if err != nil || after > before || after == 0 {
		t.Fatalf("%d, %d, %v", before, after, err)
	}
	if err := Verify(dir, key); err != nil {
		t.Error(err)
	}
	got, err := Inspect(dir)
	if err != nil {
		t.Fatal(err)
	}
	want.Bytes, got.Bytes = 0, 0
	if *got != *want || got.Verdicts != 200 || got.FindingsNew != 1 || got.DumpsOpen != 1 {
		t.Errorf("after: %+v, before: %+v", got, want)
	}
	if err := Verify(dir, newKey(t)); err == nil {
		t.Error("another key passes")
	}
}

// TestDamage flips bytes all over the file: a state either answers or says that it is damaged, and never
// says that an unknown pair is refuted.
func TestDamage(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	l := open(t, dir, key)
	c := fill(t, l)
	mustClose(t, l)
	path := filepath.Join(dir, fileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for at := 0; at < len(whole); at += 97 {
		damaged := bytes.Clone(whole)
		damaged[at] ^= 0x5a
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if errors.Join(Verify(dir, key), inspected(dir)) != nil {
			refused++
		}
		l, err := Open(dir, key, noon)
		if err != nil {
			continue
		}
		if known, err := l.Refuted(c, l.Pair(c, "1", []byte("never seen"))); known && err == nil {
			t.Fatalf("byte %d: an unknown pair is refuted", at)
		}
		if err := l.db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if refused < 20 {
		t.Errorf("only %d damaged states were refused", refused)
	}
}

func inspected(dir string) error { _, err := Inspect(dir); return err }
