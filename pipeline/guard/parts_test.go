package guard_test

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/guard"
)

func TestKinds_learn_what_is_usual_and_never_more(t *testing.T) {
	t.Parallel()
	many := func(rate float64) (rates []float64) {
		for range 10 {
			rates = append(rates, rate)
		}
		return rates
	}
	k := guard.Kinds{"combo_list": 0.25, "site_breach": 0.25, "stealer_log": 0.6, "unknown": 0.25}
	got := k.Learn(map[string][]float64{
		"combo_list": many(0.03), "site_breach": many(0.2), "stealer_log": many(0.001), "unknown": many(0.01)[:9],
	})
	wants := guard.Kinds{"combo_list": 0.09, "site_breach": 0.25, "stealer_log": 0.05, "unknown": 0.25}
	for kind, want := range wants {
		if diff := got[kind] - want; diff > 1e-9 || diff < -1e-9 {
			t.Errorf("%s: %v, want %v", kind, got[kind], want)
		}
	}
}

func TestLimits_refuse_wrong_kinds(t *testing.T) {
	t.Parallel()
	l := limits(1, 1, 1)
	l.Kinds = guard.Kinds{"combo_list": 1.5}
	if l.Validate() == nil {
		t.Error("a share of 150% was accepted")
	}
}

// TestDecide_in_part: what a refused dump holds does not count against the other limits.
func TestDecide_in_part(t *testing.T) {
	t.Parallel()
	decide := func(rest guard.Rest) rundir.Guard {
		g, err := guard.Decide(guard.Facts{
			Listed: 120, Accounts: 1e6, Dumps: []rundir.Dump{rate("ours", 100, 100), rate("forum", 400, 20)},
			Rest: func(refused guard.Set) guard.Rest {
				if !refused["ours"] || len(refused) != 1 {
					t.Errorf("refused are %v", refused)
				}
				return rest
			},
		}, limits(50, 0.01, 0.25))
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	tests := map[string]struct {
		rest     guard.Rest
		verdict  string
		refusals int
	}{
		"in_part":           {guard.Rest{Listed: 20, Left: 20, Run: guard.Rate{Met: 400, Confirmed: 20}}, rundir.VerdictHeldInPart, 1},
		"nothing_is_left":   {guard.Rest{}, rundir.VerdictHeld, 2}, // and all of it is over the cap
		"too_many_are_left": {guard.Rest{Listed: 51, Left: 51}, rundir.VerdictHeld, 2},
		"the_rest_is_worse": {guard.Rest{Listed: 20, Left: 20, Run: guard.Rate{Met: 100, Confirmed: 26}}, rundir.VerdictHeld, 2},
		"held_before":       {guard.Rest{Listed: 20, Left: 20, Before: 3}, rundir.VerdictHeldInPart, 2},
	}
	for name, test := range tests {
		if g := decide(test.rest); g.Verdict != test.verdict || len(g.Refusals) != test.refusals {
			t.Errorf("%s: %+v", name, g)
		}
	}
}

func TestRate_weighs_limits_by_what_was_met(t *testing.T) {
	t.Parallel()
	var r guard.Rate
	r.Add(100, 10, 0.25)
	r.Add(300, 30, 0.65)
	if r.Met != 400 || r.Confirmed != 40 || r.Allowed < 0.5499 || r.Allowed > 0.5501 {
		t.Errorf("%+v", r)
	}
}
