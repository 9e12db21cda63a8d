package prune

import (
	"cmp"
	"math"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// What makes a pair likely to be a current password, and a hit worth more, in powers of two. They are
// estimates: they decide what a budget is spent on first, never what is confirmed.
const (
	yieldOpen    = 100.0 // an earlier run had no time for it: first in line
	yieldFurther = -4.0  // a record's second reading for the account is rarely the right one
	yieldTrusted = 1.0   // somebody checked that the dump is real
	yieldPerYear = -0.5  // passwords get changed: half of them in two years
	yieldOldest  = -5.0
	yieldNoDate  = -2.5 // as after five years
	yieldAlias   = -1.0 // the dump names a variant of the address
	yieldNearby  = -6.0 // a sweep found it beside the address; most such texts are no passwords
	yieldAdmin   = 2.0
	yieldStaff   = 1.0
)

// yield is the expected yield of a pair: of its evidence alone. Where accounts compete for a budget, worth
// is added to it.
func (r *Rules) yield(p *pair.Pair) float64 {
	inputs := r.Survey.Inputs
	score := 0.0
	var latest time.Time
	trusted, open := false, false
	for _, i := range inputs.Evidence(p) {
		in := &inputs.List[i]
		trusted = trusted || in.Meta.Trust == dump.TrustVerified
		open = open || r.Past[i] != nil && r.Past[i].Open > 0
		if in.Meta.LeakedOn.After(latest) {
			latest = in.Meta.LeakedOn
		}
	}
	score += math.Log2(float64(max(len(inputs.DumpsOf(p)), 1)))
	if latest.IsZero() {
		score += yieldNoDate
	} else {
		years := max(r.Now.Sub(latest).Hours()/24/365, 0)
		score += max(yieldPerYear*years, yieldOldest)
	}
	if trusted {
		score += yieldTrusted
	}
	if open {
		score += yieldOpen
	}
	if p.Further {
		score += yieldFurther
	}
	switch p.Attribution {
	case hashing.AttributionAlias:
		score += yieldAlias
	case hashing.AttributionNearby:
		score += yieldNearby
	}
	return score
}

// worth is what an account adds to the yield of its pairs: how much it matters, and how dear one of its
// verifications is.
func worth(a *index.Account, cost time.Duration) float64 {
	score := 0.0
	switch a.Privilege {
	case accounts.PrivilegeAdmin:
		score += yieldAdmin
	case accounts.PrivilegeStaff:
		score += yieldStaff
	}
	// In whole powers of two, so that two measurements of one scheme rarely order pairs differently.
	return score - math.Round(math.Log2(max(cost.Seconds()*1000, 1)))
}

// classes of yield: pairs of a better one are verified before those of a worse one, across all accounts. A
// class is a power of two. The first third is for what an earlier run left, the last for what one dump holds beyond its
// share.
const classes = 3 * yields

// yields is how many classes a third has.
const yields = 32

// classOf is 0 for the best.
func classOf(score float64) int {
	const best = 8.0
	first := yields
	if score > yieldOpen/2 {
		score -= yieldOpen
		first = 0
	}
	return first + min(max(int(math.Floor(best-score)), 0), yields-1)
}

// order puts what is true last.
func order(last bool) int {
	if last {
		return 1
	}
	return 0
}

// scored is a pair with its expected yield.
type scored struct {
	*pair.Pair
	score float64
}

// compare orders what a record holds before what only a sweep has found, a record's first reading for an account before
// its further ones, which must not use up the cap before other records had their turn, what looks like a password before
// what does not, and then the greater yield first. A pair's unit and place within it make the order total: the two pairs
// of one unit differ in account or secret.
func (e *entry) compare(o *entry) int {
	a, b := e.scored, o.scored
	return cmp.Or(
		e.compareRank(o),
		cmp.Compare(order(!e.plausible), order(!o.plausible)),
		-cmp.Compare(a.score, b.score),
		a.Unit.Compare(b.Unit),
		cmp.Compare(a.Account, b.Account),
		cmp.Compare(order(a.Digest), order(b.Digest)),
		slices.Compare(a.Secret, b.Secret),
	)
}

// compareRank is what no yield outweighs.
func (e *entry) compareRank(o *entry) int {
	return cmp.Or(
		cmp.Compare(order(e.Unit.Swept()), order(o.Unit.Swept())),
		cmp.Compare(order(e.Further), order(o.Further)),
	)
}

// plausible reports whether people type something like it: not too long, all of it printable, and not the digest that a
// dump has in the place of a password. It decides who comes first, never who is tried.
func plausible(secret []byte) bool {
	const longest = 40
	if len(secret) > longest || !utf8.Valid(secret) {
		return false
	}
	hex := len(secret) >= 32
	for _, r := range string(secret) {
		if !unicode.IsPrint(r) {
			return false
		}
		hex = hex && (r >= '0' && r <= '9' || r >= 'a' && r <= 'f' || r >= 'A' && r <= 'F')
	}
	return !hex
}
