package pair_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// TestBalance: one record can bring several pairs, and counts once, under the greatest state.
func TestBalance(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		states []pair.State
		count  func(rundir.Counts) int64
	}{
		"confirmed beats all": {[]pair.State{pair.StateRefuted, pair.StateConfirmed, pair.StateMoot, pair.StateIndeterminate},
			func(c rundir.Counts) int64 { return c.Confirmed }},
		"undecided beats refuted": {[]pair.State{pair.StateRefuted, pair.StateIndeterminate},
			func(c rundir.Counts) int64 { return c.Indeterminate }},
		"unchecked beats refuted": {[]pair.State{pair.StateUnchecked, pair.StateRefuted},
			func(c rundir.Counts) int64 { return c.Unchecked }},
		"tried beats over cap": {[]pair.State{pair.StateOverCap, pair.StateRefuted},
			func(c rundir.Counts) int64 { return c.Refuted }},
		"over cap beats pruned": {[]pair.State{pair.StateOverCap, pair.StatePrunedPolicy},
			func(c rundir.Counts) int64 { return c.OverCap }},
		"tried beats remembered": {[]pair.State{pair.StateRemembered, pair.StateRefuted},
			func(c rundir.Counts) int64 { return c.Refuted }},
		"one alone": {[]pair.State{pair.StateRemembered},
			func(c rundir.Counts) int64 { return c.Remembered }},
		"nothing was new": {[]pair.State{pair.StateUnspecified, pair.StateUnspecified},
			func(c rundir.Counts) int64 { return c.Duplicates }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := pair.NewBalance(nil)
			unit := pair.Unit{Input: 3, Record: 1 << 40}
			several := b.Record(unit, len(test.states))
			for _, state := range test.states {
				if state != pair.StateUnspecified {
					p := &pair.Pair{Unit: unit, Several: several}
					b.First(p)
					b.Settle(p, state)
				}
			}
			c := rundir.Counts{}
			b.Fill(&c)
			if test.count(c) != 1 {
				t.Errorf("counted %+v", c)
			}
			if c.Duplicates+c.Remembered+c.PrunedPolicy+c.OverCap+c.Candidates != 1 {
				t.Errorf("counted more than once: %+v", c)
			}
		})
	}
}

func TestBalance_misses_a_pair_that_was_never_settled(t *testing.T) {
	t.Parallel()
	b := pair.NewBalance(nil)
	unit := pair.Unit{}
	b.First(&pair.Pair{Unit: unit, Several: b.Record(unit, 2)})
	c := rundir.Counts{CandidatesRaw: 1, ScreenHits: 1, RecordsParsed: 1, RecordsRead: 1}
	if b.Fill(&c); c.Check() == nil {
		t.Errorf("%+v balances", c)
	}
}

// entry is one call of a balance.
type entry struct {
	unit    pair.Unit
	several bool
	do      int // which call
	state   pair.State
}

func (e entry) in(b *pair.Balance) {
	p := &pair.Pair{Unit: e.unit, Several: e.several}
	switch {
	case e.do == 0 && e.several:
		b.Record(e.unit, 2)
	case e.do <= 1:
		b.First(p)
	case e.do == 2:
		b.Again(p)
	default:
		b.Settle(p, e.state)
	}
}

func counted(b *pair.Balance) (c rundir.Counts) {
	b.Fill(&c)
	return c
}

// TestBalance_of_parts_is_that_of_the_whole, whatever the parts and the order in which they are merged.
func TestBalance_of_parts_is_that_of_the_whole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.SliceOf(rapid.Custom(func(t *rapid.T) entry {
			return entry{
				unit: pair.Unit{
					Input:  rapid.Uint32Range(0, 2).Draw(t, "input"),
					Record: rapid.SampledFrom([]uint64{0, 1, 2, 1<<16 - 1, 1 << 16, 1<<16 + 1, 1 << 50}).Draw(t, "record"),
				},
				several: rapid.Bool().Draw(t, "several"),
				do:      rapid.IntRange(0, 4).Draw(t, "call"),
				state: pair.State(rapid.IntRange(int(pair.StatePrunedPolicy),
					int(pair.StateConfirmed)).Draw(t, "state")),
			}
		})).Draw(t, "entries")
		whole := pair.NewBalance(nil)
		merged := inParts(t, entries, func() *pair.Balance { return pair.NewBalance(nil) },
			func(b *pair.Balance, e entry) { e.in(whole); e.in(b) }, (*pair.Balance).Merge)
		if got, want := counted(merged), counted(whole); got != want {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	})
}

// inParts gives each item to one of a few parts, and merges any two parts until one is left: whatever is left,
// merging is associative and commutative as far as anybody can tell.
func inParts[P, I any](t *rapid.T, items []I, newPart func() P, add func(P, I), merge func(into, from P)) P {
	parts := make([]P, rapid.IntRange(1, 4).Draw(t, "parts"))
	for i := range parts {
		parts[i] = newPart()
	}
	for _, item := range items {
		add(parts[rapid.IntRange(0, len(parts)-1).Draw(t, "part")], item)
	}
	for len(parts) > 1 {
		into := rapid.IntRange(0, len(parts)-1).Draw(t, "into")
		from := rapid.IntRange(0, len(parts)-2).Draw(t, "from")
		if from >= into {
			from++
		}
		merge(parts[into], parts[from])
		parts = append(parts[:from], parts[from+1:]...)
	}
	return parts[0]
}
