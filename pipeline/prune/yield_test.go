package prune

import (
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// TestClassOf: a better score is never in a worse class, and what an earlier run left comes before all else.
func TestClassOf(t *testing.T) {
	t.Parallel()
	last := 0
	for score := 12.0; score > -30; score -= 0.25 {
		class := classOf(score)
		if class < last || class < yields || class >= 2*yields {
			t.Fatalf("score %v is in class %d after %d", score, class, last)
		}
		last = class
		if left := classOf(score + yieldOpen); left != class-yields {
			t.Fatalf("score %v, left open: class %d", score, left)
		}
	}
	if cheap, dear := worth(&index.Account{}, time.Millisecond), worth(&index.Account{}, time.Second); cheap <= dear {
		t.Errorf("a dear verification is worth %v, a cheap one %v", dear, cheap)
	}
}

func TestPlausible(t *testing.T) {
	t.Parallel()
	for secret, want := range map[string]bool{
		"Made-Up-1": true, "пароль": true, "with space": true, "": true,
		"5f4dcc3b5aa765d61d8327deb882cf99": false, "tab\tinside": false, "\xff\xfe": false,
		"0123456789012345678901234567890123456789x": false, "x123456789012345678901234567890123456789": true,
		"0123456789abcdefABCDEF0123456789": false, "0123456789abcdefABCDEF012345678": true,
		"0123456789abcdefABCDEF012345678g": true, "0123456789abcdefABCDEF012345678G": true, "0123456789abcdefABCDEF012345678/": true,
		"0123456789abcdefABCDEF012345678:": true, "0123456789abcdefABCDEF012345678@": true, "0123456789abcdefABCDEF012345678`": true,
	} {
		if got := plausible([]byte(secret)); got != want {
			t.Errorf("%q: %v", secret, got)
		}
	}
}

// TestYield: what each thing that is known of a pair adds, in powers of two.
func TestYield(t *testing.T) {
	t.Parallel()
	const year = 365 * 24 * time.Hour
	list := []dump.Input{
		{Meta: dump.Meta{Name: "plain"}}, {Meta: dump.Meta{Name: "checked", Trust: dump.TrustVerified, LeakedOn: tonight}},
		{Meta: dump.Meta{Name: "old", LeakedOn: tonight.Add(-4 * year)}}, {Meta: dump.Meta{Name: "open"}},
		{Meta: dump.Meta{Name: "ancient", LeakedOn: tonight.Add(-20 * year)}}, {Meta: dump.Meta{Name: "future", LeakedOn: tonight.Add(9 * year)}},
		{Meta: dump.Meta{Name: "done"}},
	}
	r := &Rules{
		Survey: &pair.Survey{Inputs: pair.NewInputs(list)}, Now: tonight,
		Past: []*ledger.Dump{nil, nil, nil, {Open: 1}, nil, nil, {Open: 0}},
	}
	for name, test := range map[string]struct {
		p    pair.Pair
		want float64
	}{
		"no date":             {pair.Pair{Inputs: []uint32{0}}, yieldNoDate},
		"of today, checked":   {pair.Pair{Inputs: []uint32{1}}, yieldTrusted},
		"four years":          {pair.Pair{Inputs: []uint32{2}}, 4 * yieldPerYear},
		"open":                {pair.Pair{Inputs: []uint32{3}}, yieldNoDate + yieldOpen},
		"done":                {pair.Pair{Inputs: []uint32{6}}, yieldNoDate},
		"twenty years":        {pair.Pair{Inputs: []uint32{4}}, yieldOldest},
		"of tomorrow":         {pair.Pair{Inputs: []uint32{5}}, 0},
		"two dumps":           {pair.Pair{Inputs: []uint32{0, 6}}, 1 + yieldNoDate},
		"the latest counts":   {pair.Pair{Inputs: []uint32{2, 4}}, 1 + 4*yieldPerYear},
		"one of four is open": {pair.Pair{Inputs: []uint32{0, 3, 4, 6}}, 2 + yieldOldest + yieldOpen},
		"one is checked":      {pair.Pair{Inputs: []uint32{1, 2}}, 1 + yieldTrusted},
		"further":             {pair.Pair{Inputs: []uint32{5}, Further: true}, yieldFurther},
		"alias":               {pair.Pair{Inputs: []uint32{5}, Attribution: hashing.AttributionAlias}, yieldAlias},
		"nearby":              {pair.Pair{Inputs: []uint32{5}, Attribution: hashing.AttributionNearby}, yieldNearby},
	} {
		if got := r.yield(&test.p); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestWorth(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		privilege accounts.Privilege
		cost      time.Duration
		want      float64
	}{
		"nobody knows": {accounts.PrivilegeUser, 0, 0}, "staff": {accounts.PrivilegeStaff, 0, yieldStaff},
		"admin": {accounts.PrivilegeAdmin, 0, yieldAdmin}, "cheap": {accounts.PrivilegeUser, time.Microsecond, 0},
		"dear": {accounts.PrivilegeUser, 8 * time.Millisecond, -3}, "dear admin": {accounts.PrivilegeAdmin, 64 * time.Millisecond, yieldAdmin - 6},
	} {
		if got := worth(&index.Account{Privilege: test.privilege}, test.cost); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
