package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
)

// estimate ends a dry run: it says what confirming would cost, from one measured verification for each
// scheme and cost that occurs among the candidates. The password measured with is none of the candidates',
// so nothing is confirmed.
func (r *run) estimate(ctx context.Context, s *screened, p *plan) (*Outcome, error) {
	est := &rundir.Estimate{
		Workers: r.cfg.Workers, Schemes: []rundir.SchemeEstimate{},
		Inputs: make([]rundir.InputEstimate, len(s.inputs)),
	}
	total := time.Duration(0)
	err := p.tasks(func(t task) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		account, err := r.index.Account(t.account)
		if err != nil {
			return fmt.Errorf("failed to read an account of the index: %w", err)
		}
		target, cause := r.recipes.target(&account)
		for _, pair := range t.pairs {
			if cause != "" {
				p.balance.settle(pair, stateIndeterminate)
				continue
			}
			p.balance.settle(pair, stateUnchecked)
			cost := r.costs.of(target.hash)
			total += cost
			est.Verifications++
			for _, in := range s.evidence(pair) {
				est.Inputs[in].Verifications++
				est.Inputs[in].Seconds += cost.Seconds() / float64(r.cfg.Workers)
			}
			r.costs.note(target.hash)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	m, err := r.tally(s, p, &verdicts{}, nil)
	if err != nil {
		return nil, err
	}
	if err := m.Counts.Check(); err != nil {
		return nil, err
	}
	est.Seconds = total.Seconds() / float64(r.cfg.Workers)
	est.Schemes = r.costs.estimates()
	for i := range est.Inputs {
		est.Inputs[i].Path, est.Inputs[i].AccountsMet = m.Inputs[i].Path, m.Inputs[i].AccountsMet
	}
	m.Status = rundir.StatusDryRun
	m.Guard = rundir.Guard{Verdict: "not_asked", Refusals: []rundir.Refusal{}}
	m.FinishedAt = r.cfg.Now().UTC()
	m.RunID = m.ID()
	m.Estimate = est
	return &Outcome{Manifest: m}, nil
}

// costs are what verifications take, measured once for each scheme and cost of stored hashes.
type costs struct {
	mu    sync.Mutex
	known map[string]*cost
}

type cost struct {
	scheme, params string
	each           time.Duration
	noted          int64
}

// of returns what one verification takes.
func (c *costs) of(stored hashing.Hash) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.get(stored).each
}

// note counts a candidate.
func (c *costs) note(stored hashing.Hash) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.get(stored).noted++
}

func (c *costs) get(stored hashing.Hash) *cost {
	scheme, params := string(stored.Scheme()), stored.Params()
	name := scheme + " " + params
	if known, ok := c.known[name]; ok {
		return known
	}
	if c.known == nil {
		c.known = make(map[string]*cost)
	}
	begin := time.Now()
	stored.Verify([]byte("a measurement, not a candidate"))
	c.known[name] = &cost{scheme: scheme, params: params, each: time.Since(begin)}
	return c.known[name]
}

// estimates lists what was noted, what takes longest in all first.
func (c *costs) estimates() []rundir.SchemeEstimate {
	list := make([]rundir.SchemeEstimate, 0, len(c.known))
	for _, k := range c.known {
		list = append(list, rundir.SchemeEstimate{
			Scheme: k.scheme, Params: k.params, Verifications: k.noted, SecondsEach: k.each.Seconds(),
		})
	}
	slices.SortFunc(list, func(a, b rundir.SchemeEstimate) int {
		return cmp.Or(
			-cmp.Compare(a.SecondsEach*float64(a.Verifications), b.SecondsEach*float64(b.Verifications)),
			cmp.Compare(a.Scheme, b.Scheme), cmp.Compare(a.Params, b.Params),
		)
	})
	return list
}
