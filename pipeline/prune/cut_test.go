package prune

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/credsieve/credsieve/pipeline/internal/workplace"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// drafted is a pair of a draft.
type drafted struct {
	class int
	print uint64
	cost  float64
	dumps []*pair.Dump
}

// draftOf is a draft of some pairs that come in any order.
func draftOf(t *testing.T, inputs *pair.Inputs, lots *Lots, pairs []drafted, limit int64) *draft {
	t.Helper()
	d := newDraft(inputs, lots, t.TempDir(), limit)
	for _, i := range rand.Perm(len(pairs)) {
		p := pairs[i]
		if err := d.add(p.class, p.print, p.cost, p.dumps); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// TestDecide: a budget is spent on better classes first, in each on the least prints, to the very pair, whatever the order in which
// pairs come and whether they fit in memory. What costs nothing is free.
func TestDecide(t *testing.T) {
	t.Parallel()
	inputs := inputsOf("shop", "forum", "third")
	lots := NewLots(workplace.NewKey(t), 10, 10)
	var pairs []drafted
	for i := range 600 {
		p := drafted{class: yields + rand.IntN(4), print: rand.Uint64(), cost: 1, dumps: inputs.Dumps[i%3 : i%3+1]}
		if i%5 == 0 {
			p.cost = 0
		}
		pairs = append(pairs, p)
	}
	for _, budget := range []float64{0, 1, 17, 100, 479, 480, 481, 1000} {
		cut, err := draftOf(t, inputs, lots, pairs, 1<<20).decide(budget)
		if err != nil {
			t.Fatal(err)
		}
		again, err := draftOf(t, inputs, lots, pairs, 1).decide(budget)
		if err != nil || cut.Class != again.Class || cut.Print != again.Print {
			t.Errorf("budget %v: %+v and %+v, %v", budget, cut, again, err)
		}
		spent, worst, left := 0.0, drafted{class: -1}, []drafted{}
		for _, p := range pairs {
			if cut.place(p.class, p.print, p.dumps) == beyond {
				left = append(left, p)
				continue
			}
			spent += p.cost
			if p.class > worst.class || p.class == worst.class && p.print > worst.print {
				worst = p
			}
		}
		if want := min(budget, 480); spent != want {
			t.Errorf("budget %v: %v are spent, want %v", budget, spent, want)
		}
		if slices.ContainsFunc(left, func(p drafted) bool { return p.class < worst.class }) {
			t.Errorf("budget %v: something better is left", budget)
		}
	}
}

// TestDecide_of_a_flood: a dump that brings more than all others gets about as much as they do while they wait, and what others
// hold too is theirs.
func TestDecide_of_a_flood(t *testing.T) {
	t.Parallel()
	inputs := inputsOf("flood", "leak")
	lots := NewLots(workplace.NewKey(t), 10, 10)
	flood, leak := inputs.Dumps[:1], inputs.Dumps[1:]
	var pairs []drafted
	for range 10_000 {
		pairs = append(pairs, drafted{yields + 7, rand.Uint64(), 1, flood})
	}
	for range 2500 {
		pairs = append(pairs, drafted{yields + 7, rand.Uint64(), 1, leak})
	}
	cut, err := draftOf(t, inputs, lots, pairs, 1<<20).decide(math.Inf(1))
	if err != nil {
		t.Fatal(err)
	}
	first := 0
	for _, p := range pairs[:10_000] {
		switch class := cut.place(p.class, p.print, p.dumps); class {
		case yields + 7:
			first++
		case 2*yields + 7:
		default:
			t.Fatalf("class %d", class)
		}
	}
	if first < 2200 || first > 2800 {
		t.Errorf("%d pairs of the flood are not put off, want about 2500", first)
	}
	if most := uint64(math.MaxUint64); cut.place(yields+7, most, leak) != yields+7 || cut.place(3, most, inputs.Dumps) != 3 {
		t.Error("a pair of the small dump is put off")
	} else if cut.place(3, most, flood) != 2*yields+3 {
		t.Error("what an earlier run left of the flood is not put off")
	}
	// While others wait, the rest of the flood gets nothing.
	if cut, err = draftOf(t, inputs, lots, pairs, 1<<20).decide(5000); err != nil || cut.Class < yields || cut.Class > 2*yields+7 {
		t.Fatal(cut, err)
	}
	for _, p := range pairs[10_000:] {
		if first < 2500 && cut.place(p.class, p.print, p.dumps) == beyond {
			t.Fatal("a pair of the small dump is left")
		}
	}
}

func TestSame(t *testing.T) {
	t.Parallel()
	one := &Cut{Class: 1, Print: 2, Shares: map[string]uint64{"shop": 3}}
	for _, other := range []*Cut{nil, {1, 2, nil}, {1, 3, one.Shares}, {2, 2, one.Shares}, {1, 2, map[string]uint64{"shop": 4}}} {
		if one.Same(other) || other.Same(one) || !other.Same(other) {
			t.Errorf("%+v is %+v", other, one)
		}
	}
	if !one.Same(&Cut{1, 2, map[string]uint64{"shop": 3}}) || !(*Cut)(nil).Same(nil) {
		t.Error("what is equal differs")
	}
}
