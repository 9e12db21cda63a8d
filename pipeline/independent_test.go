package pipeline

import (
	"fmt"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
)

// dumpsHolding makes one dump for each list of pairs, each pair by the number of its account.
func dumpsHolding(t *testing.T, lists ...[]uint32) (*screened, []*pair) {
	t.Helper()
	s := &screened{spool: newSpool(1 << 24)}
	for i := range lists {
		s.dumps = append(s.dumps, &dumpFacts{name: fmt.Sprint(i)})
		s.inputs = append(s.inputs, inputFacts{dump: s.dumps[i]})
	}
	for i, list := range lists {
		for _, account := range list {
			if _, err := s.spool.add(uint32(i), true, []joined{exact(account, "made-up")}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s, s.spool.pairs
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
			if got := s.repeats(pairs).independent(s.dumps); got != test.want {
				t.Errorf("%d independent dumps, want %d", got, test.want)
			}
		})
	}
}

func TestIndependent_same_bytes_under_another_name(t *testing.T) {
	s, pairs := dumpsHolding(t, []uint32{1}, []uint32{1}, []uint32{1})
	s.inputs[0].report.SHA256, s.inputs[1].report.SHA256, s.inputs[2].report.SHA256 = "aa", "aa", "bb"
	if got := s.repeats(pairs).independent(s.dumps); got != 2 {
		t.Errorf("%d independent dumps", got)
	}
}

func TestIndependent_takes_no_evidence_from_a_fabricated_dump(t *testing.T) {
	s, pairs := dumpsHolding(t, span(0, 50), span(0, 50))
	s.inputs[1].Meta.Trust = dump.TrustFabricated
	if got := s.repeats(pairs).independent(s.dumpsOf(pairs[0])); got != 1 {
		t.Errorf("%d independent dumps", got)
	}
}

func TestCrowds_counts_accounts_with_one_password(t *testing.T) {
	s := newSpool(1 << 20)
	for account := range uint32(12) {
		mustAdd(t, s, 0, true, exact(account, "everybody's"))
		mustAdd(t, s, 1, false, exact(account, "everybody's"))
	}
	mustAdd(t, s, 0, true, exact(3, "somebody's"))
	got := crowds(s.pairs, []finding{{pair: s.pairs[0]}, {pair: s.pairs[12]}})
	if len(got) != 2 || got["everybody's"] != 12 || got["somebody's"] != 1 {
		t.Errorf("got %v", got)
	}
}
