package pair_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/pipeline/pair"
)

func TestRowSet(t *testing.T) {
	t.Parallel()
	s, want := pair.NewRowSet(), make(map[uint32]bool)
	random := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		row := random.Uint32N(100_000)
		s.Add(row)
		want[row] = true
	}
	s.Add(1<<32 - 1)
	want[1<<32-1] = true
	last, n := int64(-1), 0
	s.Each(func(row uint32) {
		if n++; !want[row] || !s.Has(row) || int64(row) <= last {
			t.Fatalf("row %d", row)
		}
		last = int64(row)
	})
	if n != len(want) || s.Count() != int64(n) || s.Has(100_001) {
		t.Errorf("%d rows, count %d, want %d", n, s.Count(), len(want))
	}
}

// TestRowSet_in_parts: the rows of a stretch are those that are in it, sets add up, and a cleared one is as new.
func TestRowSet_in_parts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		near := rapid.OneOf(rapid.Uint32Range(0, 300), rapid.Uint32Range(65_400, 65_700), rapid.Uint32Range(1<<20, 1<<20+200))
		a, b := rapid.SliceOf(near).Draw(t, "a"), rapid.SliceOf(near).Draw(t, "b")
		from, to := int64(near.Draw(t, "from")), int64(near.Draw(t, "to"))
		s, other := pair.NewRowSet(), pair.NewRowSet()
		want := make(map[uint32]bool)
		add := func(to *pair.RowSet, rows []uint32) {
			for _, row := range rows {
				to.Add(row)
				if int64(row) >= from && int64(row) < int64(1<<32) {
					want[row] = true
				}
			}
		}
		add(s, a)
		add(other, b)
		s.AddAll(other)
		var got []uint32
		s.EachIn(from, to, func(row uint32) { got = append(got, row) })
		n := 0
		for row := range want {
			if int64(row) < to {
				n++
				if !slices.Contains(got, row) {
					t.Fatalf("%d is missing in %v", row, got)
				}
			}
		}
		if len(got) != n || !slices.IsSorted(got) {
			t.Fatalf("from %d to %d: %v", from, to, got)
		}
		s.Clear()
		s.Each(func(row uint32) { t.Fatalf("row %d is still there", row) })
		if s.Count() != 0 {
			t.Fatalf("count %d", s.Count())
		}
	})
}

// TestRowSet_EachIn_at_its_bounds: the first row of a stretch is in it, and the one after it is not.
func TestRowSet_EachIn_at_its_bounds(t *testing.T) {
	t.Parallel()
	s := pair.NewRowSet()
	for _, begin := range []uint32{0, 60, 65_530, 1<<32 - 10} {
		for row := range uint32(10) {
			s.Add(begin + row)
		}
		for from := range int64(10) {
			for to := range int64(10) {
				n := int64(0)
				s.EachIn(int64(begin)+from, int64(begin)+to, func(row uint32) {
					if n++; int64(row) < int64(begin)+from || int64(row) >= int64(begin)+to {
						t.Fatalf("row %d", row)
					}
				})
				if n != max(to-from, 0) {
					t.Fatalf("from %d to %d of %d: %d rows", from, to, begin, n)
				}
			}
		}
	}
}
