package index

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Entries of every awkward kind: equal tokens, equal leading bytes, all the same.
func mixed(n int) []entry {
	all := uniform(n)
	for i := range all {
		switch i % 7 {
		case 1:
			all[i].high = 42
		case 2:
			all[i].high, all[i].low = 42, 42
		case 3:
			all[i].high = 1 << (i % 64)
		}
	}
	return all
}

func TestSorter(t *testing.T) {
	for name, tt := range map[string]struct{ entries, memory int }{
		"in_memory": {5000, 1 << 20}, "many_runs": {50_000, 64 << 10},
		"full_to_the_last": {4096, 4096 * entrySize}, "one": {1, 4096}, "none": {0, 4096},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := newSorter(t.TempDir(), int64(tt.memory), 2)
			if err != nil {
				t.Fatal(err)
			}
			defer s.close()
			want := mixed(tt.entries)
			for part := range slices.Chunk(want, 777) {
				if err := s.add(part); err != nil {
					t.Fatal(err)
				}
			}
			if spilled := s.spill != nil; spilled != (tt.entries*entrySize > tt.memory) {
				t.Fatalf("spilled: %v", spilled)
			}
			var got []entry
			if err := s.merge(context.Background(), func(block []entry) error {
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

// What is spilled has no name while it is used, says nothing, and is refused when it was changed.
func TestSpillIsSealed(t *testing.T) {
	dir := t.TempDir()
	s, err := newSorter(dir, 4096, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	all := uniform(10_000)
	if err := s.add(all); err != nil {
		t.Fatal(err)
	}
	if left := names(t, dir); len(left) != 0 {
		t.Errorf("the folder shows %v", left)
	}
	info, err := s.spill.f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	raw := make([]byte, info.Size())
	if _, err := s.spill.f.ReadAt(raw, 0); err != nil {
		t.Fatal(err)
	}
	for i := range all[:100] {
		token := all[i].token()
		if bytes.Contains(raw, token[:]) || bytes.Contains(raw, all[i].append(nil)) {
			t.Fatal("a token can be read in the temporary file")
		}
	}
	at := rand.IntN(s.run0Bytes())
	if _, err := s.spill.f.WriteAt([]byte{^raw[at]}, int64(at)); err != nil {
		t.Fatal(err)
	}
	err = s.merge(context.Background(), func([]entry) error { return nil })
	wantError(t, err, "was changed while the build was using it")
}

// run0Bytes is how many bytes of the file the first run takes.
func (s *sorter) run0Bytes() int { return int(s.spill.runs[0].entries)*24 + 16 }

// The tables are the same bytes with temporary files and without, and for any number of workers:
// all but what is sealed under the key of a build.
func TestBuildDoesNotDependOnWorkersOrMemory(t *testing.T) {
	key := newKey(t)
	tables := map[string][]byte{}
	for _, workers := range []int{1, 3} {
		dir := t.TempDir()
		b := buildWith(t, dir, key, some(9000), workers)
		for _, kind := range []int{fileTokens, fileIDs} {
			data, err := os.ReadFile(filepath.Join(dir, dataName(kind, b.ID)))
			if err != nil {
				t.Fatal(err)
			}
			if name := dataName(kind, "00000000"); tables[name] == nil {
				tables[name] = data
			} else if !bytes.Equal(tables[name], data) {
				t.Errorf("%s differs with %d workers", name, workers)
			}
		}
	}
}
