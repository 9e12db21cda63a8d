// Package guard decides whether a list may be published.
//
// Decide is a pure function: it looks at Facts of a finished run and at the Limits that its caller set, and says
// "pass", or "held" with a sentence for each limit that refuses. It reads and writes nothing. Canary accounts and
// stored hashes of ours in a dump hold a list whatever the limits are.
//
// How many of the accounts met were confirmed is judged four times: for each dump, for all dumps that are too small for
// a share to mean something, together, for these with those of the last nights, and for the whole run. Whoever stole our
// store could otherwise cut it into files of a few accounts each, of which none alone says anything. What may be usual
// depends on the kind of dump, and on what was usual here (Learn).
//
// A dump that is refused holds only what rests on it alone: whoever registers accounts and leaks their passwords must not
// hold the findings of others. All other limits hold the whole list.
//
// Not guaranteed: that a list which passes is right. The guard only sees that a night is unlike others.
package guard

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/rundir"
)

// Limits that a list must pass before it is published. Shares are fractions: 0.01 is 1 %. A limit of 0 lets
// no list pass, not even an empty one: whoever forgot to set it is told so on the first night.
type Limits struct {
	MaxAccounts    int64
	MaxShare       float64 // of all accounts, from SmallBase accounts up
	MaxConfirmRate float64 // of the accounts that a dump, all small dumps or the run met, from SmallBase up
	Kinds          Kinds   // in its place, of dumps of one kind; nil: none
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
	for kind, rate := range l.Kinds {
		if !(rate >= 0 && rate <= 1) {
			return fmt.Errorf("refusing to run with max-confirm-rate %v for dumps of kind %s: it is not a share between 0%% "+
				"and 100%%", rate, kind)
		}
	}
	return nil
}

// Facts are what the guard looks at, in accounts where nothing else is said.
type Facts struct {
	Listed   int64 // newly: without those that a reset step has had before
	Accounts int64 // of the index
	Dumps    []rundir.Dump
	Kinds    map[string]string // of dumps by name, the strictest where there are several
	Small    Rate              // of the small dumps together
	Run      Rate              // of all dumps together
	// Together counts what small dumps met that are not refused: tonight, and with those of the last nights. Rest counts
	// what is left when some dumps are refused. Without these nothing changes with what is refused.
	Together    func(refused Set) (small, nights Rate)
	Rest        func(refused Set) Rest
	CanariesMet int64
	EqualHashes int64         // whose own stored hash is in a dump
	Counts      rundir.Counts // in records
}

// Rate is what several dumps met and confirmed, each account once.
type Rate struct {
	Dumps     int64
	Met       int64
	Confirmed int64 // newly: without those that were on an earlier list already
	// Allowed is the limit of these dumps, each weighed with what it met; 0: that of all kinds.
	Allowed float64
	weight  int64 // accounts behind it
}

// Set is a set of dumps by name.
type Set map[string]bool

// Rest is what is left of a list when some dumps are refused.
type Rest struct {
	Listed int64 // newly
	Left   int64 // rows, the outstanding ones among them
	Before int64 // rows that an earlier night held and nothing of tonight lets go
	Run    Rate  // of the dumps that are not refused
}

// Decide says whether a list may be published, or which dumps hold their part of it: the same facts and limits give the
// same verdict. Counts that do not balance are not a verdict but an error: such a run must not even be held.
func Decide(f Facts, l Limits) (rundir.Guard, error) {
	if err := f.Counts.Check(); err != nil {
		return rundir.Guard{}, fmt.Errorf("refusing to publish: %w", err)
	}
	g := rundir.Guard{Verdict: rundir.VerdictPass, Limits: l.effective()}
	refused, parts := l.parts(f)
	rest := Rest{Listed: f.Listed, Run: f.Run}
	if f.Rest != nil {
		rest = f.Rest(refused)
	}
	if rest.Before > 0 {
		parts = append(parts, l.refusal("earlier_nights", "", Rate{Confirmed: rest.Before},
			"refusing to publish: an earlier night held "+counted.As(rest.Before,
				"account, and no dump of tonight that passes holds its password",
				"accounts, and no dump of tonight that passes holds their passwords")))
	}
	if rest.Left == 0 { // all of it is held: then every limit that it does not pass is said
		rest.Listed = f.Listed
	}
	whole := l.whole(f, rest, len(parts) > 0)
	g.Refusals = append(append([]rundir.Refusal{}, parts...), whole...)
	slices.SortStableFunc(g.Refusals, func(a, b rundir.Refusal) int {
		return cmp.Compare(slices.Index(order, a.Limit), slices.Index(order, b.Limit))
	})
	switch {
	case len(whole) > 0, len(parts) > 0 && rest.Left == 0:
		g.Verdict = rundir.VerdictHeld
	case len(parts) > 0:
		g.Verdict = rundir.VerdictHeldInPart
		g.RefusedDumps = slices.Sorted(maps.Keys(refused))
	}
	return g, nil
}

// order in which refusals are told.
var order = []string{"max_accounts", "max_share", "max_confirm_rate", "canaries", "equal_hashes"}

// whole is what holds the whole list.
func (l Limits) whole(f Facts, rest Rest, inPart bool) (refused []rundir.Refusal) {
	refuse := func(limit string, allowed, actual float64, format string, args ...any) {
		refused = append(refused, rundir.Refusal{
			Limit: limit, Allowed: allowed, Actual: actual, Message: fmt.Sprintf(format, args...),
		})
	}
	for _, limit := range l.named() {
		if !(limit.value > 0) { // NaN neither, which cannot be written down
			allowed := limit.value
			if math.IsNaN(allowed) {
				allowed = 0
			}
			refuse(limit.code, allowed, float64(f.Listed),
				"refusing to publish %s for reset: the limit is %s, and %s of that lets no list pass",
				counted.Of(f.Listed, "account"), limit, limit.flag)
		}
	}
	if l.MaxAccounts > 0 && rest.Listed > l.MaxAccounts {
		refuse("max_accounts", float64(l.MaxAccounts), float64(rest.Listed),
			"refusing to publish %s for reset: the limit is %d", counted.Of(rest.Listed, "account"), l.MaxAccounts)
	}
	if l.MaxShare > 0 && f.Accounts >= SmallBase && exceeds(rest.Listed, f.Accounts, l.MaxShare) {
		refuse("max_share", l.MaxShare, float64(rest.Listed)/float64(f.Accounts),
			"refusing to publish %s for reset: that is %s of all %d accounts, the limit is %s",
			counted.Of(rest.Listed, "account"), percent(float64(rest.Listed)/float64(f.Accounts)), f.Accounts, percent(l.MaxShare))
	}
	// The same accounts are not told of twice: the rest of a run is judged where some of its dumps are refused.
	if (!inPart || f.Rest != nil) && l.over(rest.Run) {
		refused = append(refused, l.rate("run", "", rest.Run, "all "+counted.Of(rest.Run.Dumps, "dump")+" together", "they"))
	}
	if f.CanariesMet > 0 {
		refuse("canaries", 0, float64(f.CanariesMet),
			"refusing to publish: %s in these dumps; our own store may have leaked", counted.As(f.CanariesMet,
				"canary account, whose identifiers nobody was ever given, is",
				"canary accounts, whose identifiers nobody was ever given, are"))
	}
	if f.EqualHashes > 0 {
		refuse("equal_hashes", 0, float64(f.EqualHashes),
			"refusing to publish: the stored hashes of %s of ours, salt and all, are in these "+
				"dumps; our own store may have leaked", counted.Of(f.EqualHashes, "account"))
	}
	return refused
}

// effective are the limits as they stand in a manifest, those that can be written down.
func (l Limits) effective() map[string]float64 {
	limits := make(map[string]float64)
	for _, limit := range l.named() {
		if !math.IsNaN(limit.value) && !math.IsInf(limit.value, 0) {
			limits[limit.code] = limit.value
		}
	}
	for kind, rate := range l.Kinds {
		limits["max_confirm_rate."+kind] = rate
	}
	return limits
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
