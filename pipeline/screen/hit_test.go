package screen

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// TestHit_of_many_accounts_is_that_of_few: the map of many finds what looking at each finds.
func TestHit_of_many_accounts_is_that_of_few(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		var h Hit
		var want []pair.Found
		most := uint32(1 + random.IntN(2*pair.FewAccounts))
		for range 3 * pair.FewAccounts {
			n := named{random.Uint32N(most), hashing.KindEmail, hashing.AttributionExact}
			secret := fmt.Appendf(nil, "made-up-%d", random.IntN(3))
			h.add(n, secret, opinion{plain: true}, false)
			if !slices.ContainsFunc(want, func(w pair.Found) bool {
				return w.Account == n.account && string(w.Secret) == string(secret)
			}) {
				want = append(want, pair.Found{Account: n.account, Secret: secret})
			}
		}
		same := slices.EqualFunc(h.Pairs, want, func(a, b pair.Found) bool {
			return a.Account == b.Account && string(a.Secret) == string(b.Secret)
		})
		if !same {
			t.Fatalf("%d pairs of %d accounts, want %d", len(h.Pairs), most, len(want))
		}
	}
}

// TestHit_of_a_shared_address: a placeholder stands in the place of an address of 100,000 accounts.
// Looking at each for each would take minutes.
func TestHit_of_a_shared_address(t *testing.T) {
	t.Parallel()
	const accounts = 100_000
	var h Hit
	for _, secret := range []string{"made-up-1", "made-up-2"} {
		for row := range uint32(accounts) {
			n := named{row, hashing.KindEmail, hashing.AttributionExact}
			h.add(n, []byte(secret), opinion{plain: true}, false)
		}
	}
	if h.shared == nil || len(h.Pairs) != 2*accounts {
		t.Errorf("%d pairs, found with %v", len(h.Pairs), h.shared)
	}
}

func TestHit_takes_the_better_attribution(t *testing.T) {
	t.Parallel()
	var h Hit
	text, testable := []byte("made-up"), opinion{plain: true}
	h.add(named{7, hashing.KindEmail, hashing.AttributionAlias}, text, testable, false)
	h.add(named{7, hashing.KindUsername, hashing.AttributionExact}, text, testable, true)
	if len(h.Pairs) != 1 || h.Pairs[0].Attribution != hashing.AttributionExact || !h.Pairs[0].OwnPage {
		t.Errorf("got %+v", h.Pairs)
	}
}
