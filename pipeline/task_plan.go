package pipeline

import (
	"context"
	"fmt"
	"os"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/fault"
	"github.com/credsieve/credsieve/datasets/objects"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/progress"
	"github.com/credsieve/credsieve/pipeline/prune"
	"github.com/credsieve/credsieve/pipeline/task"
)

// PlanOptions are those of a run past one machine.
type PlanOptions struct {
	Store      *objects.Store // where its results are going to lie; empty so far
	Where      string         // the path or URL of that
	Partitions int            // of the accounts; 0: task.DefaultPartitions, and less for few accounts
	ShardSize  int64          // bytes of dumps that a task screens, about; 0: DefaultShardSize
}

// DefaultShardSize keeps a task busy for some ten seconds: long beside its start, short beside the night.
const DefaultShardSize = 512 << 20

// leastRows is how many accounts a partition has at least, unless somebody says how many there are.
const leastRows = 1000

// PlanTasks does what a run does before it reads a dump, and writes down what its tasks are. Of cfg what is about places of a
// run, the guard, weights and exclusions is not asked: PublishTasks is told.
func PlanTasks(ctx context.Context, cfg Config, o PlanOptions) (*task.Plan, error) {
	cfg.DryRun = true // of this part of a run: nothing is published
	if err := cfg.checkPlace("run", o.Where); err != nil {
		return nil, err
	}
	r, inputs, err := plan(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer r.abort()
	// Found out now, and not when every dump was screened.
	controls := r.confirmConfig(nil).Controls
	if err := proveVerify(ctx, controls, r.recipes.Answers()); err != nil {
		return nil, believe(err)
	}
	p, err := r.taskPlan(ctx, inputs, o)
	if err != nil {
		return nil, err
	}
	if p.Settings.Budget, err = r.planBudget(); err != nil {
		return nil, err
	}
	if p.State, err = r.planState(); err != nil {
		return nil, err
	}
	var known func(*task.Run) error
	if p.State != nil && p.State.Known {
		known = func(t *task.Run) error { return r.lendHistory(ctx, t) }
	}
	made, err := task.Create(ctx, o.Store, cfg.Key, p, known)
	if err != nil {
		return nil, err
	}
	return made.Plan, nil
}

// taskPlan is the plan of a run that was listed and opened.
func (r *run) taskPlan(ctx context.Context, inputs []dump.Input, o PlanOptions) (*task.Plan, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("failed to find out where relative paths begin: %w", err)
	}
	indexDir, err := placeOf(r.cfg.IndexDir)
	if err != nil {
		return nil, fmt.Errorf("failed to find the place of index %q: %w", r.cfg.IndexDir, err)
	}
	p := &task.Plan{
		Started: r.started, Dir: dir, Dumps: r.cfg.Dumps, Partitions: o.Partitions,
		Index: task.Index{Dir: indexDir, ID: r.index.Meta().ID, Rows: r.index.Rows()},
		Settings: task.Settings{
			BlockSize: r.cfg.blockSize(), Format: r.cfg.Format, Layout: r.cfg.Layout, Unpack: r.cfg.unpackLimits(), InputTime: r.budgets.Limits.InputTime,
			Unpacked: r.cfg.Budgets.Unpacked, Entries: r.cfg.Budgets.Entries, Rejects: r.budgets.Limits.Rejects, Spool: r.cfg.Budgets.Spool,
			OwnDomains: r.cfg.OwnDomains, MostCandidates: r.cfg.MaxCandidatesPerAccount,
			HashLimits: r.cfg.HashLimits, Reference: r.cfg.Reference,
		},
	}
	if r.cfg.Policy != nil {
		p.Settings.Policy = r.cfg.Policy.Text()
	}
	if p.Partitions < 1 {
		p.Partitions = int(min(max(p.Index.Rows/leastRows, 1), task.DefaultPartitions))
	}
	for _, in := range inputs {
		if in.Err == nil && in.Size < 0 {
			return nil, fmt.Errorf("refusing to plan dump %q: tasks read files, and it is a stream", in.Path)
		}
		p.Inputs = append(p.Inputs, task.InputOf(in))
	}
	if o.ShardSize <= 0 {
		o.ShardSize = DefaultShardSize
	}
	ranges, err := r.cutInputs(ctx, p, inputs, o.ShardSize)
	p.Divide(ranges, o.ShardSize)
	return p, err
}

// cutInputs returns the ranges of large inputs that can be cut. To know where records begin, these are read here, once.
func (r *run) cutInputs(ctx context.Context, p *task.Plan, inputs []dump.Input, size int64) ([][]dump.Range, error) {
	meter := r.cfg.Progress.Phase("plan", pair.TotalSize(inputs), progress.Bytes)
	defer meter.Done()
	children := dump.NewChildren(r.cfg.Child)
	defer children.Close()
	options := r.readOptions(meter, children)
	options.Sweep = false
	ranges := make([][]dump.Range, len(inputs))
	group, ctx := fault.NewGroup(ctx)
	group.SetLimit(r.cfg.Workers)
	for i, in := range inputs {
		if in.Err != nil || in.Size <= size || len(in.Parts) > 0 {
			continue
		}
		group.Go(func() error {
			report, cut, err := dump.Cut(ctx, in, options, size)
			if said := task.ReportOf(report); len(cut) > 1 {
				ranges[i], p.Inputs[i].Report = cut, &said
			}
			return err
		})
	}
	return ranges, group.Wait()
}

// planned returns what a plan says beside what a task is told on its machine, and the inputs.
func (c Config) planned(p *task.Plan) (Config, []dump.Input, error) {
	s := p.Settings
	c.Dumps, c.Format, c.Layout, c.Unpack = p.Dumps, s.Format, s.Layout, s.Unpack
	c.Budgets.Unpacked, c.Budgets.Entries, c.Budgets.Rejects, c.Budgets.InputTime = s.Unpacked, s.Entries, s.Rejects, s.InputTime
	c.Budgets.Spool, c.block = s.Spool, s.BlockSize
	c.OwnDomains, c.MaxCandidatesPerAccount = s.OwnDomains, s.MostCandidates
	c.HashLimits, c.Reference = s.HashLimits, s.Reference
	if b := s.Budget; b != nil {
		c.verifyTime, c.ConfirmMost = b.Time, b.Candidates
	}
	c = c.reading(p.Dir)
	if c.IndexDir == "" {
		c.IndexDir = p.Index.Dir
	}
	if len(s.Policy) > 0 {
		var err error
		if c.Policy, err = prune.ParsePolicy(s.Policy); err != nil {
			return c, nil, fmt.Errorf("failed to read the policy of the plan: %w", err)
		}
	}
	inputs := make([]dump.Input, len(p.Inputs))
	for i := range inputs {
		inputs[i] = p.Inputs[i].Input()
	}
	return c, inputs, nil
}

// openTask opens what a task of a plan needs: all but the place of the run.
func openTask(ctx context.Context, cfg Config, p *task.Plan) (*run, []dump.Input, error) {
	cfg.DryRun = true
	cfg, inputs, err := cfg.planned(p)
	if err != nil {
		return nil, nil, err
	}
	if err := cfg.validate(); err != nil {
		return nil, nil, err
	}
	if err := cfg.checkSpoolDir(); err != nil {
		return nil, nil, err
	}
	r := &run{cfg: cfg, started: p.Started}
	if err = r.open(ctx); err == nil {
		err = r.checkIndex(p)
	}
	if err != nil {
		r.abort()
		return nil, nil, err
	}
	r.fixCosts(p.Settings.Budget)
	return r, inputs, nil
}

// checkIndex refuses another index than that of the plan: its rows are those of other accounts.
func (r *run) checkIndex(p *task.Plan) error {
	if id := r.index.Meta().ID; id != p.Index.ID {
		return fmt.Errorf("refusing index %q: it is %s, and the run was planned with %s; plan it again", r.cfg.IndexDir, id, p.Index.ID)
	}
	return nil
}
