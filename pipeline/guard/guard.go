// Package guard decides whether a list may be published.
//
// Decide is a pure function: it looks at Facts of a finished run and at the Limits that its caller set, and says
// "pass", or "held" with a sentence for each limit that refuses. It reads and writes nothing. Canary accounts and
// stored hashes of ours in a dump hold a list whatever the limits are.
//
// How many of the accounts met were confirmed is judged three times: for each dump, for all dumps that are too small for
// a share to mean something, together, and for the whole run. Whoever stole our store could otherwise cut it into files
// of a few accounts each, of which none alone says anything.
//
// Not guaranteed: that a list which passes is right. The guard only sees that a night is unlike others.
package guard

import (
	"fmt"
	"math"
	"strconv"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// Limits that a list must pass before it is published. Shares are fractions: 0.01 is 1 %. A limit of 0 lets
// no list pass, not even an empty one: whoever forgot to set it is told so on the first night.
type Limits struct {
	MaxAccounts    int64
	MaxShare       float64 // of all accounts, from SmallBase accounts up
	MaxConfirmRate float64 // of the accounts that a dump, all small dumps or the run met, from SmallBase up
}

// SmallBase is how many accounts a share needs to mean something: one account of fifty is 2 %. A dump that met fewer is
// small.
const SmallBase = 100

// namedLimit is a limit as people and programs call it.
type namedLimit struct {
	code, flag string
	value      float64
	share      bool
}

func (n namedLimit) String() string {
	if n.share && !math.IsNaN(n.value) {
		return percent(n.value)
	}
	return strconv.FormatFloat(n.value, 'f', -1, 64)
}

func (l Limits) named() []namedLimit {
	return []namedLimit{
		{"max_accounts", "max-accounts", float64(l.MaxAccounts), false},
		{"max_share", "max-share", l.MaxShare, true},
		{"max_confirm_rate", "max-confirm-rate", l.MaxConfirmRate, true},
	}
}

// Validate refuses limits that mean nothing: shares outside of 0 to 1, and anything negative.
func (l Limits) Validate() error {
	for _, limit := range l.named() {
		switch {
		case math.IsNaN(limit.value), limit.share && (limit.value < 0 || limit.value > 1):
			return fmt.Errorf("refusing to run with %s %v: it is not a share between 0%% and 100%%",
				limit.flag, limit.value)
		case limit.value < 0:
			return fmt.Errorf("refusing to run with %s %v: it is negative", limit.flag, limit.value)
		}
	}
	return nil
}

// Facts are what the guard looks at, in accounts where nothing else is said.
type Facts struct {
	Listed      int64 // newly: without those that a reset step has had before
	Accounts    int64 // of the index
	Dumps       []rundir.Dump
	Small       Rate // of the small dumps together
	Run         Rate // of all dumps together
	CanariesMet int64
	EqualHashes int64         // whose own stored hash is in a dump
	Counts      rundir.Counts // in records
}

// Rate is what several dumps met and confirmed, each account once.
type Rate struct {
	Dumps     int64
	Met       int64
	Confirmed int64 // newly: without those that were on an earlier list already
}

// Decide says whether a list may be published: the same facts and limits give the same verdict. Counts that do
// not balance are not a verdict but an error: such a run must not even be held.
func Decide(f Facts, l Limits) (rundir.Guard, error) {
	if err := f.Counts.Check(); err != nil {
		return rundir.Guard{}, fmt.Errorf("refusing to publish: %w", err)
	}
	g := rundir.Guard{Verdict: "pass", Limits: l.effective(), Refusals: []rundir.Refusal{}}
	refuse := func(limit string, allowed, actual float64, format string, args ...any) {
		g.Verdict = "held"
		g.Refusals = append(g.Refusals, rundir.Refusal{
			Limit: limit, Allowed: allowed, Actual: actual, Message: fmt.Sprintf(format, args...),
		})
	}
	for _, limit := range l.named() {
		if !(limit.value > 0) { // NaN neither
			refuse(limit.code, limit.value, float64(f.Listed),
				"refusing to publish %d accounts for reset: the limit is %s, and %s of that lets no list pass",
				f.Listed, limit, limit.flag)
		}
	}
	if l.MaxAccounts > 0 && f.Listed > l.MaxAccounts {
		refuse("max_accounts", float64(l.MaxAccounts), float64(f.Listed),
			"refusing to publish %d accounts for reset: the limit is %d", f.Listed, l.MaxAccounts)
	}
	if l.MaxShare > 0 && f.Accounts >= SmallBase && exceeds(f.Listed, f.Accounts, l.MaxShare) {
		refuse("max_share", l.MaxShare, float64(f.Listed)/float64(f.Accounts),
			"refusing to publish %d accounts for reset: that is %s of all %d accounts, the limit is %s",
			f.Listed, percent(float64(f.Listed)/float64(f.Accounts)), f.Accounts, percent(l.MaxShare))
	}
	if rates := l.rates(f); len(rates) > 0 {
		g.Verdict = "held"
		g.Refusals = append(g.Refusals, rates...)
	}
	if f.CanariesMet > 0 {
		refuse("canaries", 0, float64(f.CanariesMet),
			"refusing to publish: %d canary accounts, whose identifiers nobody was ever given, are in "+
				"these dumps; our own store may have leaked", f.CanariesMet)
	}
	if f.EqualHashes > 0 {
		refuse("equal_hashes", 0, float64(f.EqualHashes),
			"refusing to publish: the stored hashes of %d accounts of ours, salt and all, are in these "+
				"dumps; our own store may have leaked", f.EqualHashes)
	}
	return g, nil
}

// effective are the limits as they stand in a manifest, those that can be written down.
func (l Limits) effective() map[string]float64 {
	limits := make(map[string]float64)
	for _, limit := range l.named() {
		if !math.IsNaN(limit.value) && !math.IsInf(limit.value, 0) {
			limits[limit.code] = limit.value
		}
	}
	return limits
}

// rates refuses what confirmed more than a leak of somebody else does. The run as a whole is named only where no part
// of it was: the same accounts are not told of twice.
func (l Limits) rates(f Facts) (refused []rundir.Refusal) {
	over := func(what, dump string, rate Rate, who, met string) {
		if !(l.MaxConfirmRate > 0) || rate.Met < SmallBase || !exceeds(rate.Confirmed, rate.Met, l.MaxConfirmRate) {
			return
		}
		refused = append(refused, rundir.Refusal{
			Limit: "max_confirm_rate", Allowed: l.MaxConfirmRate, Actual: float64(rate.Confirmed) / float64(rate.Met),
			Message: fmt.Sprintf("refusing to publish: %s confirmed %d of the %d accounts that %s met, the limit is %s; "+
				"so much points to a broken verifier or to a leak of our own store",
				who, rate.Confirmed, rate.Met, met, percent(l.MaxConfirmRate)),
			Over: what, Dump: dump,
		})
	}
	for _, d := range f.Dumps {
		// What was listed before was looked at then: a dump that a person let go must not hold every
		// night after.
		who := fmt.Sprintf("dump %q", d.Name)
		if d.AccountsOutstanding > 0 {
			who += " newly"
		}
		over("dump", d.Name, Rate{1, d.AccountsMet, d.AccountsConfirmed - d.AccountsOutstanding}, who, "it")
	}
	over("small_dumps", "", f.Small,
		fmt.Sprintf("%d dumps that met fewer than %d accounts each together", f.Small.Dumps, SmallBase), "they")
	if len(refused) == 0 {
		over("run", "", f.Run, fmt.Sprintf("all %d dumps together", f.Run.Dumps), "they")
	}
	return refused
}

// exceeds compares in whole accounts, so that 10 of 1,000 are exactly 1 %.
func exceeds(part, whole int64, share float64) bool {
	const rounding = 1e-9
	return float64(part) > share*float64(whole)+rounding
}

// percent renders a share for people.
func percent(share float64) string {
	return strconv.FormatFloat(math.Round(share*1e6)/1e4, 'f', -1, 64) + "%"
}
