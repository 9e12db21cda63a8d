package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/credsieve/credsieve/datasets/fault"
	"github.com/credsieve/credsieve/pipeline/history"
	"github.com/credsieve/credsieve/pipeline/task"
)

// planState says which ledger a run has, nil for none.
func (r *run) planState() (*task.State, error) {
	if r.cfg.StateDir == "" {
		return nil, nil
	}
	dir, err := filepath.Abs(r.cfg.StateDir)
	if err != nil {
		return nil, fmt.Errorf("failed to find the place of state %q: %w", r.cfg.StateDir, err)
	}
	state := &task.State{Dir: dir, Known: r.history != nil}
	if r.history != nil {
		state.Books, err = r.history.Books()
	}
	return state, err
}

// lendHistory puts what earlier runs decided beside the plan, by partition.
func (r *run) lendHistory(ctx context.Context, t *task.Run) error {
	sealer, err := t.SealState(r.cfg.SpoolDir)
	if err != nil {
		return err
	}
	defer sealer.Close()
	parts := t.Plan.Parts()
	known := make([][]byte, r.cfg.Workers)
	for first := 0; first < t.Plan.Partitions; first += len(known) {
		group, _ := fault.NewGroup(ctx)
		some := known[:min(len(known), t.Plan.Partitions-first)]
		for i := range some {
			group.Go(func() (err error) {
				from, to := parts.Rows(first + i)
				some[i], err = r.history.Export(from, to, nil)
				return err
			})
		}
		if err := cmp.Or(group.Wait(), ctx.Err()); err != nil {
			return err
		}
		for i, text := range some {
			if err := sealer.Known(first+i, text); err != nil {
				return err
			}
		}
	}
	if t.Plan.Settings.Budget != nil {
		known, err := r.history.Export(0, r.index.Rows(), r.lots().Asked)
		if err == nil {
			err = sealer.KnownOfSample(known)
		}
		if err != nil {
			return err
		}
	}
	dumps, err := r.history.ExportDumps()
	if err != nil {
		return err
	}
	return sealer.PutState(ctx, dumps)
}

// borrowHistory opens what was put beside the plan for a partition.
func (r *run) borrowHistory(ctx context.Context, t *task.Run, partition int) error {
	if t.Plan.State == nil {
		return nil
	}
	accounts, dumps, err := t.Known(ctx, partition)
	if err != nil {
		return err
	}
	r.history, err = r.lent(accounts, dumps)
	return err
}

func (r *run) lent(accounts, dumps []byte) (*history.History, error) {
	return history.Lend(history.Config{Key: r.cfg.Key, Index: r.index, Now: r.started}, accounts, dumps)
}

// withState names the ledger that a plan was made with, wherever it lies by now.
func (c Config) withState(p *task.Plan) (Config, error) {
	if p.State != nil {
		c.StateDir, c.stateThere = cmp.Or(c.StateDir, p.State.Dir), p.State.Known
	} else if c.StateDir != "" {
		return c, errors.New("the run was planned without a state: what it verified does not depend on one; plan it with --state")
	}
	return c, nil
}

// spare writes down what tasks have refuted of a run that is not published, as a run on one machine that is stopped leaves it: the
// next one does not verify it again. It does not change what the books of the ledger say, so that the run can be published still.
// It returns the refusal.
func (r *run) spare(ctx context.Context, tallies *task.Tallies, refusal error) error {
	if r.history == nil {
		return refusal
	}
	err := tallies.Done(ctx, func(p *task.Part) error { return r.history.LearnRefuted(p.Learned) })
	if err == nil {
		err = r.history.WriteLearned()
	}
	if err != nil {
		return errors.Join(refusal, fmt.Errorf("failed to keep what its tasks have decided: %w", err))
	}
	return refusal
}

// checkState refuses a ledger into which something was written since the run was planned: what tasks decided does not know of
// it. This is also what lets a run be published into a ledger once.
func (r *run) checkState(p *task.Plan) error {
	if p.State == nil {
		return nil
	}
	books, err := r.history.Books()
	switch {
	case err != nil || books == p.State.Books:
	case books == "":
		err = fmt.Errorf("refusing state %q: it is empty, and that of the plan was not; say with --state where it lies", r.cfg.StateDir)
	default:
		err = fmt.Errorf("refusing state %q: %w, perhaps this one; plan the run again", r.cfg.StateDir, errBooks)
	}
	return err
}

var errBooks = errors.New("a run was finished or released with it since this one was planned")
