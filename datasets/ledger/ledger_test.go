package ledger

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

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

// TestOpen_says_what_is_wrong_with_a_state before it writes anything to it.
func TestOpen_says_what_is_wrong_with_a_state(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(filepath.Join(file, "state"), key, noon); err == nil {
		t.Error("a folder in a file")
	}
	if _, err := Open(t.TempDir(), nil, noon); err == nil || !strings.Contains(err.Error(), "there is no key") {
		t.Errorf("without a key: %v", err)
	}
	if _, err := OpenExisting(t.TempDir(), key, false); !errors.Is(err, ErrNoState) {
		t.Errorf("a folder without a state: %v", err)
	}
	if _, err := OpenExisting(file, key, false); err == nil || errors.Is(err, ErrNoState) {
		t.Errorf("a file in the place of a folder: %v", err)
	}
	shared := t.TempDir()
	if err := os.Symlink(file, filepath.Join(shared, fileName)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(shared, key, noon); err == nil || strings.Contains(err.Error(), "damaged") {
		t.Errorf("a link: %v", err)
	}
	foreign := t.TempDir()
	db, err := bbolt.Open(filepath.Join(foreign, fileName), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("theirs")); return err })
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(foreign, key, noon); err == nil || !strings.Contains(err.Error(), "not a state of this program") {
		t.Errorf("a database of others: %v", err)
	}
	for name, want := range map[string]string{"meta": "has no meta", "verdicts": "has no verdicts", "dumps": "has no dumps", "": `version "2"`} {
		dir := t.TempDir()
		l := open(t, dir, key)
		if name == "" {
			mustPut(t, l, bucketMeta, metaSchema, []byte("2"))
		} else {
			mustPut(t, l, []byte(name), nil, nil)
		}
		mustClose(t, l)
		if _, err := OpenExisting(dir, key, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("a state without %q: %v", name, err)
		}
	}
}

// TestOpen_looks_at_every_page before bbolt follows what stands there.
func TestOpen_looks_at_every_page(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	l := open(t, dir, key)
	fill(t, l)
	mustClose(t, l)
	path := filepath.Join(dir, fileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	meta, err := newestMeta(f, int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	binary.NativeEndian.PutUint16(whole[meta.root*meta.pageSize+10:], 0xFFF0) // elements, of which a page has not so many
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	_, errOpen := Open(dir, key, noon)
	_, errRead := OpenExisting(dir, key, true)
	_, _, errCompact := Compact(dir)
	for _, err := range []error{errOpen, errRead, errCompact, inspected(dir), Verify(dir, nil)} {
		if !errors.Is(err, errPages) {
			t.Errorf("it says %v", err)
		}
	}
}

// TestGuarded: a panic and a fault are errors, and what went well is none.
func TestGuarded(t *testing.T) {
	t.Parallel()
	if err := guarded(func() error { panic("made up") }); err == nil {
		t.Error("a panic is not told")
	}
	if err := guarded(func() error { return os.ErrInvalid }); !errors.Is(err, os.ErrInvalid) {
		t.Errorf("it says %v", err)
	}
	if err := guarded(func() error { return nil }); err != nil {
		t.Error(err)
	}
}

// TestOpenExisting_only_reads: several may at once, none of them changes a byte, and nobody writes meanwhile.
func TestOpenExisting_only_reads(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	l := open(t, dir, key)
	c := fill(t, l)
	mustClose(t, l)
	before, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	var readers []*Ledger
	for range 2 {
		l, err := OpenExisting(dir, key, true)
		if err != nil {
			t.Fatal(err)
		}
		readers = append(readers, l)
	}
	if _, err := Open(dir, key, noon); err == nil || !strings.Contains(err.Error(), "another run is using it") {
		t.Errorf("opened for writing meanwhile: %v", err)
	}
	l = readers[0]
	_, listErr := l.MarkListed([]Credential{c}, noon)
	for what, err := range map[string]error{
		"Decide": l.Decide(t.Context(), Decision{Credential: c, At: noon}), "Finish": l.Finish(Night{Dumps: []Dump{{}}}), "MarkListed": listErr,
		"Approve": l.Approve("run", noon), "Refute": l.Refute(verdictKey(c, Name{}), noon),
	} {
		if err == nil || !strings.Contains(err.Error(), "failed to write state") {
			t.Errorf("%s of a state that is only read: %v", what, err)
		}
	}
	for _, l := range readers {
		mustClose(t, l)
	}
	if after, err := os.ReadFile(filepath.Join(dir, fileName)); err != nil || !bytes.Equal(before, after) {
		t.Errorf("it was changed: %v", err)
	}
	if _, err := OpenExisting(dir, newKey(t), true); err == nil || !strings.Contains(err.Error(), "was made with key") {
		t.Errorf("another key: %v", err)
	}
	l, err = OpenExisting(dir, key, false)
	if err != nil {
		t.Fatal(err)
	}
	mustDecide(t, l, Decision{Credential: c, Pair: Name{1}})
	mustClose(t, l)
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
	if err := l.Finish(Night{Dumps: []Dump{dump}, Waiting: map[Credential][]uint64{{7}: {3, 1 << 63}}}); err != nil {
		t.Fatal(err)
	}
	return c
}
