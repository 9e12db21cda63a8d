package pipeline

import (
	"context"
	"fmt"
	"time"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
)

// estimate ends a dry run: it says what confirming would cost, from one measured verification for each
// scheme and cost that occurs among the candidates. The password measured with is none of the candidates',
// so nothing is confirmed.
func (r *run) estimate(ctx context.Context, s *screened, p *plan) (*Outcome, error) {
	costs := make(map[string]time.Duration)
	total := time.Duration(0)
	for _, t := range p.accounts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		account, err := r.index.Account(t.account)
		if err != nil {
			return nil, fmt.Errorf("failed to read an account of the index: %w", err)
		}
		target, cause := r.recipes.target(&account)
		for _, pair := range t.pairs {
			if cause != "" {
				pair.state, pair.cause = stateIndeterminate, cause
				continue
			}
			pair.state = stateUnchecked
			total += measure(costs, target.hash)
		}
	}
	m := r.tally(s, p, &verdicts{}, nil)
	if err := m.Counts.Check(); err != nil {
		return nil, err
	}
	m.Status = rundir.StatusDryRun
	m.Guard = rundir.Guard{Verdict: "not_asked", Refusals: []rundir.Refusal{}}
	m.FinishedAt = r.cfg.Now().UTC()
	m.RunID = m.ID()
	m.Estimate = &rundir.Estimate{
		Verifications: m.Counts.Unchecked, Workers: r.cfg.Workers,
		Seconds: (total / time.Duration(r.cfg.Workers)).Seconds(),
	}
	return &Outcome{Manifest: m}, nil
}

// measure returns what one verification costs, measured once for each scheme and cost.
func measure(costs map[string]time.Duration, stored hashing.Hash) time.Duration {
	name := string(stored.Scheme()) + " " + stored.Params()
	if cost, ok := costs[name]; ok {
		return cost
	}
	begin := time.Now()
	stored.Verify([]byte("a measurement, not a candidate"))
	costs[name] = time.Since(begin)
	return costs[name]
}
