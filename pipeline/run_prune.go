package pipeline

import (
	"container/heap"
	"context"
	"slices"
	"time"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/spool"
)

// plan is what the second phase is going to do.
type plan struct {
	spool   *spool.Spool // of the pairs to verify, by class of yield; the pairs of an account side by side
	pending int64        // pairs to verify, at most
	overCap map[uint32]*overCap
	balance *pair.Balance
}

// overCap is what an account has beyond the limit.
type overCap struct {
	pairs  int64
	inputs []uint32 // that hold them, ascending
}

// prune drops what is not worth a verification, each for a named reason, and orders the rest by expected
// yield. The pairs come out of the intake without duplicates, are put side by side by account, and leave for
// the plan; the plan is the same whatever the number of workers.
func (r *run) prune(ctx context.Context, s *screened) (*plan, error) {
	limit := r.cfg.spoolLimit()
	byRow := spool.New(r.spoolDir(), pair.Partitions, limit)
	defer byRow.Close()
	var entry []byte
	r.survey = pair.NewSurvey(s.inputs, r.cfg.Key)
	err := s.intake.Unify(func(p *pair.Pair) error {
		r.survey.Add(p)
		if len(s.inputs.Evidence(p)) == 0 {
			s.balance.Settle(p, pair.StatePrunedPolicy)
			return nil
		}
		entry = p.AppendTo(entry[:0])
		return byRow.Add(r.parts.Of(p.Account), entry)
	})
	if err != nil {
		return nil, err
	}
	pr := &pruner{
		run: r, screened: s,
		plan: &plan{
			spool: spool.New(r.spoolDir(), classes, limit), balance: s.balance, overCap: make(map[uint32]*overCap),
		},
	}
	r.spools = append(r.spools, pr.plan.spool)
	for part := range pair.Partitions {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := pr.partition(byRow, part); err != nil {
			return nil, err
		}
	}
	return pr.plan, nil
}

// pruner works on one partition of accounts after the other.
type pruner struct {
	run      *run
	screened *screened
	plan     *plan
	kept     pair.Keeper
	entry    []byte
}

// shortlist is the pairs of one account that are worth a verification, at most as many as the cap.
type shortlist struct {
	about *subject // nil: nothing needs to be known of the account
	pairs worstFirst
}

// subject is what pruning knows of an account.
type subject struct {
	index.Account
	credential ledger.Credential
	worth      float64
}

func (pr *pruner) partition(byRow *spool.Spool, part int) error {
	lists := make(map[uint32]*shortlist)
	var read pair.Pair
	err := byRow.Read(part, func(entry []byte) error {
		read.Decode(entry)
		list, ok := lists[read.Account]
		if !ok {
			var err error
			if list, err = pr.list(read.Account); err != nil {
				return err
			}
			lists[read.Account] = list
		}
		return pr.take(list, &read)
	})
	if err != nil {
		return err
	}
	rows := make([]uint32, 0, len(lists))
	for row := range lists {
		rows = append(rows, row)
	}
	slices.Sort(rows)
	for _, row := range rows {
		if err := pr.emit(lists[row]); err != nil {
			return err
		}
	}
	return nil
}

// list opens an account when the prunes of this run look at it.
func (pr *pruner) list(row uint32) (*shortlist, error) {
	r := pr.run
	if r.history == nil && r.cfg.Policy == nil && r.cfg.ConfirmBudget == 0 {
		return &shortlist{}, nil
	}
	account, err := r.index.Account(row)
	if err != nil {
		return nil, err
	}
	t := &subject{Account: account}
	if r.history != nil {
		t.credential = r.history.Credential(&account)
	}
	if r.cfg.ConfirmBudget > 0 {
		cost := time.Duration(0) // what cannot be verified costs nothing to find out
		if target, cause := r.recipes.Target(&account); cause == "" {
			cost = r.costs.Of(target.Hash()).Each
		}
		t.worth = worth(&account, cost)
	}
	return &shortlist{about: t}, nil
}

// take puts a pair on the list of its account, unless there is a reason not to.
func (pr *pruner) take(list *shortlist, p *pair.Pair) error {
	r, b := pr.run, pr.plan.balance
	if r.history != nil {
		known, err := r.history.Known(list.about.credential, &list.about.Account, p, r.survey)
		if err != nil {
			return err
		}
		if known {
			b.Settle(p, pair.StateRemembered)
			return nil
		}
	}
	if r.cfg.Policy != nil && !p.Digest && r.cfg.Policy.excludes(p.Secret, list.about.PasswordChangedAt) {
		b.Settle(p, pair.StatePrunedPolicy)
		return nil
	}
	next := scored{p, pr.screened.yieldOf(p, r.started)}
	if len(list.pairs) < r.cfg.MaxCandidatesPerAccount {
		next.Pair = pr.kept.Keep(p)
		heap.Push(&list.pairs, next)
		return nil
	}
	if worst := list.pairs[0]; compareYield(next, worst) < 0 {
		next.Pair = pr.kept.Keep(p)
		list.pairs[0] = next
		heap.Fix(&list.pairs, 0)
		p = worst.Pair
	}
	b.Settle(p, pair.StateOverCap)
	pr.plan.exceed(p)
	return nil
}

// exceed notes a pair beyond the limit of its account.
func (pl *plan) exceed(p *pair.Pair) {
	over, ok := pl.overCap[p.Account]
	if !ok {
		over = new(overCap)
		pl.overCap[p.Account] = over
	}
	over.pairs++
	for _, in := range p.Inputs {
		if at, known := slices.BinarySearch(over.inputs, in); !known {
			over.inputs = slices.Insert(over.inputs, at, in)
		}
	}
}

// emit hands an account's pairs on to the plan, best first. Without a budget every pair is verified, and only
// their order within the account matters.
func (pr *pruner) emit(list *shortlist) error {
	slices.SortFunc(list.pairs, compareYield)
	for _, p := range list.pairs {
		class := 0
		if pr.run.cfg.ConfirmBudget > 0 {
			class = classOf(p.score + list.about.worth)
		}
		pr.entry = p.AppendTo(pr.entry[:0])
		if err := pr.plan.spool.Add(class, pr.entry); err != nil {
			return err
		}
		pr.plan.pending++
	}
	return nil
}

// worstFirst is a heap with the pair of the least yield on top.
type worstFirst []scored

func (w worstFirst) Len() int           { return len(w) }
func (w worstFirst) Less(i, j int) bool { return compareYield(w[i], w[j]) > 0 }
func (w worstFirst) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }
func (w *worstFirst) Push(x any)        { *w = append(*w, x.(scored)) }

func (w *worstFirst) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return last
}

// tasks visits the accounts of the plan with their pairs, best class first; one account can come again in
// another class. What visit is given it may keep. The plan is empty afterwards.
func (pl *plan) tasks(visit func(pair.Task) error) error {
	defer pl.spool.Close()
	var kept pair.Keeper
	for class := range classes {
		var t pair.Task
		var read pair.Pair
		err := pl.spool.Read(class, func(entry []byte) error {
			read.Decode(entry)
			if len(t.Pairs) > 0 && t.Account != read.Account {
				if err := visit(t); err != nil {
					return err
				}
				t = pair.Task{}
			}
			t.Account = read.Account
			t.Pairs = append(t.Pairs, kept.Keep(&read))
			return nil
		})
		if err == nil && len(t.Pairs) > 0 {
			err = visit(t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
