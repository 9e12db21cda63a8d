// Package prune drops what is not worth a verification, each pair for a named reason, and orders the rest by expected
// yield.
//
//  1. Rules say what a run prunes by: what earlier runs decided, the organisation's own password policy, the most
//     passwords that are tried for one account.
//  2. An Account takes the pairs of one account, in any order, and says of each which one is dropped for it, if any,
//     and why. It keeps the best, as many as the limit.
//  3. A Worklist holds what was kept, by class of yield: what it gives out are the tasks of confirming, best first.
//
// What is kept is the same whatever the order in which pairs come. Yields are estimates: they decide what a budget is
// spent on first, never what is confirmed. Not guaranteed: that a password which the policy excludes was never one;
// the policy is what its owner says.
package prune

import (
	"container/heap"
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
	Budget  bool             // accounts compete for the time of this run
	Now     time.Time
}

// Account is the pairs of one account that are worth a verification.
type Account struct {
	rules *Rules
	about *subject // nil: nothing needs to be known of it
	kept  worstFirst
	keep  *pair.Keeper
}

// subject is what pruning knows of an account.
type subject struct {
	index.Account
	credential ledger.Credential
	worth      float64
}

// Account begins with an account, and opens it when these rules look at it. What it keeps is copied with keep.
func (r *Rules) Account(row uint32, keep *pair.Keeper) (*Account, error) {
	a := &Account{rules: r, keep: keep}
	if r.History == nil && r.Policy == nil && !r.Budget {
		return a, nil
	}
	account, err := r.Index.Account(row)
	if err != nil {
		return nil, err
	}
	a.about = &subject{Account: account}
	if r.History != nil {
		a.about.credential = r.History.Credential(&account)
	}
	if r.Budget {
		cost := time.Duration(0) // what cannot be verified costs nothing to find out
		if target, cause := r.Recipes.Target(&account); cause == "" {
			cost = r.Costs.Of(target.Hash()).Each
		}
		a.about.worth = worth(&account, cost)
	}
	return a, nil
}

// Take takes a pair of the account, unless there is a reason not to. It returns the pair that is dropped, this one or
// a worse one that had to make room, and what became of that; nil when none is.
func (a *Account) Take(p *pair.Pair) (dropped *pair.Pair, became pair.State, err error) {
	r := a.rules
	if r.History != nil {
		known, err := r.History.Known(a.about.credential, &a.about.Account, p, r.Survey)
		if err != nil {
			return nil, pair.StateUnspecified, err
		}
		if known {
			return p, pair.StateRemembered, nil
		}
	}
	if r.Policy != nil && !p.Digest && r.Policy.excludes(p.Secret, a.about.PasswordChangedAt) {
		return p, pair.StatePrunedPolicy, nil
	}
	next := scored{p, r.yield(p)}
	switch {
	case len(a.kept) < r.Most:
		next.Pair = a.keep.Keep(p)
		heap.Push(&a.kept, next)
		return nil, pair.StateUnspecified, nil
	case compare(next, a.kept[0]) < 0:
		worst := a.kept[0].Pair
		next.Pair = a.keep.Keep(p)
		a.kept[0] = next
		heap.Fix(&a.kept, 0)
		return worst, beyond(worst), nil
	}
	return p, beyond(p), nil
}

// beyond is what becomes of a pair beyond the limit. A text of a sweep is nothing that a reader has understood, and
// whoever writes a letter around an address must not make its account undecided.
func beyond(p *pair.Pair) pair.State {
	if p.Unit.Swept() {
		return pair.StateSetAside
	}
	return pair.StateOverCap
}

// Each visits the pairs that are left, best first, each with its class of yield. Without a budget every pair is
// verified, only their order within the account matters, and all are of one class.
func (a *Account) Each(visit func(class int, p *pair.Pair) error) error {
	slices.SortFunc(a.kept, compare)
	for _, p := range a.kept {
		class := 0
		if a.rules.Budget {
			class = classOf(p.score + a.about.worth)
		}
		if err := visit(class, p.Pair); err != nil {
			return err
		}
	}
	return nil
}

// worstFirst is a heap with the pair of the least yield on top.
type worstFirst []scored

func (w worstFirst) Len() int           { return len(w) }
func (w worstFirst) Less(i, j int) bool { return compare(w[i], w[j]) > 0 }
func (w worstFirst) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }
func (w *worstFirst) Push(x any)        { *w = append(*w, x.(scored)) }

func (w *worstFirst) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return last
}
