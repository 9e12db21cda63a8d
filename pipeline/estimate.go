package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/credsieve/credsieve/datasets/index"
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
	prospects := make(map[kindOfAccount]prospect)
	err := p.tasks(func(t task) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		future, err := r.prospectOf(t.account, prospects)
		if err != nil {
			return err
		}
		for _, pair := range t.pairs {
			if future.cause != "" {
				p.balance.settle(pair, stateIndeterminate)
				continue
			}
			p.balance.settle(pair, stateUnchecked)
			total += future.cost.each
			est.Verifications++
			for _, in := range s.evidence(pair) {
				est.Inputs[in].Verifications++
				est.Inputs[in].Seconds += future.cost.each.Seconds() / float64(r.cfg.Workers)
			}
			future.cost.noted++
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

// kindOfAccount is what decides how candidates of an account are verified.
type kindOfAccount struct {
	class index.ClassMeta
	steps uint8
}

// prospect is what becomes of the candidates of a kind of account: each has a cost, or a cause why it cannot
// be verified.
type prospect struct {
	cost  *cost
	cause hashing.Cause
}

// prospectOf opens one account of each kind; to open those of all candidates would take most of a dry run.
func (r *run) prospectOf(row uint32, known map[kindOfAccount]prospect) (prospect, error) {
	kind := kindOfAccount{r.index.HashClass(row), r.index.HashSteps(row)}
	if p, ok := known[kind]; ok {
		return p, nil
	}
	account, err := r.index.Account(row)
	if err != nil {
		return prospect{}, fmt.Errorf("failed to read an account of the index: %w", err)
	}
	var p prospect
	target, cause := r.recipes.target(&account)
	if p.cause = cause; cause == "" {
		p.cost = r.costs.get(target.hash)
	}
	if !kind.class.Mixed() {
		known[kind] = p
	}
	return p, nil
}

// costs are what verifications take, measured once for each scheme and cost of stored hashes.
type costs struct {
	mu    sync.Mutex
	known map[string]*cost
}

type cost struct {
	scheme, params string
	each           time.Duration
	noted          int64 // candidates, for an estimate
}

// get returns what verifications of a kind of stored hash take. The first one of it is measured.
func (c *costs) get(stored hashing.Hash) *cost {
	c.mu.Lock()
	defer c.mu.Unlock()
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
