package extsort

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/sealedfile"
	"github.com/credsieve/credsieve/hashing"
)

// uniform entries, as tokens under a key are.
func uniform(n int) []Entry {
	r := rand.New(rand.NewPCG(1, 2))
	all := make([]Entry, n)
	for i := range all {
		all[i] = Entry{High: r.Uint64(), Low: r.Uint64(), Account: uint32(i),
			Kind: hashing.KindEmail, Attribution: hashing.AttributionExact}
	}
	return all
}

// Entries of every awkward kind: equal tokens, equal leading bytes, all the same.
func mixed(n int) []Entry {
	all := uniform(n)
	for i := range all {
		switch i % 7 {
		case 1:
			all[i].High = 42
		case 2:
			all[i].High, all[i].Low = 42, 42
		case 3:
			all[i].High = 1 << (i % 64)
		}
	}
	return all
}

func TestSorter(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ entries, memory int }{
		"in_memory": {5000, 1 << 20}, "many_runs": {50_000, 64 << 10},
		"full_to_the_last": {4096, 4096 * entrySize}, "one": {1, 4096}, "none": {0, 4096},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := New(t.TempDir(), int64(tt.memory), 2)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			want := mixed(tt.entries)
			for part := range slices.Chunk(want, 777) {
				if err := s.Add(part); err != nil {
					t.Fatal(err)
				}
			}
			if spilled := s.spill != nil; spilled != (tt.entries*entrySize > tt.memory) {
				t.Fatalf("spilled: %v", spilled)
			}
			var got []Entry
			if err := s.Merge(context.Background(), func(block []Entry) error {
				got = append(got, block...)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			sortFew(want)
			if !slices.Equal(got, want) {
				t.Errorf("%d entries came back as %d, or in another order", len(want), len(got))
			}
		})
	}
}

// inTheOpen makes the sorter's file one that the test can look into.
func (s *Sorter) inTheOpen(t *testing.T) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "sealed"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := sealedfile.New(f)
	if err != nil {
		t.Fatal(err)
	}
	s.spill = &spill{file: file}
	return f
}

// What is spilled has no name while it is used.
func TestSpill_has_no_name(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := New(dir, 4096, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Add(uniform(10_000)); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 || s.spill == nil {
		t.Errorf("the folder shows %v, %v", left, err)
	}
}

// What is spilled says nothing, and is refused when it was changed.
func TestSpill_is_sealed(t *testing.T) {
	t.Parallel()
	s, err := New(t.TempDir(), 4096, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	file := s.inTheOpen(t)
	all := uniform(10_000)
	if err := s.Add(all); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	for i := range all[:100] {
		token := all[i].Token()
		if bytes.Contains(raw, token[:]) || bytes.Contains(raw, all[i].append(nil)) {
			t.Fatal("a token can be read in the temporary file")
		}
	}
	at := rand.IntN(4096) // of the first run
	if _, err := file.WriteAt([]byte{^raw[at]}, int64(at)); err != nil {
		t.Fatal(err)
	}
	err = s.Merge(context.Background(), func([]Entry) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "was changed while the build was using it") {
		t.Errorf("got %v", err)
	}
}

func TestEntry_takes_what_a_run_is_sized_for(t *testing.T) {
	t.Parallel()
	e := uniform(1)[0]
	if in, out := reflect.TypeFor[Entry]().Size(), len(e.append(nil)); in != entrySize || out != entrySize {
		t.Errorf("%d bytes in memory and %d in the file, not %d", in, out, entrySize)
	}
	if back := entryOf(e.append(nil)); back != e {
		t.Errorf("%+v comes back as %+v", e, back)
	}
}
