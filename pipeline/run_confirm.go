package pipeline

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/control"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/progress"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// verdicts is what the second phase decided.
type verdicts struct {
	findings      []finding.Finding   // by row
	open          map[openPairs]int32 // of accounts that stay undecided
	verifications int64
	left          map[uint32]int64 // by input: pairs that stay unchecked
}

// openPairs are the pairs of an account that stay open for one cause. A budget can leave those of nearly all
// accounts that were met, so nothing else is kept of them.
type openPairs struct {
	row   uint32
	cause stored.Cause
}

// parkedPair is an indeterminate pair: moot if another one confirms the account. It is not the pair itself,
// which would hold its neighbours in memory.
type parkedPair struct {
	account uint32
	unit    pair.Unit
	several bool
}

// confirm verifies the candidates of every account until its first match. Accounts are worked on at once,
// the candidates of one account one after the other, so that which one matches does not depend on chance.
func (r *run) confirm(ctx context.Context, s *screened, p *plan) (*verdicts, error) {
	meter := r.cfg.Progress.Phase("confirm", p.pending, progress.Verifications)
	defer meter.Done()
	c := newConfirmer(r, s, p, meter)
	if err := proveVerify(ctx, c.controls, r.recipes.Answers()); err != nil {
		return nil, err
	}
	group, ctx := errgroup.WithContext(ctx)
	work := make(chan pair.Task)
	group.Go(func() error {
		defer close(work)
		return c.deal(ctx, p, work)
	})
	for range c.gate.most {
		group.Go(func() error {
			for t := range work {
				ends, err := c.account(ctx, t)
				if err != nil {
					return err
				}
				c.finish(t, ends)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	counts := c.controls.Counts()
	r.proven.Positive, r.proven.Negative = counts.Positive, counts.Negative
	return c.verdicts()
}

type confirmer struct {
	run      *run
	screened *screened
	balance  *pair.Balance
	meter    progress.Meter
	gate     *gate
	memory   *semaphore.Weighted
	size     int64
	controls *control.Controls
	deadline time.Time        // zero: none
	clock    func() time.Time // of the deadline

	mu        sync.Mutex
	busy      map[uint32]chan struct{} // accounts that are worked on; closed at the end
	confirmed *pair.RowSet
	parked    []parkedPair
	out       *verdicts
}

func newConfirmer(r *run, s *screened, p *plan, meter progress.Meter) *confirmer {
	c := &confirmer{
		run: r, screened: s, balance: p.balance, meter: meter,
		gate: newGate(r.cfg.Workers, r.history != nil),
		size: r.cfg.hashMemory(),
		busy: make(map[uint32]chan struct{}), confirmed: pair.NewRowSet(),
		out: &verdicts{open: make(map[openPairs]int32), left: make(map[uint32]int64)},
	}
	c.memory = semaphore.NewWeighted(c.size)
	c.controls = control.New(r.controlConfig(c.admitMemory))
	if r.cfg.ConfirmBudget > 0 {
		c.clock = time.Now // the real one: Config.Now may stand still
		if r.cfg.clock != nil {
			c.clock = r.cfg.clock
		}
		c.deadline = c.clock().Add(r.cfg.ConfirmBudget)
	}
	return c
}

// window is how many accounts are sorted before they are dealt out.
const window = 4096

// deal hands the accounts of the plan to the workers. Within a window the longest come first: an account is
// one worker's, and one with many candidates that begins last would keep the others waiting.
func (c *confirmer) deal(ctx context.Context, p *plan, work chan<- pair.Task) error {
	var tasks []pair.Task
	flush := func() error {
		slices.SortStableFunc(tasks, func(a, b pair.Task) int { return -cmp.Compare(len(a.Pairs), len(b.Pairs)) })
		for _, t := range tasks {
			if err := c.claim(ctx, t.Account); err != nil {
				return err
			}
			select {
			case work <- t:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		tasks = tasks[:0]
		return nil
	}
	err := p.tasks(func(t pair.Task) error {
		tasks = append(tasks, t)
		if len(tasks) < window {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

// claim waits until nobody works on an account: its candidates of a better class come first.
func (c *confirmer) claim(ctx context.Context, row uint32) error {
	for {
		c.mu.Lock()
		done, ok := c.busy[row]
		if !ok {
			c.busy[row] = make(chan struct{})
			c.mu.Unlock()
			return nil
		}
		c.mu.Unlock()
		select {
		case <-done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// finish ends the work on an account and settles what became of its pairs.
func (c *confirmer) finish(t pair.Task, ends []pair.State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.busy[t.Account])
	delete(c.busy, t.Account)
	for i, p := range t.Pairs {
		switch ends[i] {
		case pair.StateIndeterminate:
			c.parked = append(c.parked, parkedPair{p.Account, p.Unit, p.Several})
		case pair.StateUnchecked:
			for _, in := range p.Inputs {
				c.out.left[in]++
			}
			c.balance.Settle(p, ends[i])
		default:
			c.balance.Settle(p, ends[i])
		}
	}
	c.meter.Add(int64(len(t.Pairs)))
}

// account decides the candidates of one account, in order, and returns what became of each.
func (c *confirmer) account(ctx context.Context, t pair.Task) ([]pair.State, error) {
	account, err := c.run.index.Account(t.Account)
	if err != nil {
		return nil, err
	}
	ends := make([]pair.State, len(t.Pairs))
	target, cause := c.run.recipes.Target(&account)
	if cause == "" {
		if err := c.controls.Prove(ctx, &account, target); err != nil {
			return nil, err
		}
	}
	for i, p := range t.Pairs {
		switch {
		case c.isConfirmed(t.Account):
			ends[i] = pair.StateMoot
			continue
		case cause != "":
			ends[i] = c.leave(p, pair.StateIndeterminate, cause)
			continue
		}
		outcome, err := c.try(ctx, &account, target, p)
		switch {
		case errors.Is(err, errBudget):
			ends[i] = c.leave(p, pair.StateUnchecked, "unchecked")
		case err != nil:
			return nil, err
		case outcome.Outcome == stored.Match:
			ends[i] = pair.StateConfirmed
			for earlier := range ends[:i] { // nothing is open for this account
				if ends[earlier] == pair.StateIndeterminate {
					ends[earlier] = pair.StateMoot
				}
			}
		case outcome.Outcome == stored.NoMatch:
			ends[i] = pair.StateRefuted
		default:
			ends[i] = c.leave(p, pair.StateIndeterminate, outcome.Cause)
		}
	}
	return ends, nil
}

// errBudget says that there is no time for another verification.
var errBudget = errors.New("the confirm budget is over")

// try verifies one candidate and, with a ledger, returns when its verdict is on disk.
func (c *confirmer) try(
	ctx context.Context, account *index.Account, target *verify.Target, p *pair.Pair,
) (stored.Result, error) {
	if err := c.gate.enter(ctx); err != nil {
		return stored.Result{}, err
	}
	defer c.gate.leave()
	if !c.deadline.IsZero() && !c.clock().Before(c.deadline) {
		c.gate.verified(0)
		return stored.Result{}, errBudget
	}
	begin := time.Now()
	result, verifications, err := target.Verify(ctx, p.Secret, p.Digest, c.admitMemory)
	c.gate.verified(time.Since(begin))
	if err != nil {
		return stored.Result{}, err
	}
	var found *finding.Finding
	if result.Outcome == stored.Match {
		f, err := finding.Verified(account, p, result, c.run.survey)
		if err != nil {
			return stored.Result{}, err
		}
		found = &f
	}
	if h := c.run.history; h != nil && result.Outcome != stored.CannotVerify {
		begin := time.Now()
		if err := h.Write(ctx, account, p, found, c.screened.inputs); err != nil {
			return stored.Result{}, err
		}
		c.gate.written(time.Since(begin))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out.verifications += verifications
	if found != nil {
		c.out.findings = append(c.out.findings, *found)
		c.confirmed.Add(p.Account)
		if finder, ok := c.meter.(progress.Finder); ok {
			finder.Found(1)
		}
	}
	return result, nil
}

func (c *confirmer) isConfirmed(row uint32) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.confirmed.Has(row)
}

// leave notes a pair that stays undecided, unless another one confirms its account.
func (c *confirmer) leave(p *pair.Pair, state pair.State, cause stored.Cause) pair.State {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out.open[openPairs{p.Account, cause}]++
	return state
}

// verdicts gathers what the workers decided, in the order of the accounts' rows, with what earlier runs did.
func (c *confirmer) verdicts() (*verdicts, error) {
	v := c.out
	for _, p := range c.parked {
		state := pair.StateIndeterminate
		if c.confirmed.Has(p.account) {
			state = pair.StateMoot
		}
		c.balance.Settle(&pair.Pair{Account: p.account, Unit: p.unit, Several: p.several}, state)
	}
	maps.DeleteFunc(v.open, func(open openPairs, _ int32) bool { return c.confirmed.Has(open.row) })
	if h := c.run.history; h != nil {
		known, err := h.Standing(c.run.survey)
		if err != nil {
			return nil, err
		}
		v.findings = append(v.findings, known...)
	}
	slices.SortFunc(v.findings, func(a, b finding.Finding) int { return cmp.Compare(a.Row(), b.Row()) })
	return v, nil
}

// admitMemory lets a verification run when its memory is free.
func (c *confirmer) admitMemory(ctx context.Context, memory int64) (release func(), err error) {
	// One that needs more than there is runs alone: the hash limits bound it.
	need := min(memory, c.size)
	if err := c.memory.Acquire(ctx, need); err != nil {
		return nil, err
	}
	return func() { c.memory.Release(need) }, nil
}
