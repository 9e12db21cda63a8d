package guard_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
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
		g := decide(test.rest)
		if g.Verdict != test.verdict || len(g.Refusals) != test.refusals {
			t.Errorf("%s: %+v", name, g)
		}
		if _, err := json.Marshal(g); err != nil {
			t.Errorf("%s cannot stand in a manifest: %v", name, err)
		}
	}
}

func TestRate_weighs_limits_by_what_was_met(t *testing.T) {
	t.Parallel()
	var r guard.Rate
	r.Add(0, 0, 0.9) // says nothing
	if r.Allowed != 0 {
		t.Errorf("of nothing: %+v", r)
	}
	r.Add(100, 10, 0.25)
	r.Add(300, 30, 0.65)
	if r.Met != 400 || r.Confirmed != 40 || r.Allowed < 0.5499 || r.Allowed > 0.5501 {
		t.Errorf("%+v", r)
	}
}

// TestRateFor: what an operator said of all kinds is said of those without a limit of their own, and 0 of every one.
func TestRateFor(t *testing.T) {
	t.Parallel()
	l := limits(1, 1, 0.25)
	l.Kinds = guard.Kinds{"stealer_log": 0.6}
	if l.RateFor("stealer_log") != 0.6 || l.RateFor("combo_list") != 0.25 {
		t.Errorf("%v, %v", l.RateFor("stealer_log"), l.RateFor("combo_list"))
	}
	if l.MaxConfirmRate = 0; l.RateFor("stealer_log") != 0 || l.RateFor("combo_list") != 0 {
		t.Errorf("of a limit of 0: %v, %v", l.RateFor("stealer_log"), l.RateFor("combo_list"))
	}
}

// TestDecide_of_small_dumps: those that are over their limit alone are refused first, all of them when that is not enough,
// and the reason is told once.
func TestDecide_of_small_dumps(t *testing.T) {
	t.Parallel()
	worst, usual, other, nothing, large := rate("worst", 60, 60), rate("usual", 80, 4), rate("other", 90, 20), rate("nothing", 90, 0), rate("large", 100, 10)
	for name, test := range map[string]struct {
		dumps         []rundir.Dump
		nights        guard.Rate // of earlier ones
		refused, over string
		message       string
	}{
		"few together": {[]rundir.Dump{worst, rate("few", 39, 4)}, guard.Rate{}, "", "", ""},
		"the worst":    {[]rundir.Dump{worst, usual, other, nothing, large}, guard.Rate{}, "worst", "small_dumps", "4 dumps that met fewer than 100 accounts each together confirmed 84 of the 320"},
		"all of them": {[]rundir.Dump{other, usual, nothing, large}, guard.Rate{Met: 300, Confirmed: 280}, "other usual", "nights",
			"of tonight and the 30 nights before, confirmed 304 of the 560"},
		"some nights":      {[]rundir.Dump{other, usual}, guard.Rate{Met: 85, Confirmed: 75}, "", "", ""},
		"many nights":      {[]rundir.Dump{other, usual}, guard.Rate{Met: 86, Confirmed: 76}, "other usual", "nights", "confirmed 100 of the 256"},
		"the nights alone": {[]rundir.Dump{nothing, large}, guard.Rate{Met: 300, Confirmed: 280}, "", "nights", "confirmed 280 of the 390"},
	} {
		g, err := guard.Decide(guard.Facts{
			Listed: 1, Accounts: 1e6, Dumps: test.dumps,
			Together: func(refused guard.Set) (small, nights guard.Rate) {
				nights = test.nights
				for _, d := range test.dumps {
					if d.AccountsMet < guard.SmallBase && !refused[d.Name] {
						small.Dumps++
						small.Add(d.AccountsMet, d.AccountsConfirmed, 0.25)
						nights.Add(d.AccountsMet, d.AccountsConfirmed, 0.25)
					}
				}
				return small, nights
			},
			Rest: func(refused guard.Set) guard.Rest {
				if got := strings.Join(slices.Sorted(maps.Keys(refused)), " "); got != test.refused {
					t.Errorf("%s: refused are %q", name, got)
				}
				return guard.Rest{Listed: 1, Left: 1}
			},
		}, limits(50, 0.01, 0.25))
		if err != nil {
			t.Fatal(err)
		}
		if test.over == "" {
			if len(g.Refusals) > 0 || g.Verdict != rundir.VerdictPass {
				t.Errorf("%s: %+v", name, g)
			}
		} else if len(g.Refusals) != 1 || g.Refusals[0].Over != test.over || !strings.Contains(g.Refusals[0].Message, test.message) {
			t.Errorf("%s: %+v", name, g)
		}
	}
}

// TestDecide_knows_kinds: a dump is judged by the limit of its kind, one without a kind by that of all.
func TestDecide_knows_kinds(t *testing.T) {
	t.Parallel()
	l := limits(500, 1, 0.25)
	l.Kinds = guard.DefaultKinds()
	g, err := guard.Decide(guard.Facts{
		Accounts: 1000, Dumps: []rundir.Dump{rate("log", 100, 60), rate("list", 100, 60), rate("odd", 100, 60), rate("mail", 100, 61)},
		Kinds: map[string]string{"log": "stealer_log", "list": "combo_list", "mail": "phishing"},
	}, l)
	var refused []string
	for _, r := range g.Refusals {
		refused = append(refused, r.Dump)
	}
	if err != nil || strings.Join(refused, " ") != "list odd mail" {
		t.Errorf("%v, %v", refused, err)
	}
}

// TestDecide_says_what_is_new: what an earlier list had of a dump does not count, and the sentence says so.
func TestDecide_says_what_is_new(t *testing.T) {
	t.Parallel()
	for outstanding, want := range map[int64]string{
		0: `dump "d" confirmed 90 of the 100 accounts that it met, the limit is 25%`, 1: `dump "d" newly confirmed 89 of the 100 accounts`,
	} {
		d := rate("d", 100, 90)
		d.AccountsOutstanding = outstanding
		g, err := guard.Decide(guard.Facts{Accounts: 1e6, Dumps: []rundir.Dump{d}}, limits(50, 0.01, 0.25))
		if err != nil || len(g.Refusals) != 1 || !strings.Contains(g.Refusals[0].Message, want) || g.Refusals[0].Dump != "d" ||
			g.Refusals[0].Actual != float64(90-outstanding)/100 {
			t.Errorf("%d outstanding: %+v, %v", outstanding, g.Refusals, err)
		}
	}
}
