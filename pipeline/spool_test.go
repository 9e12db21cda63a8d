package pipeline

import (
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
)

func exact(account uint32, text string) joined {
	return joined{account: account, kind: hashing.KindEmail, attribution: hashing.AttributionExact, secret: []byte(text)}
}

func alias(account uint32, text string) joined {
	return joined{account: account, kind: hashing.KindEmail, attribution: hashing.AttributionAlias, secret: []byte(text)}
}

func mustAdd(t *testing.T, s *spool, input uint32, want bool, found ...joined) {
	t.Helper()
	fresh, err := s.add(input, true, found)
	if err != nil {
		t.Fatal(err)
	}
	if fresh != want {
		t.Fatalf("add(%v) is new: %v, want %v", found, fresh, want)
	}
}

func TestSpool_keeps_each_pair_once_with_all_its_evidence(t *testing.T) {
	s := newSpool(1 << 20)
	mustAdd(t, s, 0, true, alias(7, "made-up-1"))
	mustAdd(t, s, 0, false, exact(7, "made-up-1"))
	mustAdd(t, s, 2, false, alias(7, "made-up-1"))
	mustAdd(t, s, 2, true, exact(7, "made-up-2"))
	mustAdd(t, s, 2, true, exact(8, "made-up-1"))
	if len(s.pairs) != 3 || s.units != 3 {
		t.Fatalf("%d pairs of %d units", len(s.pairs), s.units)
	}
	p := s.pairs[0]
	if p.attribution != hashing.AttributionExact {
		t.Error("the exact match is forgotten")
	}
	if len(p.inputs) != 2 || p.inputs[0] != 0 || p.inputs[1] != 2 {
		t.Errorf("inputs %v", p.inputs)
	}
}

func TestSpool_refuses_to_outgrow_its_memory(t *testing.T) {
	s := newSpool(1000)
	var err error
	for i := uint32(0); i < 10 && err == nil; i++ {
		_, err = s.add(0, true, []joined{exact(i, "made-up")})
	}
	if err == nil || strings.Contains(err.Error(), "made-up") {
		t.Errorf("got %v", err)
	}
}

// TestCountStates: one record can bring several pairs, and counts once, under the greatest state.
func TestCountStates(t *testing.T) {
	tests := map[string]struct {
		states []pairState
		count  func(rundir.Counts) int64
	}{
		"confirmed beats all": {[]pairState{stateRefuted, stateConfirmed, stateMoot, stateIndeterminate},
			func(c rundir.Counts) int64 { return c.Confirmed }},
		"undecided beats refuted": {[]pairState{stateRefuted, stateIndeterminate},
			func(c rundir.Counts) int64 { return c.Indeterminate }},
		"unchecked beats refuted": {[]pairState{stateUnchecked, stateRefuted},
			func(c rundir.Counts) int64 { return c.Unchecked }},
		"tried beats over cap": {[]pairState{stateOverCap, stateRefuted},
			func(c rundir.Counts) int64 { return c.Refuted }},
		"over cap beats pruned": {[]pairState{stateOverCap, statePrunedPolicy},
			func(c rundir.Counts) int64 { return c.OverCap }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := &plan{units: 1}
			for _, state := range test.states {
				p.all = append(p.all, &pair{state: state})
			}
			c := rundir.Counts{}
			countStates(&c, p)
			if test.count(c) != 1 {
				t.Errorf("counted %+v", c)
			}
			if c.PrunedPolicy+c.OverCap+c.Candidates != 1 {
				t.Errorf("counted more than once: %+v", c)
			}
		})
	}
}

func day2026(month time.Month) time.Time { return time.Date(2026, month, 1, 0, 0, 0, 0, time.UTC) }

// threeDumps is a spool over an old dump, a recent one and a fabricated one.
func threeDumps(t *testing.T, fill func(s *spool)) *screened {
	t.Helper()
	s := &screened{spool: newSpool(1 << 20)}
	for i, meta := range []dump.Meta{
		{Name: "old", LeakedOn: day2026(1), Trust: dump.TrustUnverified},
		{Name: "recent", LeakedOn: day2026(9), Trust: dump.TrustVerified},
		{Name: "made up", LeakedOn: day2026(10), Trust: dump.TrustFabricated},
	} {
		s.dumps = append(s.dumps, &dumpFacts{name: meta.Name})
		s.inputs = append(s.inputs, inputFacts{Input: dump.Input{Meta: meta}, dump: s.dumps[i]})
	}
	fill(s.spool)
	return s
}

func secrets(pairs []*pair) string {
	var list []string
	for _, p := range pairs {
		list = append(list, string(p.secret))
	}
	return strings.Join(list, " ")
}

func TestPrune_orders_by_sources_then_recency_then_input(t *testing.T) {
	s := threeDumps(t, func(s *spool) {
		mustAdd(t, s, 0, true, exact(1, "first-old"))
		mustAdd(t, s, 0, true, exact(1, "second-old"))
		mustAdd(t, s, 1, true, exact(1, "recent"))
		mustAdd(t, s, 0, true, exact(1, "both"))
		mustAdd(t, s, 1, false, exact(1, "both"))
		mustAdd(t, s, 1, true, exact(2, "other"))
	})
	r := &run{cfg: Config{MaxCandidatesPerAccount: 64}}
	p := r.prune(s)
	if p.pending != 5 || len(p.accounts) != 2 || p.accounts[0].account != 1 {
		t.Fatalf("plan %+v", p)
	}
	if got := secrets(p.accounts[0].pairs); got != "both recent first-old second-old" {
		t.Errorf("order is %s", got)
	}
}

func TestPrune_caps_an_account_and_keeps_its_best(t *testing.T) {
	s := threeDumps(t, func(s *spool) {
		for _, secret := range []string{"a", "b", "c", "d"} {
			mustAdd(t, s, 0, true, exact(1, secret))
		}
		mustAdd(t, s, 1, true, exact(1, "best"))
	})
	r := &run{cfg: Config{MaxCandidatesPerAccount: 2}}
	p := r.prune(s)
	if got := secrets(p.accounts[0].pairs); got != "best a" {
		t.Errorf("kept %s", got)
	}
	c := rundir.Counts{}
	countStates(&c, p)
	if c.OverCap != 3 {
		t.Errorf("over_cap %d", c.OverCap)
	}
}

func TestPrune_never_confirms_a_fabricated_dump(t *testing.T) {
	s := threeDumps(t, func(s *spool) {
		mustAdd(t, s, 2, true, exact(1, "made-up"))
		mustAdd(t, s, 2, true, exact(1, "elsewhere too"))
		mustAdd(t, s, 0, false, exact(1, "elsewhere too"))
	})
	r := &run{cfg: Config{MaxCandidatesPerAccount: 64}}
	p := r.prune(s)
	if got := secrets(p.accounts[0].pairs); got != "elsewhere too" {
		t.Errorf("candidates are %s", got)
	}
	if e := gather(s, p.accounts[0].pairs[0]); strings.Join(e.sources, ";") != "old" ||
		!e.last.Equal(day2026(1)) {
		t.Errorf("a fabricated dump is evidence: %+v", e)
	}
}

func TestSpool_takes_no_attribution_from_a_fabricated_dump(t *testing.T) {
	s := newSpool(1 << 20)
	if _, err := s.add(0, false, []joined{exact(7, "made-up-1")}); err != nil {
		t.Fatal(err)
	}
	mustAdd(t, s, 1, false, alias(7, "made-up-1"))
	if got := s.pairs[0].attribution; got != hashing.AttributionAlias {
		t.Errorf("attribution %v", got)
	}
}

// TestPrune_tries_every_first_reading_first: readings that a record adds to its first must not use up the
// cap before other records had their turn.
func TestPrune_tries_every_first_reading_first(t *testing.T) {
	s := threeDumps(t, func(s *spool) {
		mustAdd(t, s, 0, true, exact(1, "one | tail"), exact(1, "one"), exact(2, "other"))
		mustAdd(t, s, 0, true, exact(1, "two | tail"), exact(1, "two"))
	})
	r := &run{cfg: Config{MaxCandidatesPerAccount: 3}}
	p := r.prune(s)
	for _, task := range p.accounts {
		if got := secrets(task.pairs); task.account == 1 && got != "one | tail two | tail one" {
			t.Errorf("order is %s", got)
		}
	}
	if last := s.spool.pairs[len(s.spool.pairs)-1]; last.state != stateOverCap || string(last.secret) != "two" {
		t.Errorf("over the cap is not the last reading but %s", last.secret)
	}
}

func TestHit_takes_the_better_attribution(t *testing.T) {
	var h hit
	text, testable := []byte("made-up"), opinion{plain: true}
	h.add(named{7, hashing.KindEmail, hashing.AttributionAlias}, text, testable, false)
	h.add(named{7, hashing.KindUsername, hashing.AttributionExact}, text, testable, true)
	if len(h.pairs) != 1 || h.pairs[0].attribution != hashing.AttributionExact || !h.pairs[0].ownPage {
		t.Errorf("got %+v", h.pairs)
	}
}

func TestCleanName(t *testing.T) {
	if got := cleanName("a;b\x1b[0m\n\xff"); got != "a,b?[0m??" {
		t.Errorf("got %q", got)
	}
}
