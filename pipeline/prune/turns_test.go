package prune

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/pipeline/pair"
)

// entryIn is a pair that inputs hold, with its place and expected yield.
func entryIn(name string, score float64, number uint64, inputs ...uint32) *entry {
	return &entry{plausible: true, scored: scored{score: score, Pair: &pair.Pair{
		Secret: []byte(name), Inputs: inputs, Unit: pair.Unit{Input: inputs[0], Record: number},
	}}}
}

func names(list []*entry) string {
	var all []string
	for _, e := range list {
		all = append(all, string(e.Secret))
	}
	return strings.Join(all, " ")
}

func waited(list ...*entry) []*entry {
	for _, e := range list {
		e.waited = true
	}
	return list
}

// TestTurns: the rules by which pairs are chosen, one by one.
func TestTurns(t *testing.T) {
	t.Parallel()
	inputs := inputsOf("a", "b", "a", "c")
	many := func(prefix string, n int, in uint32) (list []*entry) {
		for i := range n {
			list = append(list, entryIn(fmt.Sprint(prefix, i), 0, uint64(i), in))
		}
		return list
	}
	for name, test := range map[string]struct {
		most    int
		entries []*entry
		tried   map[uint32]int
		want    string
	}{
		"greater yield first":           {2, []*entry{entryIn("low", -3, 0, 0), entryIn("high", 2, 1, 0), entryIn("middle", 1, 2, 0)}, nil, "high middle"},
		"dumps take turns":              {2, append(many("a", 5, 0), entryIn("b", -9, 9, 1)), nil, "b a0"},
		"fewest pairs first":            {3, append(many("a", 5, 0), many("b", 2, 1)...), nil, "b0 a0 b1"},
		"files of one dump are one":     {2, append(append(many("a", 1, 0), many("x", 1, 2)...), entryIn("b", -9, 9, 1)), nil, "b a0"},
		"files take turns":              {3, append(many("a", 5, 0), entryIn("x", -9, 9, 2)), nil, "a0 x a1"},
		"tried before":                  {2, append(many("a", 1, 0), many("b", 2, 1)...), map[uint32]int{0: 4}, "b0 b1"},
		"tried less":                    {1, append(many("a", 1, 0), many("b", 1, 1)...), map[uint32]int{0: 4, 1: 9}, "a0"},
		"earliest turn counts":          {2, append(many("a", 3, 0), entryIn("both", -9, 9, 0, 1)), nil, "both a0"},
		"earliest turn counts, late":    {2, append(many("a", 3, 1), entryIn("both", -9, 9, 0, 1)), nil, "both a0"},
		"files do not multiply turns":   {3, append(append(many("a", 3, 0), many("x", 3, 2)...), many("b", 3, 1)...), nil, "b0 a0 b1"},
		"what waited and what is new":   {4, append(waited(many("old", 6, 0)...), many("new", 6, 1)...), nil, "old0 new0 old1 new1"},
		"of one input":                  {4, append(waited(many("old", 6, 0)...), entryIn("new", -9, 9, 0)), nil, "old0 new old1 old2"},
		"little that is new":            {4, append(waited(many("old", 6, 0)...), many("new", 1, 1)...), nil, "old0 new0 old1 old2"},
		"little that waited":            {4, append(waited(many("old", 1, 0)...), many("new", 6, 1)...), nil, "old0 new0 new1 new2"},
		"one dump of three":             {3, append(append(many("a", 3, 0), many("b", 3, 1)...), many("c", 1, 3)...), nil, "c0 a0 b0"},
		"more than what there would be": {9, many("a", 3, 0), nil, "a0 a1 a2"},
	} {
		dropped := 0
		for _, backwards := range []bool{false, true} {
			turns := newTurns(test.most, func(*pair.Pair) { dropped++ })
			if backwards {
				slices.Reverse(test.entries)
			}
			for _, e := range test.entries {
				turns.add(e, e.Inputs)
			}
			if got := names(turns.choose(inputs, test.tried)); got != test.want {
				t.Errorf("%s: %s, want %s", name, got, test.want)
			}
		}
		if want := 2 * max(len(test.entries)-test.most, 0); dropped != want {
			t.Errorf("%s: %d are dropped, want %d", name, dropped, want)
		}
	}
}

// TestTurns_choose_as_if_they_held_all: what is let go on the way would not have had a turn, each pair is chosen or dropped once,
// and memory has its bound.
func TestTurns_choose_as_if_they_held_all(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sources := rapid.IntRange(1, 30).Draw(t, "sources")
		most := rapid.IntRange(1, 4).Draw(t, "most")
		var dumps []string
		for i := range sources {
			dumps = append(dumps, fmt.Sprint(i))
		}
		inputs := inputsOf(dumps...)
		left := make(map[*pair.Pair]int)
		turns := newTurns(most, func(p *pair.Pair) { left[p]++ })
		var all []*entry
		n := rapid.IntRange(1, 60).Draw(t, "pairs")
		for i := range n {
			e := entryIn(fmt.Sprint(i), float64(rapid.IntRange(-2, 2).Draw(t, "score")), uint64(i), uint32(rapid.IntRange(0, sources-1).Draw(t, "in")))
			e.waited, e.plausible = rapid.Bool().Draw(t, "waited"), rapid.Bool().Draw(t, "plausible")
			same := *e
			all = append(all, &same)
			turns.add(e, e.Inputs)
			for _, s := range turns.sides {
				if held := len(s.all()); held > most+max(perSource*most+len(s.lanes)-1, len(s.lanes)) {
					t.Fatalf("%d are held", held)
				}
			}
		}
		want := names(holdsAll(most, all).choose(inputs, nil))
		chosen := turns.choose(inputs, nil)
		if got := names(chosen); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
		for _, e := range chosen {
			left[e.Pair]++
		}
		if len(left) != n {
			t.Fatalf("%d of %d pairs are chosen or dropped", len(left), n)
		}
		for p, times := range left {
			if times != 1 {
				t.Fatalf("%s is chosen or dropped %d times", p.Secret, times)
			}
		}
	})
}

// TestTurns_divide: the lanes of a side share eight times the limit, and each holds one at least.
func TestTurns_divide(t *testing.T) {
	t.Parallel()
	want := map[int]int{1: 4, 8: 4, 9: 4, 10: 4, 11: 3, 15: 3, 16: 2, 31: 2, 32: 1, 64: 1}
	turns := newTurns(4, func(*pair.Pair) {})
	for sources := 1; sources <= 64; sources++ {
		in := uint32(sources - 1)
		for i := range uint64(5) {
			e := entryIn("made up", 0, i, in)
			turns.add(e, e.Inputs)
		}
		share, ok := want[sources]
		if s := turns.sides[1]; ok && (s.share != share || len(*s.lanes[0]) > share || len(*s.lanes[in]) != share) {
			t.Errorf("%d sources: %d each, and the first holds %d", sources, s.share, len(*s.lanes[0]))
		}
	}
}

// holdsAll are turns that have let none of the entries go.
func holdsAll(most int, list []*entry) *turns {
	t := newTurns(most, func(*pair.Pair) {})
	for _, e := range list {
		t.sides[order(!e.waited)].best = append(t.sides[order(!e.waited)].best, e)
		for _, in := range e.Inputs {
			t.held[in]++
		}
	}
	return t
}

// TestLeftover keeps a bounded choice, another one each night, whatever the order.
func TestLeftover(t *testing.T) {
	t.Parallel()
	kept := func(night uint64, backwards bool) []uint64 {
		l := leftover{night: night}
		for i := range uint64(5 * mostWaiting) {
			if backwards {
				i = 5*mostWaiting - 1 - i
			}
			l.add(i)
			if len(l.list) >= 2*mostWaiting {
				t.Fatalf("%d are held", len(l.list))
			}
		}
		return l.prints()
	}
	first := kept(1, false)
	if len(first) != mostWaiting || !slices.IsSorted(first) || !slices.Equal(first, kept(1, true)) {
		t.Errorf("%d are kept", len(first))
	}
	if slices.Equal(first, kept(2, false)) {
		t.Error("the same are kept every night")
	}
	few := leftover{night: 1}
	few.add(7)
	few.add(3)
	if !slices.Equal(few.prints(), []uint64{3, 7}) {
		t.Errorf("%v", few.list)
	}
	// The first numbers of SplitMix64 with the seed 0.
	if a, b := mix(0x9e3779b97f4a7c15), mix(0x3c6ef372fe94f82a); a != 0xe220a8397b1dcdaf || b != 0x6e789e6aa1b965f4 {
		t.Errorf("%x, %x", a, b)
	}
}
