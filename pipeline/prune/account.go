// Package prune drops what is not worth a verification, each pair for a named reason, and orders the rest by expected
// yield.
//
//  1. Rules say what a run prunes by: what earlier runs decided, the organisation's own password policy, the most
//     passwords that are tried for one account.
//  2. An Account takes the pairs of one account, in any order, and drops those that are not worth it, each for a reason.
//     Of more than the limit it keeps those that Turns gives one: the sources take turns, and what an earlier run left
//     over comes before what is new, so that nobody can use the limit up with junk.
//  3. A Worklist holds what was kept, by class of yield: what it gives out are the tasks of confirming, best first.
//  4. With a budget a Sample of the accounts says where it ends: the Cut is the same for all who verify some of
//     them.
//
// What is kept is the same whatever the order in which pairs come. Yields are estimates: they decide what a budget is
// spent on first, never what is confirmed. Not guaranteed: that a password which the policy excludes was never one;
// the policy is what its owner says.
package prune

import (
	"slices"
	"time"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/pipeline/history"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// Rules are what a run prunes by.
type Rules struct {
	Index   *index.Index
	Recipes *verify.Recipes
	Costs   *verify.Costs
	Survey  *pair.Survey     // of all pairs
	History *history.History // nil: none
	Past    []*ledger.Dump   // what the history noted of each input, nil: nothing
	Policy  *Policy          // nil: not known
	Most    int              // pairs of one account that are verified
	Now     time.Time
	Drop    func(p *pair.Pair, became pair.State) // is told of each pair that is not verified

	// With a budget accounts compete: pairs of all of them have classes.
	Lots  *Lots
	Cut   *Cut   // where it ends, nil: there is none
	draft *draft // instead of it, takes what is worth a verification; nothing is noted in the history then
}

// compete reports whether accounts compete for a budget.
func (r *Rules) compete() bool { return r.Cut != nil || r.draft != nil }

// Account is the pairs of one account that are worth a verification.
type Account struct {
	rules   *Rules
	about   *subject // nil: nothing needs to be known of it
	kept    []*entry // all of them, as long as they are no more than the limit
	turns   *turns   // nil until then
	keep    *pair.Keeper
	tried   map[uint32]int // by input: pairs that earlier runs decided
	waiting []uint64       // prints of pairs that an earlier run left over, ascending
	left    leftover       // that this run leaves over
}

// subject is what pruning knows of an account.
type subject struct {
	index.Account
	credential ledger.Credential
	worth      float64
	target     *verify.Target // with a budget: what its pairs are verified against, nil: they cannot be
	each       time.Duration  // that takes
}

// Account begins with an account, and opens it when these rules look at it. What it keeps is copied with keep.
func (r *Rules) Account(row uint32, keep *pair.Keeper) (*Account, error) {
	a := &Account{rules: r, keep: keep}
	if r.History == nil && r.Policy == nil && !r.compete() {
		return a, nil
	}
	account, err := r.Index.Account(row)
	if err != nil {
		return nil, err
	}
	a.about = &subject{Account: account}
	if r.History != nil {
		a.about.credential = r.History.Credential(&account)
		a.tried = make(map[uint32]int)
		a.left.night = uint64(r.Now.Unix())
		if a.waiting, err = r.History.Waiting(a.about.credential); err != nil {
			return nil, err
		}
	}
	if r.compete() {
		if target, cause := r.Recipes.Target(&account); cause == "" { // else it costs nothing to find out
			a.about.target, a.about.each = target, r.Costs.Of(target.Hash()).Each
		}
		a.about.worth = worth(&account, a.about.each)
	}
	return a, nil
}

// Take takes a pair of the account, unless there is a reason not to. It drops what it does not take, or a worse one
// that had to make room.
func (a *Account) Take(p *pair.Pair) error {
	r := a.rules
	if r.History != nil {
		known, err := a.known(p)
		if err != nil {
			return err
		}
		if known {
			for _, in := range r.Survey.Inputs.Evidence(p) {
				a.tried[in]++
			}
			r.Drop(p, pair.StateRemembered)
			return nil
		}
	}
	if r.Policy != nil && !p.Digest && r.Policy.excludes(p.Secret, a.about.PasswordChangedAt) {
		r.Drop(p, pair.StatePrunedPolicy)
		return nil
	}
	a.add(a.entryOf(p))
	return nil
}

// known reports whether an earlier run decided a pair.
func (a *Account) known(p *pair.Pair) (bool, error) {
	if a.rules.draft != nil {
		return a.rules.History.Judged(a.about.credential, &a.about.Account, p)
	}
	return a.rules.History.Known(a.about.credential, &a.about.Account, p, a.rules.Survey)
}

func (a *Account) add(e *entry) {
	if a.turns == nil && len(a.kept) < a.rules.Most {
		a.kept = append(a.kept, e)
		return
	}
	if a.turns == nil {
		a.turns = newTurns(a.rules.Most, a.beyond)
		for _, first := range a.kept {
			a.turns.add(first, a.rules.Survey.Inputs.Evidence(first.Pair))
		}
	}
	a.turns.add(e, a.rules.Survey.Inputs.Evidence(e.Pair))
}

// entryOf copies a pair, with what its place among the others depends on.
func (a *Account) entryOf(p *pair.Pair) *entry {
	e := &entry{scored: scored{a.keep.Keep(p), a.rules.yield(p)}}
	e.plausible = p.Digest || plausible(p.Secret)
	if len(a.waiting) > 0 {
		_, e.waited = slices.BinarySearch(a.waiting, a.print(p))
	}
	if e.waited && e.score < yieldOpen/2 {
		e.score += yieldOpen
	}
	return e
}

// print names a pair for the next run.
func (a *Account) print(p *pair.Pair) uint64 {
	return a.rules.History.Print(a.about.credential, &a.about.Account, p)
}

// beyond drops what is beyond the limit. A text of a sweep is nothing that a reader has understood, and whoever
// writes a letter around an address must not make its account undecided.
func (a *Account) beyond(p *pair.Pair) {
	if a.rules.History != nil {
		a.left.add(a.print(p))
	}
	became := pair.StateOverCap
	if p.Unit.Swept() {
		became = pair.StateSetAside
	}
	a.rules.Drop(p, became)
}

// Each visits the pairs that are left, best first, each with the class that it is verified in. Without a budget every pair is
// verified, only their order within the account matters, and all are of one class. It ends the account: pairs that
// had no turn are dropped now. A draft takes them instead.
func (a *Account) Each(visit func(class int, p *pair.Pair) error) error {
	if a.turns != nil {
		a.kept = a.turns.choose(a.rules.Survey.Inputs, a.tried)
	}
	r := a.rules
	if r.History != nil && r.draft == nil {
		r.History.Leave(a.about.credential, a.left.prints(), len(a.waiting) > 0)
	}
	slices.SortFunc(a.kept, func(x, y *entry) int { return x.compare(y) })
	for _, e := range a.kept {
		var err error
		switch {
		case r.draft != nil:
			err = r.draft.add(a.classOf(e), r.Lots.of(e.Pair), a.cost(e), r.Survey.Inputs.DumpsOf(e.Pair))
		case r.Cut != nil:
			err = visit(r.Cut.place(a.classOf(e), r.Lots.of(e.Pair), r.Survey.Inputs.DumpsOf(e.Pair)), e.Pair)
		default:
			err = visit(0, e.Pair)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// classOf is the class of a pair among those of all accounts.
func (a *Account) classOf(e *entry) int { return classOf(e.score + a.about.worth) }

// cost is what a pair takes of a budget.
func (a *Account) cost(e *entry) float64 {
	switch {
	case a.about.target == nil:
		return 0
	case !a.rules.draft.timed:
		return 1
	}
	return a.about.each.Seconds() * float64(a.about.target.MostVerifications(e.Secret, e.Digest))
}
