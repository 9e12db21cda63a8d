package pipeline

import (
	"cmp"
	"slices"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
)

// plan is what the second phase is going to do. Making it reads and writes nothing.
type plan struct {
	units    uint32 // records that brought at least one pair
	accounts []task // in the order of work
	pending  int64  // pairs to verify, at most
	size     int64  // of the pairs, bytes
	all      []*pair
}

// task is one account with its candidates, likeliest first.
type task struct {
	account uint32
	pairs   []*pair
}

// prune drops what is not worth a verification, each for a named reason, and orders the rest by expected
// yield: how many dumps hold the pair, how recent they are, and last by the order of the input, so that
// the plan is the same whatever the number of workers.
func (r *run) prune(s *screened) *plan {
	p := &plan{units: s.spool.units, size: s.spool.size, all: s.spool.pairs}
	yields := make(map[*pair]yield, len(p.all))
	byAccount := make(map[uint32][]*pair)
	for _, pair := range p.all {
		if len(s.evidence(pair)) == 0 {
			pair.state = statePrunedPolicy
			continue
		}
		yields[pair] = s.yield(pair)
		byAccount[pair.account] = append(byAccount[pair.account], pair)
	}
	best := func(a, b *pair) int { return yields[a].compare(yields[b]) }
	for account, pairs := range byAccount {
		slices.SortFunc(pairs, best)
		if limit := r.cfg.MaxCandidatesPerAccount; len(pairs) > limit {
			for _, pair := range pairs[limit:] {
				pair.state = stateOverCap
			}
			pairs = pairs[:limit]
		}
		p.pending += int64(len(pairs))
		p.accounts = append(p.accounts, task{account, pairs})
	}
	slices.SortFunc(p.accounts, func(a, b task) int { return best(a.pairs[0], b.pairs[0]) })
	return p
}

// evidence returns the inputs that hold a pair and say something about a leak. A dump that is known to be
// made up does not: it is counted, never confirmed.
func (s *screened) evidence(p *pair) []uint32 {
	fabricated := func(i uint32) bool { return s.inputs[i].Meta.Trust == dump.TrustFabricated }
	if !slices.ContainsFunc(p.inputs, fabricated) {
		return p.inputs
	}
	return slices.DeleteFunc(slices.Clone(p.inputs), fabricated)
}

// yield is how likely a pair is to be a current password.
type yield struct {
	sources int       // independent dumps that hold it
	latest  time.Time // of the leaks
	pair    *pair
}

func (s *screened) yield(p *pair) yield {
	y := yield{pair: p, sources: len(s.dumpsOf(p))}
	for _, i := range s.evidence(p) {
		if on := s.inputs[i].Meta.LeakedOn; on.After(y.latest) {
			y.latest = on
		}
	}
	return y
}

// dumpsOf returns the dumps that are evidence for a pair, each once.
func (s *screened) dumpsOf(p *pair) []*dumpFacts {
	list := make([]*dumpFacts, 0, 4)
	for _, i := range s.evidence(p) {
		if d := s.inputs[i].dump; !slices.Contains(list, d) {
			list = append(list, d)
		}
	}
	return list
}

// order sorts a record's first reading before its further ones, which must not use up the cap.
func order(further bool) int {
	if further {
		return 1
	}
	return 0
}

// compare orders the greater yield first. A pair's unit and place within it make the order total: the two
// pairs of one unit differ in account or secret.
func (y yield) compare(z yield) int {
	return cmp.Or(
		cmp.Compare(order(y.pair.further), order(z.pair.further)),
		-cmp.Compare(y.sources, z.sources),
		-y.latest.Compare(z.latest),
		cmp.Compare(y.pair.unit, z.pair.unit),
		cmp.Compare(y.pair.account, z.pair.account),
		cmp.Compare(sort(y.pair.digest), sort(z.pair.digest)), // a digest before the password of its text
		slices.Compare(y.pair.secret, z.pair.secret),
	)
}
