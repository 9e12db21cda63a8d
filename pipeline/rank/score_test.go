package rank

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
)

func drawClues(t *rapid.T) clues {
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	ago := func(name string) time.Time {
		days := rapid.IntRange(-1, 1500).Draw(t, name)
		if days < 0 {
			return time.Time{}
		}
		return now.Add(-time.Duration(days) * day)
	}
	return clues{
		kinds: rapid.SliceOf(rapid.SampledFrom([]dump.Kind{dump.KindComboList, dump.KindPhishing,
			dump.KindSiteBreach, dump.KindStealerLog, dump.KindUnknown})).Draw(t, "kinds"),
		last: ago("last"), lastActive: ago("active"), now: now,
		sources:     rapid.IntRange(1, 4).Draw(t, "sources"),
		ownPage:     rapid.Bool().Draw(t, "own page"),
		sharedBy:    rapid.IntRange(1, 30).Draw(t, "shared by"),
		attribution: rapid.SampledFrom([]hashing.Attribution{hashing.AttributionExact, hashing.AttributionAlias}).Draw(t, "attribution"),
		mfa:         rapid.SampledFrom([]accounts.MFA{accounts.MFAUnknown, accounts.MFAEnabled, accounts.MFADisabled}).Draw(t, "mfa"),
		privilege: rapid.SampledFrom([]accounts.Privilege{accounts.PrivilegeUser, accounts.PrivilegeStaff,
			accounts.PrivilegeAdmin}).Draw(t, "privilege"),
	}
}

// drawWeights changes some weights, each within what NewWeights allows.
func drawWeights(t *rapid.T) Weights {
	points := make(map[string]float64)
	for _, r := range reasonTable {
		if rapid.Bool().Draw(t, "changes "+r.code) {
			points[r.code] = math.Copysign(rapid.Float64Range(0, 100).Draw(t, r.code), r.weight)
		}
	}
	w, err := NewWeights(points, "")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestScore_is_monotone_in_each_reason: one more reason never moves a score against its weight.
func TestScore_is_monotone_in_each_reason(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWeights(t)
		without := drawClues(t)
		with := without
		sign := 1.0
		switch rapid.IntRange(0, 8).Draw(t, "reason") {
		case 0:
			with.kinds = append(slices.Clone(without.kinds), dump.KindStealerLog)
		case 1:
			without.last, with.last = time.Time{}, without.now
		case 2:
			without.sources, with.sources = 1, 2
		case 3:
			without.ownPage, with.ownPage = false, true
		case 4:
			without.mfa, with.mfa = accounts.MFAEnabled, accounts.MFADisabled
		case 5:
			without.privilege, with.privilege = accounts.PrivilegeUser, accounts.PrivilegeAdmin
		case 6:
			without.lastActive, with.lastActive = time.Time{}, without.now
		case 7:
			sign = -1
			without.attribution, with.attribution = hashing.AttributionExact, hashing.AttributionAlias
		case 8:
			sign = -1
			without.sharedBy, with.sharedBy = 1, sharedByMany
		}
		a, b := score(w.reasons(without)), score(w.reasons(with))
		if (b-a)*sign < 0 {
			t.Fatalf("the score goes from %v to %v", a, b)
		}
		if a < 0 || a > 100 || b < 0 || b > 100 {
			t.Fatalf("scores %v and %v", a, b)
		}
	})
}

func TestReasons_are_the_sum_of_the_score_and_heaviest_first(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := drawWeights(t).reasons(drawClues(t))
		sum := 0.0
		for i, r := range list {
			sum += r.Weight
			if i > 0 && r.Weight > list[i-1].Weight {
				t.Fatalf("order %v", list)
			}
			if ReasonText(r.Code) == "" {
				t.Fatalf("nothing is said of %q", r.Code)
			}
		}
		if math.Abs(min(max(sum, 0), 100)-score(list)) > 0.051 {
			t.Fatalf("the reasons add up to %v, the score is %v", sum, score(list))
		}
		for _, action := range actions(list) {
			if ActionText(action) == "" {
				t.Fatalf("nothing is said of %q", action)
			}
		}
	})
}

func TestReasons(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	base := clues{sources: 1, sharedBy: 1, now: now}
	tests := map[string]struct {
		change func(*clues)
		want   string
	}{
		"none":                {func(*clues) {}, "password_confirmed"},
		"heaviest_kind":       {func(c *clues) { c.kinds = []dump.Kind{dump.KindComboList, dump.KindPhishing} }, "password_confirmed phishing"},
		"heaviest_kind_first": {func(c *clues) { c.kinds = []dump.Kind{dump.KindStealerLog, dump.KindComboList} }, "password_confirmed stealer_log"},
		"equal_kinds":         {func(c *clues) { c.kinds = []dump.Kind{dump.KindComboList, dump.KindSiteBreach} }, "password_confirmed site_breach"},
		"equal_kinds_first":   {func(c *clues) { c.kinds = []dump.Kind{dump.KindSiteBreach, dump.KindComboList} }, "password_confirmed site_breach"},
		"alias":               {func(c *clues) { c.attribution = hashing.AttributionAlias }, "password_confirmed alias_attribution"},
		"unknown_kind":        {func(c *clues) { c.kinds = []dump.Kind{dump.KindUnknown} }, "password_confirmed"},
		"nearest_age":         {func(c *clues) { c.last = now.Add(-30 * day) }, "password_confirmed leaked_last_month"},
		"a_year":              {func(c *clues) { c.last = now.Add(-31 * day) }, "password_confirmed leaked_last_year"},
		"too_old":             {func(c *clues) { c.last = now.Add(-1096 * day) }, "password_confirmed"},
		"active":              {func(c *clues) { c.lastActive = now.Add(-90 * day) }, "password_confirmed recently_active"},
		"between":             {func(c *clues) { c.lastActive = now.Add(-100 * day) }, "password_confirmed"},
		"dormant":             {func(c *clues) { c.lastActive = now.Add(-365 * day) }, "password_confirmed dormant"},
		"unknown_mfa":         {func(c *clues) { c.mfa = accounts.MFAUnknown }, "password_confirmed"},
		"crowd":               {func(c *clues) { c.sharedBy = 10 }, "password_confirmed coincidence"},
		"nine_are_no_crowd":   {func(c *clues) { c.sharedBy = 9 }, "password_confirmed"},
		"own_login_page":      {func(c *clues) { c.ownPage = true }, "password_confirmed own_login_page"},
		"independent_sources": {func(c *clues) { c.sources = 2 }, "password_confirmed several_sources"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := base
			test.change(&c)
			var codes []string
			for _, r := range (Weights{}).reasons(c) {
				codes = append(codes, r.Code)
			}
			if got := strings.Join(codes, " "); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestActions_follow_from_the_reasons(t *testing.T) {
	t.Parallel()
	for codes, want := range map[string]string{
		"":               "reset_password revoke_sessions notify_user",
		"phishing":       "reset_password revoke_sessions review_connected_apps notify_user",
		"own_login_page": "reset_password revoke_sessions review_connected_apps notify_user",
		"stealer_log":    "reset_password revoke_sessions review_connected_apps notify_user investigate_device",
	} {
		if got := strings.Join(actions([]rundir.Reason{{Code: codes}}), " "); got != want {
			t.Errorf("%s: %s", codes, got)
		}
	}
}

func TestNewWeights_refuses(t *testing.T) {
	t.Parallel()
	for want, points := range map[string]map[string]float64{
		`unknown reason "stealer"`:         {"stealer": 1},
		"is not a weight between":          {"stealer_log": 101},
		"stealer_log: NaN is not a weight": {"stealer_log": math.NaN()},
		"turns the reason into its":        {"stealer_log": -1},
		"alias_attribution: 5 turns the":   {"alias_attribution": 5},
	} {
		if _, err := NewWeights(points, ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %q", points, err, want)
		}
	}
}

// TestNewWeights_of_a_reason_without_points: what has none in the table may get points of either sign.
func TestNewWeights_of_a_reason_without_points(t *testing.T) {
	t.Parallel()
	for _, weight := range []float64{-1, 0, 1} {
		w, err := NewWeights(map[string]float64{reasonTruncated: weight}, "")
		if err != nil || w.of(reasonTruncated) != weight {
			t.Errorf("%v: %v", weight, err)
		}
	}
}

// TestBandOf: a band begins at the number that docs/ranking.md has.
func TestBandOf(t *testing.T) {
	t.Parallel()
	for from, band := range map[float64][2]string{
		85: {"high", "critical"}, 70: {"elevated", "high"}, 50: {"standard", "elevated"},
	} {
		if below, at := bandOf(from-0.1), bandOf(from); below != band[0] || at != band[1] {
			t.Errorf("%v and %v: %s and %s", from-0.1, from, below, at)
		}
	}
}

func TestReasonTable_names_each_code_once(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for _, r := range reasonTable {
		if seen[r.code] || r.text == "" {
			t.Errorf("bad line %+v", r)
		}
		seen[r.code] = true
	}
	for _, code := range kindReasons {
		if !seen[code] {
			t.Errorf("no line for %s", code)
		}
	}
}
