package guard

import (
	"fmt"

	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/rundir"
)

// Kinds are limits of the confirmation rate by kind of dump.
type Kinds map[string]float64

// DefaultKinds are the limits where an operator says none. Published rates of leaks of other services and of lists made
// of them lie between 0.5 % and 25 %; a provider that looked at all leaks of some years saw 20 % on average. A stealer
// log and a phishing page record what was typed into a login page, ours among them, days ago: there most is right.
func DefaultKinds() Kinds {
	return Kinds{"combo_list": 0.25, "site_breach": 0.25, "unknown": 0.25, "stealer_log": 0.6, "phishing": 0.6}
}

// Learning: a limit becomes what was usual here, and some more, when enough large dumps of a kind were let pass.
const (
	learnFrom  = 10   // dumps
	learnTimes = 3.0  // the highest rate that was seen
	learnLeast = 0.05 // no limit is learned below: few reuse much, and the next leak may be a better one
)

// Learn lowers the limits of kinds to what was usual on earlier nights. It never raises one: whoever comes slowly must not
// teach the guard that much is usual. Usual are the rates of large dumps by kind.
func (k Kinds) Learn(usual map[string][]float64) Kinds {
	learned := make(Kinds, len(k))
	for kind, limit := range k {
		if rates := usual[kind]; len(rates) >= learnFrom {
			limit = min(limit, max(learnTimes*slicesMax(rates), learnLeast))
		}
		learned[kind] = limit
	}
	return learned
}

func slicesMax(rates []float64) (most float64) {
	for _, rate := range rates {
		most = max(most, rate)
	}
	return most
}

// RateFor is the limit of dumps of a kind.
func (l Limits) RateFor(kind string) float64 {
	if rate, ok := l.Kinds[kind]; ok && l.MaxConfirmRate > 0 {
		return rate
	}
	return l.MaxConfirmRate
}

// Weigh takes in the limit of some dumps, with how many accounts they met.
func (r *Rate) Weigh(met int64, allowed float64) {
	r.weight += met
	if r.weight > 0 {
		r.Allowed += (allowed - r.Allowed) * float64(met) / float64(r.weight)
	}
}

// Add takes in what other dumps met and confirmed.
func (r *Rate) Add(met, confirmed int64, allowed float64) {
	r.Met, r.Confirmed = r.Met+met, r.Confirmed+confirmed
	r.Weigh(met, allowed)
}

// parts says which dumps are refused, and why.
func (l Limits) parts(f Facts) (Set, []rundir.Refusal) {
	refused := make(Set)
	var refusals []rundir.Refusal
	for _, d := range f.Dumps {
		r := l.rateOf(f, d)
		if !l.over(r) {
			continue
		}
		// What was listed before was looked at then: a dump that a person let go must not hold every
		// night after.
		who := fmt.Sprintf("dump %q", d.Name)
		if d.AccountsOutstanding > 0 {
			who += " newly"
		}
		refused[d.Name] = true
		refusals = append(refusals, l.rate("dump", d.Name, r, who, "it"))
	}
	for round := 0; ; round++ {
		refusal, over := l.together(f, refused)
		if !over {
			return refused, refusals
		}
		if round == 0 { // the next one is of the same dumps
			refusals = append(refusals, refusal)
		}
		if round > 1 || f.Together == nil {
			return refused, refusals
		}
		l.refuseSmall(f, refused, round > 0)
	}
}

// together judges the small dumps that are not refused, alone and with those of the last nights.
func (l Limits) together(f Facts, refused Set) (refusal rundir.Refusal, over bool) {
	small, nights := f.Small, Rate{}
	if f.Together != nil {
		small, nights = f.Together(refused)
	}
	switch {
	case l.over(small):
		return l.rate("small_dumps", "", small,
			fmt.Sprintf("%s that met fewer than %d accounts each together", counted.Of(small.Dumps, "dump"), SmallBase), "they"), true
	case l.over(nights) && nights.Confirmed >= SmallBase: // over so many nights a few are chance
		return l.rate("nights", "", nights,
			fmt.Sprintf("dumps that met fewer than %d accounts each, of tonight and the %d nights before,", SmallBase, Nights), "they"), true
	}
	return refusal, false
}

// Nights is how many earlier nights are judged together with this one.
const Nights = 30

// refuseSmall refuses the small dumps that alone are over their limit; all of them when that is not enough.
func (l Limits) refuseSmall(f Facts, refused Set, all bool) {
	for _, d := range f.Dumps {
		r := l.rateOf(f, d)
		if r.Met < SmallBase && r.Confirmed > 0 && (all || exceeds(r.Confirmed, r.Met, l.allowed(r))) {
			refused[d.Name] = true
		}
	}
}

func (l Limits) rateOf(f Facts, d rundir.Dump) Rate {
	allowed := l.MaxConfirmRate
	if kind, ok := f.Kinds[d.Name]; ok {
		allowed = l.RateFor(kind)
	}
	return Rate{Dumps: 1, Met: d.AccountsMet, Confirmed: d.AccountsConfirmed - d.AccountsOutstanding, Allowed: allowed}
}

func (l Limits) allowed(r Rate) float64 {
	if r.Allowed > 0 {
		return r.Allowed
	}
	return l.MaxConfirmRate
}

// over reports whether a rate is more than a leak of somebody else has.
func (l Limits) over(r Rate) bool {
	return l.MaxConfirmRate > 0 && r.Met >= SmallBase && exceeds(r.Confirmed, r.Met, l.allowed(r))
}

// rate is the refusal of one.
func (l Limits) rate(over, dump string, r Rate, who, met string) rundir.Refusal {
	return l.refusal(over, dump, r, fmt.Sprintf("refusing to publish: %s confirmed %d of the %d accounts that %s met, the "+
		"limit is %s; so much points to a broken verifier or to a leak of our own store",
		who, r.Confirmed, r.Met, met, percent(l.allowed(r))))
}

func (l Limits) refusal(over, dump string, r Rate, message string) rundir.Refusal {
	actual := 0.0
	if r.Met > 0 {
		actual = float64(r.Confirmed) / float64(r.Met)
	}
	return rundir.Refusal{
		Limit: "max_confirm_rate", Allowed: l.allowed(r), Actual: actual, Message: message, Over: over, Dump: dump,
	}
}
