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
	meter := r.cfg.Progress.Phase("screen", pair.TotalSize(inputs), progress.Bytes)
	defer meter.Done()
	collector := r.newCollector(inputs)
	err := r.screenAll(ctx, collector, func(ctx context.Context, work, ordered chan<- *job) error {
		return r.read(ctx, inputs, meter, work, ordered)
	})
	if err != nil {
		return nil, err
	}
	screened, err := collector.finish()
	if err != nil {
		return nil, err
	}
	screened.past, err = r.past(screened.inputs)
	return screened, err
}

// screenAll screens what read reads, and collects it in order.
func (r *run) screenAll(ctx context.Context, c *collector, read func(_ context.Context, work, ordered chan<- *job) error) error {
	group, ctx := fault.NewGroup(ctx)
	screeners := r.cfg.screeners()
	work := make(chan *job, screeners)
	ordered := make(chan *job, 2*screeners)

	group.Go(func() error {
		defer close(work)
		defer close(ordered)
		return read(ctx, work, ordered)
	})
	for range screeners {
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
	group.Go(func() error { return c.collect(ctx, ordered) })
	if err := group.Wait(); err != nil {
		return err
	}
	// A damaged part of the index may have hidden accounts: no answer is better than a short one.
	return r.index.Err()
}

// read cuts the inputs into blocks and sends each both to the workers and, in order, to the collector.
func (r *run) read(ctx context.Context, inputs []dump.Input, meter progress.Meter, work, ordered chan<- *job) error {
	children := dump.NewChildren(r.cfg.Child)
	defer children.Close()
	options := r.readOptions(meter, children)
	for i, in := range inputs {
		if err := r.readInput(ctx, i, in, options, work, ordered); err != nil {
			return err
		}
	}
	return nil
}

// readOptions are how every input is read.
func (r *run) readOptions(meter progress.Meter, children *dump.Children) dump.Options {
	return dump.Options{
		Format: r.cfg.Format, Layout: r.cfg.Layout, Stdin: r.cfg.Stdin, Progress: meter.Add, BlockSize: r.cfg.blockSize(),
		Children: children, Limits: r.cfg.unpackLimits(), Run: r.budgets.Unpack, Timeout: r.budgets.Limits.InputTime, Sweep: true,
		Open: r.cfg.open,
	}
}

// readInput reads one input within the budgets, and sends its blocks as read does.
func (r *run) readInput(ctx context.Context, number int, in dump.Input, options dump.Options,
	work, ordered chan<- *job) error {
	if err := r.budgets.MayRead(); err != nil {
		report := dump.Report{Status: dump.StatusSkipped, Err: err}
		return send(ctx, ordered, &job{input: uint32(number), report: &report})
	}
	report, err := dump.Read(ctx, in, options, func(block *dump.Block) error {
		if err := r.budgets.MayRead(); err != nil {
			block.Release()
			return err
		}
		return sendBlock(ctx, uint32(number), block, work, ordered)
	})
	if err != nil {
		return err
	}
	return send(ctx, ordered, &job{input: uint32(number), report: &report})
}

// sendBlock sends a block both to the workers and, in order, to the collector.
func sendBlock(ctx context.Context, input uint32, block *dump.Block, work, ordered chan<- *job) error {
	j := &job{input: input, block: block, result: make(chan *screen.Result, 1)}
	if err := send(ctx, ordered, j); err != nil {
		return err
	}
	return send(ctx, work, j)
}

func send(ctx context.Context, to chan<- *job, j *job) error {
	select {
	case to <- j:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
