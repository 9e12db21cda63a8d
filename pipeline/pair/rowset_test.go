package pair_test

import (
	"math/rand/v2"
	"testing"

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
