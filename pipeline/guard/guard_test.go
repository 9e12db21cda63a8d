package guard_test

import (
	"encoding/json"
	"maps"
	"math"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/guard"
)

func limits(accounts int64, share, rate float64) guard.Limits {
	return guard.Limits{MaxAccounts: accounts, MaxShare: share, MaxConfirmRate: rate}
}

func rate(name string, met, confirmed int64) rundir.Dump {
	return rundir.Dump{Name: name, AccountsMet: met, AccountsConfirmed: confirmed}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	defaults := limits(500, 0.01, 0.25)
	tests := map[string]struct {
		facts  guard.Facts
		limits guard.Limits
		want   []string // limits that refuse
	}{
		"empty_list":           {guard.Facts{Accounts: 1000}, defaults, nil},
		"exactly_the_share":    {guard.Facts{Listed: 10, Accounts: 1000}, defaults, nil},
		"one_over_the_share":   {guard.Facts{Listed: 11, Accounts: 1000}, defaults, []string{"max_share"}},
		"exactly_the_cap":      {guard.Facts{Listed: 500, Accounts: 1e6}, defaults, nil},
		"one_over_the_cap":     {guard.Facts{Listed: 501, Accounts: 1e6}, defaults, []string{"max_accounts"}},
		"small_base_is_exempt": {guard.Facts{Listed: 20, Accounts: 99}, defaults, nil},
		"base_of_exactly_100":  {guard.Facts{Listed: 2, Accounts: 100}, defaults, []string{"max_share"}},
		"zero_cap":             {guard.Facts{Accounts: 10}, limits(0, 1, 1), []string{"max_accounts"}},
		"zero_share":           {guard.Facts{Accounts: 10}, limits(5, 0, 1), []string{"max_share"}},
		"zero_rate":            {guard.Facts{Accounts: 10}, limits(5, 1, 0), []string{"max_confirm_rate"}},
		"unreadable_share":     {guard.Facts{Accounts: 10}, limits(5, math.NaN(), 1), []string{"max_share"}},
		"unreadable_rate":      {guard.Facts{Accounts: 10}, limits(5, 1, math.NaN()), []string{"max_confirm_rate"}},
		"negative_cap":         {guard.Facts{Accounts: 10}, limits(-1, 1, 1), []string{"max_accounts"}},
		"no_limits_at_all": {guard.Facts{Accounts: 1000}, guard.Limits{},
			[]string{"max_accounts", "max_share", "max_confirm_rate"}},
		"no_limits_at_all_are_told_of_once": {guard.Facts{Listed: 5, Accounts: 1000, Dumps: []rundir.Dump{rate("d", 100, 5)}}, guard.Limits{},
			[]string{"max_accounts", "max_share", "max_confirm_rate"}},
		"limits_without_end": {guard.Facts{Listed: 5, Accounts: 1000}, limits(500, math.Inf(1), math.Inf(1)), nil},
		"both": {guard.Facts{Listed: 501, Accounts: 1000}, defaults,
			[]string{"max_accounts", "max_share"}},
		"confirm_rate_at_limit": {guard.Facts{Accounts: 1e6, Dumps: []rundir.Dump{rate("d", 100, 25)}}, defaults, nil},
		"confirm_rate_over": {guard.Facts{Accounts: 1e6, Dumps: []rundir.Dump{rate("c", 400, 4), rate("d", 100, 26)}},
			defaults, []string{"max_confirm_rate"}},
		"confirm_rate_of_few": {guard.Facts{Accounts: 1e6, Dumps: []rundir.Dump{rate("d", 99, 99)}}, defaults, nil},
		"confirm_rate_without_outstanding": {guard.Facts{Accounts: 1e6, Dumps: []rundir.Dump{
			{Name: "d", AccountsMet: 100, AccountsConfirmed: 90, AccountsOutstanding: 65},
		}}, defaults, nil},
		"confirm_rate_over_without_outstanding": {guard.Facts{Accounts: 1e6, Dumps: []rundir.Dump{
			{Name: "d", AccountsMet: 100, AccountsConfirmed: 91, AccountsOutstanding: 65},
		}}, defaults, []string{"max_confirm_rate"}},
		"small_dumps_over": {guard.Facts{Accounts: 1e6, Small: guard.Rate{Dumps: 389, Met: 389, Confirmed: 389}, Run: guard.Rate{Dumps: 389, Met: 389, Confirmed: 389}},
			defaults, []string{"max_confirm_rate"}},
		"small_dumps_at_limit": {guard.Facts{Accounts: 1e6, Small: guard.Rate{Dumps: 4, Met: 100, Confirmed: 25}}, defaults, nil},
		"small_dumps_of_few":   {guard.Facts{Accounts: 1e6, Small: guard.Rate{Dumps: 4, Met: 99, Confirmed: 99}}, defaults, nil},
		"run_over":             {guard.Facts{Accounts: 1e6, Run: guard.Rate{Dumps: 3, Met: 200, Confirmed: 51}}, defaults, []string{"max_confirm_rate"}},
		"run_at_limit":         {guard.Facts{Accounts: 1e6, Run: guard.Rate{Dumps: 3, Met: 200, Confirmed: 50}}, defaults, nil},
		"run_is_not_told_of_twice": {guard.Facts{Accounts: 1e6, Dumps: []rundir.Dump{rate("d", 100, 26)},
			Run: guard.Rate{Dumps: 1, Met: 100, Confirmed: 26}}, defaults, []string{"max_confirm_rate"}},
		"canary": {guard.Facts{Accounts: 10, CanariesMet: 1}, defaults, []string{"canaries"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := guard.Decide(test.facts, test.limits)
			if err != nil {
				t.Fatal(err)
			}
			var refused []string
			for _, r := range got.Refusals {
				refused = append(refused, r.Limit)
				if !strings.HasPrefix(r.Message, "refusing to publish") {
					t.Errorf("message %q", r.Message)
				}
			}
			if strings.Join(refused, " ") != strings.Join(test.want, " ") {
				t.Errorf("refused by %v, want %v", refused, test.want)
			}
			want := rundir.VerdictPass
			if len(test.want) > 0 {
				want = rundir.VerdictHeld
			}
			if got.Verdict != want {
				t.Errorf("verdict %q", got.Verdict)
			}
			if _, err := json.Marshal(got); err != nil {
				t.Errorf("it cannot stand in a manifest: %v", err)
			}
		})
	}
}

func TestDecide_names_limit_and_value(t *testing.T) {
	t.Parallel()
	got, err := guard.Decide(guard.Facts{Listed: 4210, Accounts: 1e7},
		limits(500, 0.01, 0.25))
	if err != nil {
		t.Fatal(err)
	}
	want := rundir.Refusal{
		Limit: "max_accounts", Allowed: 500, Actual: 4210,
		Message: "refusing to publish 4210 accounts for reset: the limit is 500",
	}
	if len(got.Refusals) != 1 || got.Refusals[0] != want {
		t.Errorf("got %+v", got.Refusals)
	}
}

func TestLimits_Validate(t *testing.T) {
	t.Parallel()
	for want, refused := range map[string]guard.Limits{
		"max-share NaN":                              limits(1, math.NaN(), 1),
		"max-share 1.5: it is not a share":           limits(1, 1.5, 1),
		"max-share -0.1: it is not a share":          limits(1, -0.1, 1),
		"max-confirm-rate NaN":                       limits(1, 1, math.NaN()),
		"max-confirm-rate 1.5: it is not a share":    limits(1, 1, 1.5),
		"max-confirm-rate -0.1: it is not a share":   limits(1, 1, -0.1),
		"max-accounts -1: it is negative":            limits(-1, 1, 1),
		"max-confirm-rate 1.5 for dumps of kind odd": {MaxAccounts: 1, MaxShare: 1, MaxConfirmRate: 1, Kinds: guard.Kinds{"odd": 1.5}},
	} {
		if err := refused.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", refused, err)
		}
	}
	for _, allowed := range []guard.Limits{
		limits(0, 0, 0), limits(1, 1, 1), {Kinds: guard.Kinds{"odd": 0, "even": 1}}, // a limit of 0 is for Decide to explain
	} {
		if err := allowed.Validate(); err != nil {
			t.Errorf("%+v: %v", allowed, err)
		}
	}
}

// TestDecide_says_limits_as_they_are_set: shares in per cent, numbers as numbers.
func TestDecide_says_limits_as_they_are_set(t *testing.T) {
	t.Parallel()
	for want, limits := range map[string]guard.Limits{
		"the limit is 0, and max-accounts of that":         limits(0, 1, 1),
		"the limit is 0%, and max-share of that":           limits(500, 0, 1),
		"the limit is NaN, and max-share of that":          limits(500, math.NaN(), 1),
		"that is 2% of all 1000 accounts, the limit is 1%": limits(500, 0.01, 1),
	} {
		got, err := guard.Decide(guard.Facts{Listed: 20, Accounts: 1000}, limits)
		if err != nil || len(got.Refusals) == 0 || !strings.Contains(got.Refusals[0].Message, want) {
			t.Errorf("not %q: %+v, %v", want, got.Refusals, err)
		}
	}
}

// TestDecide_at_the_limit: what is exactly a limit passes, one account more does not.
func TestDecide_at_the_limit(t *testing.T) {
	t.Parallel()
	for _, at := range []struct {
		limits guard.Limits
		most   int64 // of 1,000 accounts
		refuse string
	}{
		{limits(10, 1, 1), 10, "max_accounts"},
		{limits(500, 0.01, 1), 10, "max_share"},
		{limits(500, 0.07, 1), 70, "max_share"},
	} {
		for more := range int64(2) {
			got, err := guard.Decide(guard.Facts{Listed: at.most + more, Accounts: 1000}, at.limits)
			if err != nil || (len(got.Refusals) > 0) != (more > 0) {
				t.Errorf("%d accounts, %+v: %+v, %v", at.most+more, at.limits, got.Refusals, err)
			} else if more > 0 && (got.Refusals[0].Limit != at.refuse || at.refuse == "max_share" && got.Refusals[0].Actual > 0.1) {
				t.Errorf("%+v: %+v", at.limits, got.Refusals)
			}
		}
	}
}

// TestDecide_holds_signs_of_an_own_leak whatever the limits are, and says which limits there were.
func TestDecide_holds_signs_of_an_own_leak(t *testing.T) {
	t.Parallel()
	l := limits(500, 0.5, 0.25)
	l.Kinds = guard.Kinds{"stealer_log": 0.6}
	for want, facts := range map[string]guard.Facts{
		"canaries": {Accounts: 1000, CanariesMet: 1}, "equal_hashes": {Accounts: 1000, EqualHashes: 1},
	} {
		got, err := guard.Decide(facts, l)
		if err != nil || got.Verdict != rundir.VerdictHeld || len(got.Refusals) != 1 || got.Refusals[0].Limit != want || got.Refusals[0].Actual != 1 {
			t.Errorf("%s: %+v, %v", want, got, err)
		}
		effective := map[string]float64{"max_accounts": 500, "max_share": 0.5, "max_confirm_rate": 0.25, "max_confirm_rate.stealer_log": 0.6}
		if !maps.Equal(got.Limits, effective) {
			t.Errorf("limits %v, want %v", got.Limits, effective)
		}
	}
}

func TestDecide_unbalanced_is_an_error_and_not_a_verdict(t *testing.T) {
	t.Parallel()
	got, err := guard.Decide(guard.Facts{Counts: rundir.Counts{RecordsRead: 1}}, limits(500, 1, 0))
	if err == nil || got.Verdict != "" {
		t.Errorf("got %+v, %v", got, err)
	}
}
