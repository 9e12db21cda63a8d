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
	"github.com/credsieve/credsieve/hashing/stored"
)

// estimate ends a dry run: it says what confirming would cost, from measured verifications for each
// scheme and cost that occurs among the candidates. The password measured with is none of the candidates',
// so nothing is confirmed.
func (r *run) estimate(ctx context.Context, s *screened, p *plan) (*Outcome, error) {
	est := &rundir.Estimate{
		Workers: r.cfg.Workers, Schemes: []rundir.SchemeEstimate{},
		Inputs: make([]rundir.InputEstimate, len(s.inputs)),
	}
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
			n := mostVerifications(pair)
			took := future.cost.each.Seconds() * float64(n) / float64(r.cfg.atOnce(future.cost.memory))
			est.Verifications += n
			est.Seconds += took
			for _, in := range s.evidence(pair) {
				est.Inputs[in].Verifications += n
				est.Inputs[in].Seconds += took
			}
			future.cost.noted += n
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

// mostVerifications is what a candidate costs when nothing of it matches: one for each byte form.
func mostVerifications(p *pair) int64 {
	if p.digest {
		return 1
	}
	var space [6][]byte
	return int64(len(stored.PasswordForms(space[:0], p.secret)))
}

// atOnce is how many verifications of so much memory each run side by side.
func (c Config) atOnce(memory int64) int64 {
	return max(min(int64(c.Workers), c.hashMemory()/max(memory, 1)), 1)
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
	cause stored.Cause
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
	memory         int64
	noted          int64 // verifications, for an estimate
}

// get returns what verifications of a kind of stored hash take, measured on the first one of it.
func (c *costs) get(hash stored.Hash) *cost {
	c.mu.Lock()
	defer c.mu.Unlock()
	scheme, params := string(hash.Scheme()), hash.Params()
	name := scheme + " " + params
	if known, ok := c.known[name]; ok {
		return known
	}
	if c.known == nil {
		c.known = make(map[string]*cost)
	}
	c.known[name] = &cost{scheme: scheme, params: params, each: measure(hash), memory: hash.Memory()}
	return c.known[name]
}

// measure times a verification. The first of a cheap kind takes many times as long as those after it.
func measure(hash stored.Hash) time.Duration {
	const most, enough = 5, 20 * time.Millisecond
	var best, spent time.Duration
	for n := 0; n < most && spent < enough; n++ {
		begin := time.Now()
		hash.Verify([]byte("a measurement, not a candidate"))
		took := time.Since(begin)
		spent += took
		if n == 0 || took < best {
			best = took
		}
	}
	return best
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
