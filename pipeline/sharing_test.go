package pipeline

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/credsieve/credsieve/hashing"
)

// TestHit_of_many_accounts_is_that_of_few: the map of many finds what looking at each finds.
func TestHit_of_many_accounts_is_that_of_few(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		var h hit
		var want []joined
		most := uint32(1 + random.IntN(2*fewAccounts))
		for range 3 * fewAccounts {
			n := named{random.Uint32N(most), hashing.KindEmail, hashing.AttributionExact}
			secret := fmt.Appendf(nil, "made-up-%d", random.IntN(3))
			h.add(n, secret, opinion{plain: true}, false)
			if !slices.ContainsFunc(want, func(w joined) bool {
				return w.account == n.account && string(w.secret) == string(secret)
			}) {
				want = append(want, joined{account: n.account, secret: secret})
			}
		}
		same := slices.EqualFunc(h.pairs, want, func(a, b joined) bool {
			return a.account == b.account && string(a.secret) == string(b.secret)
		})
		if !same {
			t.Fatalf("%d pairs of %d accounts, want %d", len(h.pairs), most, len(want))
		}
		var seen map[uint32]struct{}
		if len(h.pairs) > fewAccounts {
			seen = make(map[uint32]struct{})
		}
		for i, p := range h.pairs {
			if got := isFurther(h.pairs[:i], seen, p.account); got != isFurther(h.pairs[:i], nil, p.account) {
				t.Fatalf("pair %d is further: %v", i, got)
			}
		}
	}
}

// TestHit_of_a_shared_address: a placeholder stands in the place of an address of 100,000 accounts.
// Looking at each for each would take minutes.
func TestHit_of_a_shared_address(t *testing.T) {
	const accounts = 100_000
	var h hit
	begin := time.Now()
	for _, secret := range []string{"made-up-1", "made-up-2"} {
		for row := range uint32(accounts) {
			n := named{row, hashing.KindEmail, hashing.AttributionExact}
			h.add(n, []byte(secret), opinion{plain: true}, false)
		}
	}
	if took := time.Since(begin); took > 10*time.Second || len(h.pairs) != 2*accounts {
		t.Errorf("%d pairs in %s", len(h.pairs), took)
	}
}
