package pipeline

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing"
)

// finding is an account whose own stored hash verified a leaked password. It is made in verify and nowhere
// else, so that nothing but a verification can bring an account on the list.
type finding struct {
	row     uint32
	account index.Account
	pair    *pair
}

// verdicts is what the second phase decided.
type verdicts struct {
	findings      []finding // by row
	open          []open    // accounts with candidates that were not decided
	verifications int64
}

// open is an account that stays undecided.
type open struct {
	account string
	pairs   []*pair
}

// confirm verifies the candidates of every account until its first match. Accounts are worked on at once,
// the candidates of one account one after the other, so that which one matches does not depend on chance.
func (r *run) confirm(ctx context.Context, p *plan) (*verdicts, error) {
	meter := r.cfg.Progress.Phase("confirm", p.pending, UnitVerifications)
	defer meter.Done()
	c := &confirmer{
		run: r, meter: meter,
		results: make([]taskResult, len(p.accounts)),
		size:    max(r.cfg.Memory-p.size, MinMemory),
	}
	c.memory = semaphore.NewWeighted(c.size)
	if r.cfg.ConfirmBudget > 0 {
		c.deadline = time.Now().Add(r.cfg.ConfirmBudget) // the real clock: Config.Now may stand still
	}
	c.controls = newControls(r, c.admitMemory)
	if err := c.controls.proveSample(ctx); err != nil {
		return nil, err
	}
	group, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range r.cfg.Workers {
		group.Go(func() error {
			for {
				i := next.Add(1) - 1
				if i >= int64(len(p.accounts)) {
					return nil
				}
				if err := c.account(ctx, p.accounts[i], &c.results[i]); err != nil {
					return err
				}
			}
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	r.proven.Positive, r.proven.Negative = c.controls.counts.Positive, c.controls.counts.Negative
	return c.verdicts(p), nil
}

type confirmer struct {
	run      *run
	meter    Meter
	memory   *semaphore.Weighted
	size     int64
	deadline time.Time // zero: none
	results  []taskResult
	controls *controls
}

// taskResult is written by the one worker that has the task.
type taskResult struct {
	finding       *finding
	account       string
	verifications int64
}

// account decides the candidates of one account, in order.
func (c *confirmer) account(ctx context.Context, t task, out *taskResult) error {
	defer c.meter.Add(int64(len(t.pairs)))
	account, err := c.run.index.Account(t.account)
	if err != nil {
		return fmt.Errorf("failed to read an account of the index: %w", err)
	}
	out.account = account.ID
	target, cause := c.run.recipes.target(&account)
	if cause == "" {
		if err := c.controls.prove(ctx, &account, target); err != nil {
			return err
		}
	}
	for i, p := range t.pairs {
		switch {
		case cause != "":
			p.state, p.cause = stateIndeterminate, cause
			continue
		case !c.deadline.IsZero() && !time.Now().Before(c.deadline):
			p.state = stateUnchecked
			continue
		}
		result, verifications, err := target.verify(ctx, p.secret, p.digest, c.admitMemory)
		if err != nil {
			return err
		}
		out.verifications += verifications
		switch result.Outcome {
		case hashing.Match:
			p.state, p.truncated = stateConfirmed, result.Truncated
			out.finding = &finding{row: t.account, account: account, pair: p}
			for j, rest := range t.pairs {
				if j > i || rest.state == stateIndeterminate { // nothing is open for this account
					rest.state, rest.cause = stateMoot, ""
				}
			}
			return nil
		case hashing.NoMatch:
			p.state = stateRefuted
		default:
			p.state, p.cause = stateIndeterminate, result.Cause
		}
	}
	return nil
}

// verdicts gathers what the workers decided, in the order of the accounts' rows.
func (c *confirmer) verdicts(p *plan) *verdicts {
	v := &verdicts{}
	for i, t := range p.accounts {
		result := &c.results[i]
		v.verifications += result.verifications
		if result.finding != nil {
			v.findings = append(v.findings, *result.finding)
			continue
		}
		undecided := slices.ContainsFunc(t.pairs, func(p *pair) bool {
			return p.state == stateIndeterminate || p.state == stateUnchecked
		})
		if undecided {
			v.open = append(v.open, open{account: result.account, pairs: t.pairs})
		}
	}
	slices.SortFunc(v.findings, func(a, b finding) int { return int(a.row) - int(b.row) })
	return v
}
