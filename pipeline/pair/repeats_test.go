package pair_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// named makes so many inputs, each a dump of its own.
func named(n int) *pair.Inputs {
	list := make([]dump.Input, n)
	for i := range list {
		list[i].Meta.Name = fmt.Sprint(i)
	}
	return pair.NewInputs(list)
}

// dumpsHolding makes one dump for each list of pairs, each pair by the number of its account.
func dumpsHolding(t *testing.T, lists ...[]uint32) (*pair.Inputs, []*pair.Pair) {
	t.Helper()
	p := newPile(t, 1<<24)
	for i, list := range lists {
		for _, account := range list {
			p.add(t, uint32(i), true, exact(account, "made-up"))
		}
	}
	return named(len(lists)), p.unified(t)
}

// independentOf counts the dumps of a run that do not repeat each other.
func independentOf(in *pair.Inputs, pairs []*pair.Pair, dumps []*pair.Dump) int {
	r := pair.NewRepeats(in)
	for _, p := range pairs {
		r.Add(in.DumpsOf(p))
	}
	return r.Independent(namesOf(dumps))
}

func namesOf(dumps []*pair.Dump) (names []string) {
	for _, d := range dumps {
		names = append(names, d.Name)
	}
	return names
}

func span(from, to uint32) (list []uint32) {
	for i := from; i < to; i++ {
		list = append(list, i)
	}
	return list
}

func TestIndependent(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		lists [][]uint32
		want  int
	}{
		"one":                       {[][]uint32{span(0, 50)}, 1},
		"unrelated":                 {[][]uint32{span(0, 50), span(40, 90)}, 2},
		"repackaged":                {[][]uint32{span(0, 50), span(0, 50)}, 1},
		"repackaged_with_more":      {[][]uint32{span(0, 50), span(10, 500)}, 1},
		"just_below_the_share":      {[][]uint32{span(0, 100), span(21, 121)}, 2},
		"at_the_share":              {[][]uint32{span(0, 100), span(20, 120)}, 1},
		"too_few_to_tell":           {[][]uint32{span(0, 19), span(0, 18)}, 2},
		"just_enough_to_tell":       {[][]uint32{span(0, 20), span(4, 100)}, 1},
		"one_too_few_to_tell":       {[][]uint32{span(0, 19), span(0, 100)}, 2},
		"few_and_the_same":          {[][]uint32{span(0, 3), span(0, 3), span(0, 4)}, 2},
		"the_same_pair":             {[][]uint32{span(0, 1), span(0, 1), span(0, 1)}, 1},
		"collection_of_independent": {[][]uint32{span(0, 100), span(0, 30), span(60, 100)}, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in, pairs := dumpsHolding(t, test.lists...)
			if got := independentOf(in, pairs, in.Dumps); got != test.want {
				t.Errorf("%d independent dumps, want %d", got, test.want)
			}
		})
	}
}

// TestProven: made-up pairs do not make a second source of a repackaged list.
func TestProven_knows_a_list_that_was_padded(t *testing.T) {
	t.Parallel()
	in, pairs := dumpsHolding(t, append(span(0, 40), span(100, 140)...), append(span(0, 40), span(200, 240)...))
	if got := independentOf(in, pairs, in.Dumps); got != 2 {
		t.Errorf("by all pairs: %d independent dumps", got)
	}
	proven := pair.NewProven(in)
	for _, p := range pairs {
		if p.Account < 40 {
			proven.Add(in.DumpsOf(p))
		}
	}
	if got := proven.Independent(namesOf(in.Dumps)); got != 1 {
		t.Errorf("by those that were confirmed: %d independent dumps", got)
	}
}

func TestProven_of_few_says_nothing(t *testing.T) {
	t.Parallel()
	in, pairs := dumpsHolding(t, span(0, 19), span(0, 19))
	proven := pair.NewProven(in)
	for _, p := range pairs {
		proven.Add(in.DumpsOf(p))
	}
	if got := proven.Independent(namesOf(in.Dumps)); got != 2 {
		t.Errorf("%d independent dumps", got)
	}
}

func TestIndependent_same_bytes_under_another_name(t *testing.T) {
	t.Parallel()
	in, pairs := dumpsHolding(t, []uint32{1}, []uint32{1, 2}, []uint32{1, 3})
	in.List[0].Report.SHA256, in.List[1].Report.SHA256, in.List[2].Report.SHA256 = "aa", "aa", "bb"
	if got := independentOf(in, pairs, in.Dumps); got != 2 {
		t.Errorf("%d independent dumps", got)
	}
}

func TestIndependent_same_bytes_and_more_under_another_name(t *testing.T) {
	t.Parallel()
	list := make([]dump.Input, 3)
	list[0].Meta.Name, list[1].Meta.Name, list[2].Meta.Name = "part", "whole", "whole"
	in := pair.NewInputs(list)
	in.List[0].Report.SHA256, in.List[1].Report.SHA256, in.List[2].Report.SHA256 = "aa", "bb", "aa"
	if got := pair.NewRepeats(in).Independent([]string{"part", "whole"}); got != 1 {
		t.Errorf("%d independent dumps", got)
	}
	in.List[1].Report.SHA256 = "" // it was not read to its end, but what it shares was
	if got := pair.NewRepeats(in).Independent([]string{"part", "whole"}); got != 1 {
		t.Errorf("%d independent dumps when one file could not be read", got)
	}
}

// TestIndependent_of_what_everybody_holds: thousands of files of one list, each with junk of its own, are one source,
// and a dump that holds more is another.
func TestIndependent_of_what_everybody_holds(t *testing.T) {
	t.Parallel()
	lists := make([][]uint32, 41)
	for i := range lists {
		lists[i] = span(0, 3)
	}
	lists[40] = span(0, 50)
	in, pairs := dumpsHolding(t, lists...)
	for i := range in.List {
		in.List[i].Report.SHA256 = fmt.Sprint("digest", i)
	}
	if got := independentOf(in, pairs, in.Dumps); got != 2 {
		t.Errorf("%d independent dumps", got)
	}
}

// TestIndependent_at_the_limits of what everybody holds: up to 32 dumps are compared two by two, and a dump of which four in five
// pairs are everybody's holds little else.
func TestIndependent_at_the_limits(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		dumps       int
		shared, own uint32
		want        int
	}{{32, 4, 1, 16}, {33, 4, 1, 1}, {33, 3, 1, 16}, {33, 7, 2, 16}, {33, 8, 2, 1}, {20, 0, 1, 16}, {16, 0, 1, 16}, {15, 0, 1, 15}} {
		lists := make([][]uint32, tt.dumps)
		for i := range lists {
			first := 1000 + uint32(i)*10
			lists[i] = append(span(0, tt.shared), span(first, first+tt.own)...)
		}
		in, pairs := dumpsHolding(t, lists...)
		if got := independentOf(in, pairs, in.Dumps); got != tt.want {
			t.Errorf("%d dumps with %d shared pairs and %d of their own: %d are independent, want %d", tt.dumps, tt.shared, tt.own, got, tt.want)
		}
	}
}

// TestIndependent_by_files: dumps of the same files are one, in whatever order and however often; one that was not read to its end
// may hold more than another.
func TestIndependent_by_files(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		a, b []string // digests; empty: not read to its end
		want int
	}{
		"in another order":      {[]string{"aa", "bb"}, []string{"bb", "aa"}, 1},
		"one file twice":        {[]string{"aa", "bb"}, []string{"bb", "aa", "bb"}, 1},
		"one more":              {[]string{"aa", "bb"}, []string{"bb", "cc", "aa"}, 1},
		"one each":              {[]string{"aa", "bb"}, []string{"bb", "cc"}, 2},
		"both of unknown files": {[]string{"aa", ""}, []string{"aa", ""}, 2},
		"one of unknown files":  {[]string{"aa", ""}, []string{"aa", "bb"}, 2},
		"a part of unknown":     {[]string{"aa"}, []string{"aa", ""}, 1},
		"nothing known":         {[]string{""}, []string{""}, 2},
	} {
		for range 2 {
			var list []dump.Input
			for range tt.a {
				list = append(list, dump.Input{Meta: dump.Meta{Name: "a"}})
			}
			for range tt.b {
				list = append(list, dump.Input{Meta: dump.Meta{Name: "b"}})
			}
			in := pair.NewInputs(list)
			for i, sum := range append(slices.Clone(tt.a), tt.b...) {
				in.List[i].Report.SHA256 = sum
			}
			if got := pair.NewRepeats(in).Independent([]string{"a", "b"}); got != tt.want {
				t.Errorf("%s: %d independent dumps", name, got)
			}
			tt.a, tt.b = tt.b, tt.a
		}
	}
}

func TestPairs_counts_those_of_a_dump(t *testing.T) {
	t.Parallel()
	in, pairs := dumpsHolding(t, span(0, 7), span(5, 8))
	r := pair.NewRepeats(in)
	for _, p := range pairs {
		r.Add(in.DumpsOf(p))
	}
	if a, b := r.Pairs(in.Dumps[0]), r.Pairs(in.Dumps[1]); a != 7 || b != 3 {
		t.Errorf("%d and %d pairs", a, b)
	}
}

func TestIndependent_takes_no_evidence_from_a_fabricated_dump(t *testing.T) {
	t.Parallel()
	in, pairs := dumpsHolding(t, span(0, 50), span(0, 50))
	in.List[1].Meta.Trust = dump.TrustFabricated
	if got := independentOf(in, pairs, in.DumpsOf(pairs[0])); got != 1 {
		t.Errorf("%d independent dumps", got)
	}
}

func TestIndependent_of_dumps_that_this_run_did_not_read(t *testing.T) {
	t.Parallel()
	in, _ := dumpsHolding(t, span(0, 50))
	if got := pair.NewRepeats(in).Independent([]string{"0", "last year's", "older"}); got != 3 {
		t.Errorf("%d independent dumps", got)
	}
}

// TestRepeats_of_parts_are_those_of_the_whole, whatever the parts and the order in which they are merged.
func TestRepeats_of_parts_are_those_of_the_whole(t *testing.T) {
	t.Parallel()
	const dumps = 4
	in := named(dumps)
	rapid.Check(t, func(t *rapid.T) {
		// Pairs that hold most of the dumps together, so that some dumps repeat each other.
		holders := rapid.SliceOfN(rapid.SliceOfNDistinct(rapid.SampledFrom(in.Dumps), 1, dumps,
			rapid.ID[*pair.Dump]), 0, 80).Draw(t, "pairs")
		whole := pair.NewRepeats(in)
		merged := inParts(t, holders, func() *pair.Repeats { return pair.NewRepeats(in) },
			func(r *pair.Repeats, held []*pair.Dump) { whole.Add(held); r.Add(held) }, (*pair.Repeats).Merge)
		names := namesOf(rapid.SliceOfDistinct(rapid.SampledFrom(in.Dumps), rapid.ID[*pair.Dump]).Draw(t, "names"))
		if got, want := merged.Independent(slices.Clone(names)), whole.Independent(names); got != want {
			t.Fatalf("%d of %v are independent, want %d", got, names, want)
		}
	})
}
