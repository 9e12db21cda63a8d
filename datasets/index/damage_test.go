package index

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/index/internal/table"
	"github.com/credsieve/credsieve/hashing"
)

// twoNights builds an index of two segments and returns its folder and its accounts.
func twoNights(t *testing.T, key *hashing.Key) (string, []accounts.Account) {
	t.Helper()
	dir, all := t.TempDir(), some(700)
	buildOn(t, dir, "", key, all)
	for i := 0; i < len(all); i += 7 {
		all[i].PasswordHash = cheapHash + "x"
	}
	if m := buildOn(t, dir, dir, key, all); len(m.Segments) != 2 {
		t.Fatalf("%d segments", len(m.Segments))
	}
	return dir, all
}

// flip changes one byte of a file and returns how to change it back.
func flip(t *testing.T, path string, at int64, mask byte) func() {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := []byte{0}
	if _, err := f.ReadAt(b, at); err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte{b[0] ^ mask}, at); err != nil {
		t.Fatal(err)
	}
	return func() { flip(t, path, at, mask) }
}

// interrogate asks for every account in every way. It fails the test at an answer that is neither
// the truth nor an error, and returns the error.
func interrogate(t *testing.T, what string, x *Index, key *hashing.Key, all []accounts.Account) error {
	t.Helper()
	for i := range all {
		token := tokensOf(key, all[i].Identifiers[0])[0]
		if !x.MayContain(token) {
			t.Fatalf("%s: the filter says no to a member", what)
		}
		rows := x.Lookup(token, nil)
		if len(rows) != 1 {
			if x.Err() == nil {
				t.Fatalf("%s: account %d is in rows %v, and nothing is said", what, i, rows)
			}
			return x.Err()
		}
		a, err := x.Account(rows[0])
		if err != nil {
			return err
		}
		small := x.IsCanary(rows[0]) || x.HashSteps(rows[0]) != 0 || x.HasCredentialTag(rows[0])
		since := x.ChangedSince(rows[0], 1)
		if err := x.Err(); err != nil {
			return err
		}
		if a.ID != all[i].ID || a.StoredHash != all[i].PasswordHash || small ||
			a.Identifier != all[i].Identifiers[0].Text || since != (i%7 == 0) {
			t.Fatalf("%s: account %d is %+v", what, i, a)
		}
	}
	return nil
}

func TestDamage(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	dir, all := twoNights(t, key)
	if err := interrogate(t, "nothing", mustOpen(t, dir, key), key, all); err != nil {
		t.Fatal(err)
	}
	r, lazily := rand.New(rand.NewPCG(5, 6)), 0
	for _, name := range names(t, dir) {
		if name == lockName {
			continue
		}
		path := filepath.Join(dir, name)
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		seal := strings.LastIndex(string(good), `"seal": "`) + len(`"seal": "`)
		for trial := range 24 {
			at := r.Int64N(int64(len(good)))
			what := fmt.Sprintf("%s byte %d", name, at)
			back := flip(t, path, at, 1<<(trial%8))
			x, err := Open(dir, key)
			if err == nil {
				if err = interrogate(t, what, x, key, all); err != nil {
					lazily++
				}
				x.Close()
			}
			noticed := err
			// Without the key nobody can tell a wrong seal, and what nobody touches harms nobody.
			inSeal := name == metaName && at >= int64(seal) && at < int64(seal)+64
			if _, err := Verify(context.Background(), dir); err == nil && !inSeal {
				t.Errorf("%s: Verify did not notice", what)
			}
			if (inSeal || strings.HasSuffix(name, table.SumsSuffix)) && noticed == nil &&
				!strings.HasPrefix(name, "ids.") {
				t.Errorf("%s: Open did not notice", what)
			}
			back()
		}
		for what, content := range map[string][]byte{
			"half of the file": good[:len(good)/2], "an empty file": nil,
			"one byte more": append(slices.Clone(good), 0),
		} {
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(dir, key); err == nil && !strings.HasPrefix(name, "ids.") {
				t.Errorf("%s: Open did not notice %s", name, what)
			}
			if _, err := Verify(context.Background(), dir); err == nil {
				t.Errorf("%s: Verify did not notice %s", name, what)
			}
		}
		if err := os.WriteFile(path, good, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if lazily == 0 {
		t.Error("no damage was met by using the index: the test proves nothing")
	}
	if _, err := Verify(context.Background(), dir); err != nil {
		t.Error(err)
	}
}

// A damaged previous index is not carried over where its damage is met, and where it is not met, the
// index made from it still knows that those pages are not what they should be.
func TestDamageIsNotCarriedOver(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	dir, all := twoNights(t, key)
	refused := 0
	for _, name := range names(t, dir) {
		if !strings.HasSuffix(name, ".arrow") {
			continue
		}
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for at := int64(0); at < info.Size(); at += 1 + info.Size()/9 {
			back := flip(t, filepath.Join(dir, name), at, 0x10)
			out := filepath.Join(t.TempDir(), "out")
			_, err := Build(context.Background(), &source{all: all}, BuildOptions{Dir: out, Key: key,
				Previous: dir})
			if err != nil {
				refused++
			} else if _, err := Verify(context.Background(), out); err == nil {
				t.Errorf("%s byte %d: the damage is no longer noticed", name, at)
			}
			back()
		}
	}
	if refused == 0 {
		t.Error("no build met the damage")
	}
}

// TestIndex_that_shrinks_under_its_reader is damage, and ends nobody: also where the pages were checked before.
func TestIndex_that_shrinks_under_its_reader(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	for _, left := range []int64{0, 100, 1 << 14} {
		dir, all := twoNights(t, key)
		x, err := OpenWithIDs(dir, key)
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		if err := interrogate(t, "whole", x, key, all); err != nil {
			t.Fatal(err)
		}
		rows := x.Sample(1 << 10)
		files, err := filepath.Glob(filepath.Join(dir, "*.arrow"))
		if err != nil || len(files) < 6 {
			t.Fatalf("files %v, %v", files, err)
		}
		for _, file := range files {
			if err := os.Truncate(file, left); err != nil {
				t.Fatal(err)
			}
		}
		for _, row := range rows {
			a, err := x.Account(row)
			if err == nil && a.ID == "" {
				t.Fatalf("%d bytes left: an account without an id", left)
			}
			x.IsCanary(row)
			x.HashClass(row)
			x.ChangedSince(row, 1)
		}
		for i := range all {
			x.Lookup(tokensOf(key, all[i].Identifiers[0])[0], nil)
			x.RowsOf(x.IDPrint(all[i].ID), nil)
		}
		if err := x.EachID(func(string) {}); err == nil {
			t.Errorf("%d bytes left: all ids were read", left)
		}
		if x.Err() == nil {
			t.Errorf("%d bytes left: nothing is said", left)
		}
		if _, err := Verify(t.Context(), dir); err == nil {
			t.Errorf("%d bytes left: it passed", left)
		}
	}
}
