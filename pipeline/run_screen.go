package pipeline

import (
	"context"

	"github.com/credsieve/credsieve/datasets/fault"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/progress"
	"github.com/credsieve/credsieve/pipeline/screen"
)

// screened is what the first phase knows when every dump was read to its end.
type screened struct {
	inputs   *pair.Inputs
	past     []*ledger.Dump       // what an earlier run noted of each input, nil: nothing
	counts   rundir.Counts        // up to duplicates
	rejects  *rundir.RejectCounts // nil in a dry run
	intake   *pair.Intake         // emptied by prune
	log      *pair.EndLog         // nil in a dry run
	balance  *pair.Balance
	canaries *pair.RowSet // that were met
	equal    *pair.RowSet // accounts whose stored hash is in a dump
	named    named
}

// job is one block on its way: read in order, screened by any worker, collected in order.
type job struct {
	input  uint32
	block  *dump.Block
	result chan *screen.Result // of one result
	report *dump.Report        // set instead of block at the end of an input
}

// screen reads every input and leaves the candidates in the spool. Blocks are screened by all workers at
// once but collected in the order in which they were read, so that the outcome does not depend on the workers.
func (r *run) screen(ctx context.Context, inputs []dump.Input) (*screened, error) {
	meter := r.cfg.Progress.Phase("screen", totalSize(inputs), progress.Bytes)
	defer meter.Done()
	group, ctx := fault.NewGroup(ctx)
	work := make(chan *job, r.cfg.Workers)
	ordered := make(chan *job, 2*r.cfg.Workers)

	group.Go(func() error {
		defer close(work)
		defer close(ordered)
		return r.read(ctx, inputs, meter, work, ordered)
	})
	for range r.cfg.Workers {
		group.Go(func() error {
			screener := screen.New(screen.Config{
				Index: r.index, Key: r.cfg.Key, Recipes: r.recipes, OwnDomains: r.cfg.OwnDomains,
			})
			for j := range work {
				j.result <- screener.Block(j.block)
			}
			return nil
		})
	}
	collector := r.newCollector(inputs)
	group.Go(func() error { return collector.collect(ctx, ordered) })
	if err := group.Wait(); err != nil {
		return nil, err
	}
	screened, err := collector.finish()
	if err != nil {
		return nil, err
	}
	// A damaged part of the index may have hidden accounts: no answer is better than a short one.
	if err := r.index.Err(); err != nil {
		return nil, err
	}
	screened.past, err = r.past(screened.inputs)
	return screened, err
}

// read cuts the inputs into blocks and sends each both to the workers and, in order, to the collector.
func (r *run) read(ctx context.Context, inputs []dump.Input, meter progress.Meter, work, ordered chan<- *job) error {
	children := dump.NewChildren(r.cfg.Child)
	defer children.Close()
	options := dump.Options{
		Format: r.cfg.Format, Layout: r.cfg.Layout, Stdin: r.cfg.Stdin, Progress: meter.Add, BlockSize: r.cfg.blockSize(),
		Children: children, Limits: r.cfg.unpackLimits(), Run: r.budgets.unpack, Timeout: r.budgets.limits.InputTime, Sweep: true,
	}
	for i, in := range inputs {
		if err := r.readInput(ctx, i, in, options, work, ordered); err != nil {
			return err
		}
	}
	return nil
}

func send(ctx context.Context, to chan<- *job, j *job) error {
	select {
	case to <- j:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// totalSize is what the inputs hold on disk, or -1 when that is not known.
func totalSize(inputs []dump.Input) int64 {
	total := int64(0)
	for _, in := range inputs {
		if in.Size < 0 {
			return -1
		}
		total += in.Size
	}
	return total
}
