package pipeline

import (
	"fmt"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/hashing"
)

// dumpsHolding makes one dump for each list of pairs, each pair by the number of its account.
func dumpsHolding(t *testing.T, lists ...[]uint32) (*screened, []*pair) {
	t.Helper()
	s := newScreened(t, 1<<24)
	for i := range lists {
		s.dumps = append(s.dumps, &dumpFacts{name: fmt.Sprint(i)})
		s.inputs = append(s.inputs, inputFacts{dump: s.dumps[i]})
	}
	for i, list := range lists {
		for _, account := range list {
			s.mustAdd(t, uint32(i), exact(account, "made-up"))
		}
	}
	return s, unified(t, s)
}

// independentOf counts the dumps of a run that do not repeat each other.
func independentOf(s *screened, pairs []*pair, dumps []*dumpFacts) int {
	r := newRepeats(s)
	for _, p := range pairs {
		r.add(s.dumpsOf(p))
	}
	var names []string
	for _, d := range dumps {
		names = append(names, d.name)
	}
	return r.independent(names)
}

func span(from, to uint32) (list []uint32) {
	for i := from; i < to; i++ {
		list = append(list, i)
	}
	return list
}

func TestIndependent(t *testing.T) {
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
		"too_few_to_tell":           {[][]uint32{span(0, 19), span(0, 19)}, 2},
		"collection_of_independent": {[][]uint32{span(0, 100), span(0, 30), span(60, 100)}, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, pairs := dumpsHolding(t, test.lists...)
			if got := independentOf(s, pairs, s.dumps); got != test.want {
				t.Errorf("%d independent dumps, want %d", got, test.want)
			}
		})
	}
}

func TestIndependent_same_bytes_under_another_name(t *testing.T) {
	s, pairs := dumpsHolding(t, []uint32{1}, []uint32{1}, []uint32{1})
	s.inputs[0].report.SHA256, s.inputs[1].report.SHA256, s.inputs[2].report.SHA256 = "aa", "aa", "bb"
	if got := independentOf(s, pairs, s.dumps); got != 2 {
		t.Errorf("%d independent dumps", got)
	}
}

func TestIndependent_takes_no_evidence_from_a_fabricated_dump(t *testing.T) {
	s, pairs := dumpsHolding(t, span(0, 50), span(0, 50))
	s.inputs[1].Meta.Trust = dump.TrustFabricated
	if got := independentOf(s, pairs, s.dumpsOf(pairs[0])); got != 1 {
		t.Errorf("%d independent dumps", got)
	}
}

func TestIndependent_of_dumps_that_this_run_did_not_read(t *testing.T) {
	s, _ := dumpsHolding(t, span(0, 50))
	if got := newRepeats(s).independent([]string{"0", "last year's", "older"}); got != 3 {
		t.Errorf("%d independent dumps", got)
	}
}

func TestCrowd_counts_accounts_with_one_password(t *testing.T) {
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	c := newCrowd(key)
	for range 12 {
		c.add([]byte("everybody's"))
	}
	c.add([]byte("somebody's"))
	for i := range 100_000 { // far fewer than cells: no two meet
		c.add(fmt.Appendf(nil, "made-up-%d", i))
	}
	if a, b, none := c.of([]byte("everybody's")), c.of([]byte("somebody's")), c.of([]byte("nobody's")); a < 12 || a > 14 ||
		b < 1 || b > 3 || none > 2 {
		t.Errorf("got %d, %d and %d", a, b, none)
	}
	for range 1000 {
		c.add([]byte("everybody's"))
	}
	if got := c.of([]byte("everybody's")); got != 255 {
		t.Errorf("a full cell says %d", got)
	}
}
