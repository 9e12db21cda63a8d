package verify_test

import (
	"testing"
	"time"

	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// TestCosts_that_are_fixed: nothing is measured any more, and what nobody has fixed costs what the dearest kind does.
func TestCosts_that_are_fixed(t *testing.T) {
	t.Parallel()
	parse := func(p stored.Argon2Params) stored.Hash {
		hash, err := stored.Parse(stored.FormatArgon2id([]byte("Made-Up-1"), []byte("a salt for tests"), p), stored.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		return hash
	}
	known := parse(workplace.Cheap)
	dearer := workplace.Cheap
	dearer.Time++
	other := parse(dearer)
	var c verify.Costs
	c.Fix([]verify.Cost{
		{Scheme: string(known.Scheme()), Params: known.Params(), Each: time.Hour}, {Scheme: "bcrypt", Params: "12", Each: 2 * time.Hour},
	})
	if one, two := c.Of(known).Each, c.Of(other).Each; one != time.Hour || two != 2*time.Hour {
		t.Errorf("%s and %s", one, two)
	}
	if c.Fix(nil); c.Of(known).Each != 0 {
		t.Errorf("of nothing that is fixed: %s", c.Of(known).Each)
	}
	var measured verify.Costs
	if each := measured.Of(known).Each; each <= 0 || each > time.Hour/2 {
		t.Errorf("measured %s", each)
	}
}
