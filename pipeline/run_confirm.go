package pipeline

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/credsieve/credsieve/datasets/fault"

	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/confirm"
	"github.com/credsieve/credsieve/pipeline/control"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/progress"
	"github.com/credsieve/credsieve/pipeline/prune"
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
func (r *run) confirm(ctx context.Context, s *screened, work *pruned) (*verdicts, error) {
	defer r.kernels.Close() // no arena outlives its use
	meter := r.cfg.Progress.Phase("confirm", work.Pending, progress.Verifications)
	defer meter.Done()
	cfg := r.confirmConfig(work.survey)
	if err := proveVerify(ctx, cfg.Controls, r.recipes.Answers()); err != nil {
		return nil, believe(err)
	}
	c := newConfirmer(cfg, s.balance, meter)
	if err := c.all(ctx, work.Worklist); err != nil {
		return nil, believe(err)
	}
	if err := r.kernels.Err(); err != nil { // of the last ones
		return nil, believe(err)
	}
	counts := cfg.Controls.Counts()
	r.proven.Positive, r.proven.Negative = counts.Positive, counts.Negative
	return c.verdicts()
}

// believe says of a kernel that differs from the reference what that means for the run.
func believe(err error) error {
	var difference *stored.Difference
	if errors.As(err, &difference) {
		return control.Blind(difference)
	}
	return err
}

// confirmConfig is what confirming needs of a run. The time that it has begins now.
func (r *run) confirmConfig(survey *pair.Survey) *confirm.Config {
	cfg := &confirm.Config{
		Index: r.index, Recipes: r.recipes, Survey: survey, History: r.history,
		Gate: confirm.NewGate(r.cfg.Workers, r.history.Durable(), r.kernels), Memory: confirm.NewMemory(r.cfg.hashMemory()),
	}
	r.controls = control.New(r.controlConfig(cfg.Memory.Admit))
	cfg.Controls = r.controls
	if r.cfg.ConfirmBudget > 0 {
		cfg.Clock = time.Now // the real one: Config.Now may stand still
		if r.cfg.clock != nil {
			cfg.Clock = r.cfg.clock
		}
		cfg.Deadline = cfg.Clock().Add(r.cfg.ConfirmBudget)
	}
	return cfg
}

// confirmer hands the accounts out and gathers what became of them.
type confirmer struct {
	cfg     *confirm.Config
	balance *pair.Balance
	meter   progress.Meter

	mu        sync.Mutex
	busy      map[uint32]chan struct{} // accounts that are worked on; closed at the end, nil while nobody waits for it
	confirmed *pair.RowSet
	parked    []parkedPair
	out       *verdicts
}

func newConfirmer(cfg *confirm.Config, balance *pair.Balance, meter progress.Meter) *confirmer {
	return &confirmer{
		cfg: cfg, balance: balance, meter: meter,
		busy: make(map[uint32]chan struct{}), confirmed: pair.NewRowSet(),
		out: &verdicts{open: make(map[openPairs]int32), left: make(map[uint32]int64)},
	}
}

// all decides the candidates of a worklist.
func (c *confirmer) all(ctx context.Context, w *prune.Worklist) error {
	group, ctx := fault.NewGroup(ctx)
	// Some wait, so that the one who deals and those who work do not wake each other for each account.
	work := make(chan pair.Task, dealt)
	group.Go(func() error {
		defer close(work)
		return c.deal(ctx, w, work)
	})
	for range c.cfg.Gate.Most() {
		group.Go(func() error {
			for t := range work {
				verdict, err := confirm.Account(ctx, c.cfg, t, c.isConfirmed(t.Account))
				if err != nil {
					return err
				}
				c.finish(t, &verdict)
			}
			return nil
		})
	}
	return group.Wait()
}

const (
	window = 4096 // accounts that are sorted before they are dealt out
	dealt  = 64   // accounts that are dealt out and wait for a worker
)

// deal hands the accounts of the worklist to the workers. Within a window the longest of a class come first: an account is
// one worker's, and one with many candidates that begins last would keep the others waiting.
func (c *confirmer) deal(ctx context.Context, w *prune.Worklist, work chan<- pair.Task) error {
	var tasks []pair.Task
	flush := func() error {
		slices.SortStableFunc(tasks, func(a, b pair.Task) int {
			return cmp.Or(cmp.Compare(a.Class, b.Class), -cmp.Compare(len(a.Pairs), len(b.Pairs)))
		})
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
	err := w.Tasks(func(t pair.Task) error {
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
		switch {
		case !ok:
			c.busy[row] = nil
			c.mu.Unlock()
			return nil
		case done == nil:
			done = make(chan struct{})
			c.busy[row] = done
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
func (c *confirmer) finish(t pair.Task, v *confirm.Verdict) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if done := c.busy[t.Account]; done != nil {
		close(done)
	}
	delete(c.busy, t.Account)
	c.out.verifications += v.Verifications
	if v.Finding != nil {
		c.out.findings = append(c.out.findings, *v.Finding)
		c.confirmed.Add(t.Account)
		if finder, ok := c.meter.(progress.Finder); ok {
			finder.Found(1)
		}
	}
	for i, p := range t.Pairs {
		end := v.Ends[i]
		switch end.State {
		case pair.StateIndeterminate:
			c.out.open[openPairs{t.Account, end.Cause}]++
			c.parked = append(c.parked, parkedPair{p.Account, p.Unit, p.Several})
			continue
		case pair.StateUnchecked:
			c.out.open[openPairs{t.Account, end.Cause}]++
			for _, in := range p.Inputs {
				c.out.left[in]++
			}
		}
		c.balance.Settle(p, end.State)
	}
	if !t.Beyond {
		c.meter.Add(int64(len(t.Pairs)))
	}
}

func (c *confirmer) isConfirmed(row uint32) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.confirmed.Has(row)
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
	if h := c.cfg.History; h != nil {
		known, err := h.Standing(c.cfg.Survey)
		if err != nil {
			return nil, err
		}
		v.findings = append(v.findings, known...)
	}
	slices.SortFunc(v.findings, func(a, b finding.Finding) int { return cmp.Compare(a.Row(), b.Row()) })
	judgeSources(c.cfg.Survey.Inputs, v.findings)
	return v, nil
}

// judgeSources looks at the sources of all findings together: those that repeat each other are one. What an earlier run
// saw of dumps that this one did not read counts on.
func judgeSources(inputs *pair.Inputs, findings []finding.Finding) {
	proven := pair.NewProven(inputs)
	for i := range findings {
		proven.Add(inputs.DumpsOf(findings[i].Pair()))
	}
	for i := range findings {
		f := &findings[i]
		f.Repeats(proven.Independent(f.Evidence().Sources))
	}
}

// share says of each finding with how many accounts its password was met; each visits the passwords of all pairs of the run.
func share(findings []finding.Finding, each func(visit func(p pair.Print, accounts int)) error) error {
	asked := make([]pair.Print, len(findings))
	for i := range findings {
		asked[i] = findings[i].Shared()
	}
	shares := pair.NewShares(asked)
	if shares.Empty() {
		return nil
	}
	if err := each(shares.Add); err != nil {
		return err
	}
	for i := range findings {
		findings[i].Shares(shares.Of(asked[i]))
	}
	return nil
}
