package pipeline

import (
	"math"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
)

func rate(name string, met, confirmed int64) rundir.Dump {
	return rundir.Dump{Name: name, AccountsMet: met, AccountsConfirmed: confirmed}
}

func TestGuard(t *testing.T) {
	defaults := Limits{MaxAccounts: 500, MaxShare: 0.01, MaxConfirmRate: 0.25}
	tests := map[string]struct {
		facts  facts
		limits Limits
		want   []string // limits that refuse
	}{
		"empty_list":           {facts{accounts: 1000}, defaults, nil},
		"exactly_the_share":    {facts{listed: 10, accounts: 1000}, defaults, nil},
		"one_over_the_share":   {facts{listed: 11, accounts: 1000}, defaults, []string{"max_share"}},
		"exactly_the_cap":      {facts{listed: 500, accounts: 1e6}, defaults, nil},
		"one_over_the_cap":     {facts{listed: 501, accounts: 1e6}, defaults, []string{"max_accounts"}},
		"small_base_is_exempt": {facts{listed: 20, accounts: 99}, defaults, nil},
		"base_of_exactly_100":  {facts{listed: 2, accounts: 100}, defaults, []string{"max_share"}},
		"zero_cap":             {facts{accounts: 10}, Limits{0, 1, 1}, []string{"max_accounts"}},
		"zero_share":           {facts{accounts: 10}, Limits{5, 0, 1}, []string{"max_share"}},
		"zero_rate":            {facts{accounts: 10}, Limits{5, 1, 0}, []string{"max_confirm_rate"}},
		"unreadable_share":     {facts{accounts: 10}, Limits{5, math.NaN(), 1}, []string{"max_share"}},
		"unreadable_rate":      {facts{accounts: 10}, Limits{5, 1, math.NaN()}, []string{"max_confirm_rate"}},
		"negative_cap":         {facts{accounts: 10}, Limits{-1, 1, 1}, []string{"max_accounts"}},
		"no_limits_at_all": {facts{accounts: 1000}, Limits{},
			[]string{"max_accounts", "max_share", "max_confirm_rate"}},
		"both": {facts{listed: 501, accounts: 1000}, defaults,
			[]string{"max_accounts", "max_share"}},
		"confirm_rate_at_limit": {facts{accounts: 1e6, dumps: []rundir.Dump{rate("d", 100, 25)}}, defaults, nil},
		"confirm_rate_over": {facts{accounts: 1e6, dumps: []rundir.Dump{rate("c", 400, 4), rate("d", 100, 26)}},
			defaults, []string{"max_confirm_rate"}},
		"confirm_rate_of_few": {facts{accounts: 1e6, dumps: []rundir.Dump{rate("d", 99, 99)}}, defaults, nil},
		"confirm_rate_without_outstanding": {facts{accounts: 1e6, dumps: []rundir.Dump{
			{Name: "d", AccountsMet: 100, AccountsConfirmed: 90, AccountsOutstanding: 65},
		}}, defaults, nil},
		"confirm_rate_over_without_outstanding": {facts{accounts: 1e6, dumps: []rundir.Dump{
			{Name: "d", AccountsMet: 100, AccountsConfirmed: 91, AccountsOutstanding: 65},
		}}, defaults, []string{"max_confirm_rate"}},
		"canary": {facts{accounts: 10, canariesMet: 1}, defaults, []string{"canaries"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := guard(test.facts, test.limits)
			if err != nil {
				t.Fatal(err)
			}
			var limits []string
			for _, r := range got.Refusals {
				limits = append(limits, r.Limit)
				if !strings.HasPrefix(r.Message, "refusing to publish") {
					t.Errorf("message %q", r.Message)
				}
			}
			if strings.Join(limits, " ") != strings.Join(test.want, " ") {
				t.Errorf("refused by %v, want %v", limits, test.want)
			}
			if held := got.Verdict == "held"; held != (len(test.want) > 0) {
				t.Errorf("verdict %q", got.Verdict)
			}
		})
	}
}

func TestGuard_names_limit_and_value(t *testing.T) {
	got, err := guard(facts{listed: 4210, accounts: 1e7},
		Limits{MaxAccounts: 500, MaxShare: 0.01, MaxConfirmRate: 0.25})
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

func TestFactsOf_leaves_out_what_is_outstanding(t *testing.T) {
	list := []rundir.Row{{Status: statusNew}, {Status: statusOutstanding}, {Status: statusOutstanding}, {}}
	if got := factsOf(new(rundir.Manifest), list).listed; got != 2 {
		t.Errorf("%d newly listed", got)
	}
}

func TestLimits_validate(t *testing.T) {
	for want, limits := range map[string]Limits{
		"max-share NaN":          {1, math.NaN(), 1},
		"max-share 1.5":          {1, 1.5, 1},
		"max-confirm-rate -0.1":  {1, 1, -0.1},
		"max-accounts -1: it is": {-1, 1, 1},
	} {
		if err := limits.validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", limits, err)
		}
	}
}

func TestGuard_unbalanced_is_an_error_and_no_verdict(t *testing.T) {
	got, err := guard(facts{counts: rundir.Counts{RecordsRead: 1}}, Limits{MaxAccounts: 500, MaxShare: 1})
	if err == nil || got.Verdict != "" {
		t.Errorf("got %+v, %v", got, err)
	}
}
