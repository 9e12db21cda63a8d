package pipeline

import (
	"context"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/objects"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/budgets"
	"github.com/credsieve/credsieve/pipeline/control"
	"github.com/credsieve/credsieve/pipeline/history"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/prune"
	"github.com/credsieve/credsieve/pipeline/spool"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// run is one run under way.
type run struct {
	cfg     Config
	started time.Time
	index   *index.Index
	recipes *verify.Recipes
	parts   pair.Parts
	history *history.History // nil without a state folder
	costs   verify.Costs
	cut     *prune.Cut             // where the budget ends; nil: there is none, or that is not decided yet
	kernels *stored.Kernels        // nil: the reference verifies
	spools  []interface{ Close() } // that may be open
	staging *rundir.Staging        // nil in a dry run
	rejects *rundir.Rejects        // nil in a dry run
	budgets *budgets.Spending
	proven  rundir.Controls // so far
	bucket  *objects.Store  // of the index, nil: it is here
	out     *objects.Store  // where the run goes, nil: it stays here

	controls *control.Controls  // of verifying, once it begins
	off      []stored.KernelOff // that tasks switched off
}

// plan lists the dumps, readies what a run of them needs, and proves that it can see. Doubt stops everything here.
func plan(ctx context.Context, cfg Config) (*run, []dump.Input, error) {
	if err := cfg.validate(); err != nil {
		return nil, nil, err
	}
	cfg = cfg.reading("")
	r := &run{cfg: cfg, started: cfg.Now()}
	inputs, err := dump.List(ctx, cfg.Dumps, dump.ListOptions{Sidecars: cfg.Sidecars, Now: r.started, Remote: cfg.tree})
	if err != nil {
		r.abort()
		return nil, nil, err
	}
	dump.Describe(inputs, cfg.Describe)
	if err := cfg.checkPlaces(); err != nil {
		r.abort()
		return nil, nil, err
	}
	if err = r.open(ctx); err == nil {
		err = r.proveScreen(ctx)
	}
	if err != nil {
		r.abort()
		return nil, nil, err
	}
	return r, inputs, nil
}

// open readies what the run reads and where it writes. Doubt here stops everything.
func (r *run) open(ctx context.Context) error {
	if err := r.openIndex(ctx); err != nil {
		return err
	}
	if err := r.openHistory(); err != nil {
		return err
	}
	return r.stage(ctx)
}

// openIndex readies what candidates are looked up in and verified by.
func (r *run) openIndex(ctx context.Context) error {
	var err error
	// The accounts of findings, and those that are excluded, are asked for by their ids.
	byIDs := r.cfg.StateDir != "" || r.cfg.Exclude != nil
	switch {
	case objects.IsURL(r.cfg.IndexDir):
		if r.bucket, err = objects.Open(ctx, r.cfg.IndexDir); err == nil {
			r.index, err = index.OpenRemote(ctx, r.bucket, r.cfg.IndexDir, r.cfg.SpoolDir, r.cfg.Key, byIDs)
		}
	case byIDs:
		r.index, err = index.OpenWithIDs(r.cfg.IndexDir, r.cfg.Key)
	default:
		r.index, err = index.Open(r.cfg.IndexDir, r.cfg.Key)
	}
	if err != nil {
		return err
	}
	r.parts = pair.NewParts(r.index.Rows())
	if r.cfg.ConfirmMost > 0 && r.cfg.competes() {
		r.costs.Fix(nil) // a number of pairs is the same ones on any machine
	}
	options := verify.Options{Limits: r.cfg.HashLimits, Parse: r.cfg.parseHash}
	if !r.cfg.Reference {
		r.kernels = stored.NewKernels(r.cfg.Workers, r.cfg.hashMemory(), r.cfg.OffHeap)
		options.Kernels = r.kernels
	}
	r.recipes, err = verify.Open(r.index, r.cfg.Key, options)
	return err
}

// stage prepares the run's place before any work, so that a place that cannot be written is known now and
// not after a night of hashing.
func (r *run) stage(ctx context.Context) error {
	var err error
	switch {
	case r.cfg.DryRun:
	case r.cfg.OutRoot != "":
		r.staging, err = rundir.CreateUnder(r.cfg.OutRoot)
	case objects.IsURL(r.cfg.Out):
		if r.out, err = objects.Open(ctx, r.cfg.Out); err == nil {
			r.staging, err = rundir.CreateIn(ctx, r.out, r.cfg.Out, r.cfg.SpoolDir)
		}
	default:
		r.staging, err = rundir.Create(r.cfg.Out)
	}
	if err != nil {
		return err
	}
	r.budgets = budgets.New(r.cfg.Budgets.WithDefaults(spool.Free(r.spoolDir())))
	if r.cfg.DryRun {
		return nil
	}
	if r.rejects, err = r.staging.CreateRejects(r.budgets.Limits.Rejects); err != nil {
		r.staging.Abort()
	}
	return err
}

// abort gives everything back; what was published by then stays.
func (r *run) abort() {
	r.kernels.Close()
	for _, s := range r.spools {
		s.Close()
	}
	if r.staging != nil {
		r.staging.Abort()
	}
	if r.history != nil {
		r.history.Close()
	}
	if r.index != nil {
		_ = r.index.Close() // it was only read
	}
	for _, s := range []*objects.Store{r.bucket, r.out} {
		if s != nil {
			_ = s.Close() // what was put there is there
		}
	}
	if r.cfg.tree != nil {
		_ = r.cfg.tree.Close() // it was only read
	}
}

// spoolDir is where candidates go that do not fit in memory: beside the run's place, or where the system
// keeps temporary files.
func (r *run) spoolDir() string {
	if r.cfg.SpoolDir == "" && r.staging != nil {
		return r.staging.Dir()
	}
	return r.cfg.SpoolDir
}
