package pipeline

import (
	"context"
	"fmt"

	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/prune"
	"github.com/credsieve/credsieve/pipeline/task"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// planBudget is the budget of a run past one machine, nil without one. Time is that of one processor: what all tasks take for
// verifying together.
func (r *run) planBudget() (*task.Budget, error) {
	b := &task.Budget{Time: r.cfg.ConfirmBudget, Candidates: r.cfg.ConfirmMost}
	switch {
	case b.Candidates > 0:
		return b, nil
	case b.Time <= 0:
		return nil, nil
	}
	known := make(map[kindOfAccount]prospect)
	step := max(r.index.Rows()/rowsOfCosts, 1)
	for row := int64(0); row < r.index.Rows(); row += step {
		if !r.index.Live(uint32(row)) {
			continue
		}
		if _, err := r.prospectOf(uint32(row), known); err != nil {
			return nil, err
		}
	}
	for _, c := range r.costs.All() {
		b.Costs = append(b.Costs, task.Cost{Scheme: c.Scheme, Params: c.Params, Each: c.Each})
	}
	return b, nil
}

// rowsOfCosts is how many accounts a plan looks at for kinds of stored hashes, all over the index. What it does not meet costs what
// the dearest kind does.
const rowsOfCosts = 1 << 16

// fixCosts takes the costs of a plan, so that no two tasks order candidates differently.
func (r *run) fixCosts(b *task.Budget) {
	if b == nil {
		return
	}
	costs := make([]verify.Cost, len(b.Costs))
	for i, c := range b.Costs {
		costs[i] = verify.Cost{Scheme: c.Scheme, Params: c.Params, Each: c.Each}
	}
	r.costs.Fix(costs)
}

// budgetEnd says where the budget ends, nil without one. Each task finds it out for itself, of what all shards have of the accounts
// that are asked: it is the same one.
func (p *partitionTask) budgetEnd(ctx context.Context, s *screened, tallies *task.Tallies) (*prune.Cut, error) {
	if !p.cfg.competes() {
		return nil, nil
	}
	intake, err := p.askedIntake(ctx, tallies)
	if err != nil {
		return nil, err
	}
	asked := p.newSample()
	var entry []byte
	err = intake.Unify(func(q *pair.Pair) error {
		if len(s.inputs.Evidence(q)) == 0 {
			return nil
		}
		entry = q.AppendTo(entry[:0])
		return asked.Add(entry)
	})
	if err != nil {
		return nil, err
	}
	rules := p.rules(s, &pruned{survey: &pair.Survey{Inputs: s.inputs}})
	if p.plan.State != nil {
		accounts, dumps, err := p.t.KnownOfSample(ctx)
		if err == nil {
			rules.History, err = p.lent(accounts, dumps)
		}
		if err != nil {
			return nil, err
		}
		defer rules.History.Close()
	}
	cut, err := p.decideCut(ctx, asked, rules)
	if err != nil {
		return nil, fmt.Errorf("failed to find out where the budget ends: %w", err)
	}
	return cut, nil
}

// askedIntake gathers the candidates of the accounts that are asked, as one intake has them. Nobody counts them.
func (p *partitionTask) askedIntake(ctx context.Context, tallies *task.Tallies) (*pair.Intake, error) {
	intake := pair.NewIntake(p.spoolDir(), p.cfg.spoolLimit(), pair.NewBalance(nil))
	p.spools = append(p.spools, intake)
	names, most := newNamed(), mostTexts*p.cfg.MaxCandidatesPerAccount
	var read pair.Pair
	return intake, tallies.Each(ctx, func(_ int, o *task.Opened) error {
		return o.Sample(ctx, func(entry []byte) error {
			read.Decode(entry)
			if read.Unit.Swept() && !names.takes(read.Account, most) {
				return nil
			}
			return intake.Restore(entry)
		})
	})
}
