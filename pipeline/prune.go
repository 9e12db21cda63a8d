package pipeline

import (
	"container/heap"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/pipeline/spool"
)

// plan is what the second phase is going to do.
type plan struct {
	spool   *spool.Spool // of the pairs to verify, by class of yield; the pairs of an account side by side
	pending int64        // pairs to verify, at most
	overCap map[uint32]*overCap
	balance *balance
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
	byRow := spool.New(r.spoolDir(), partitions, limit)
	defer byRow.Close()
	var entry []byte
	r.survey = newSurvey(s, r.cfg.Key)
	if r.memory != nil {
		r.memory.crowd = r.survey.crowd.of
	}
	err := s.intake.unify(func(p *pair) error {
		r.survey.add(p)
		if len(s.evidence(p)) == 0 {
			s.balance.settle(p, statePrunedPolicy)
			return nil
		}
		entry = p.appendTo(entry[:0])
		return byRow.Add(r.partOf(p.account), entry)
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
	for part := range partitions {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := pr.partition(byRow, part); err != nil {
			return nil, err
		}
	}
	return pr.plan, nil
}

// rowsPerPart is how many accounts of the index, side by side, make a partition.
func (r *run) rowsPerPart() int64 { return max((r.rows+partitions-1)/partitions, 1) }

func (r *run) partOf(row uint32) int { return int(int64(row) / r.rowsPerPart()) }

// rowsOf returns the first account of a partition, and the first after it.
func (r *run) rowsOf(part int) (from, to int64) {
	return int64(part) * r.rowsPerPart(), int64(part+1) * r.rowsPerPart()
}

// pruner works on one partition of accounts after the other.
type pruner struct {
	run      *run
	screened *screened
	plan     *plan
	kept     keeper
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
	var read pair
	err := byRow.Read(part, func(entry []byte) error {
		read.decode(entry)
		list, ok := lists[read.account]
		if !ok {
			var err error
			if list, err = pr.list(read.account); err != nil {
				return err
			}
			lists[read.account] = list
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
	if r.memory == nil && r.cfg.Policy == nil && r.cfg.ConfirmBudget == 0 {
		return &shortlist{}, nil
	}
	account, err := r.index.Account(row)
	if err != nil {
		return nil, fmt.Errorf("failed to read an account of the index: %w", err)
	}
	t := &subject{Account: account}
	if r.memory != nil {
		t.credential = r.memory.credential(&account)
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
func (pr *pruner) take(list *shortlist, p *pair) error {
	r, b := pr.run, pr.plan.balance
	if r.memory != nil {
		known, err := r.memory.knows(pr.screened, list.about, p)
		if err != nil {
			return err
		}
		if known {
			b.settle(p, stateRemembered)
			return nil
		}
	}
	if r.cfg.Policy != nil && !p.digest && r.cfg.Policy.excludes(p.secret, list.about.PasswordChangedAt) {
		b.settle(p, statePrunedPolicy)
		return nil
	}
	p.score = pr.screened.yieldOf(p, r.started)
	if len(list.pairs) < r.cfg.MaxCandidatesPerAccount {
		heap.Push(&list.pairs, pr.kept.keep(p))
		return nil
	}
	if worst := list.pairs[0]; compareYield(p, worst) < 0 {
		list.pairs[0] = pr.kept.keep(p)
		heap.Fix(&list.pairs, 0)
		p = worst
	}
	b.settle(p, stateOverCap)
	pr.plan.exceed(p)
	return nil
}

// exceed notes a pair beyond the limit of its account.
func (pl *plan) exceed(p *pair) {
	over, ok := pl.overCap[p.account]
	if !ok {
		over = new(overCap)
		pl.overCap[p.account] = over
	}
	over.pairs++
	for _, in := range p.inputs {
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
		pr.entry = p.appendTo(pr.entry[:0])
		if err := pr.plan.spool.Add(class, pr.entry); err != nil {
			return err
		}
		pr.plan.pending++
	}
	return nil
}

// worstFirst is a heap with the pair of the least yield on top.
type worstFirst []*pair

func (w worstFirst) Len() int           { return len(w) }
func (w worstFirst) Less(i, j int) bool { return compareYield(w[i], w[j]) > 0 }
func (w worstFirst) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }
func (w *worstFirst) Push(x any)        { *w = append(*w, x.(*pair)) }

func (w *worstFirst) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return last
}

// tasks visits the accounts of the plan with their pairs, best class first; one account can come again in
// another class. What visit is given it may keep. The plan is empty afterwards.
func (pl *plan) tasks(visit func(task) error) error {
	defer pl.spool.Close()
	var kept keeper
	for class := range classes {
		var t task
		var read pair
		err := pl.spool.Read(class, func(entry []byte) error {
			read.decode(entry)
			if len(t.pairs) > 0 && t.account != read.account {
				if err := visit(t); err != nil {
					return err
				}
				t = task{}
			}
			t.account = read.account
			t.pairs = append(t.pairs, kept.keep(&read))
			return nil
		})
		if err == nil && len(t.pairs) > 0 {
			err = visit(t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// task is one account with candidates, likeliest first.
type task struct {
	account uint32
	pairs   []*pair
}
