package pipeline

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/task"
)

// Budgets are what a whole run may cost beside memory, over all its inputs. One that is used up makes the run partial,
// with a sentence. Zero stands for the default.
type Budgets struct {
	Spool     int64         // bytes on disk for candidates; the default is half of what is free there
	Unpacked  int64         // bytes that all containers may unpack to, see dump.DefaultRunOutput
	Entries   int64         // of all archives, see dump.DefaultRunEntries
	Rejects   int64         // rows of rejects.csv, see DefaultRejects
	InputTime time.Duration // of reading one input, see DefaultInputTime
}

// The defaults of Budgets.
const (
	// DefaultRejects is what a spreadsheet still opens with ease, and far more than anybody reads.
	DefaultRejects = 100_000
	// DefaultInputTime is more than a night: who is not done then has stopped a nightly job.
	DefaultInputTime = 24 * time.Hour
)

// withDefaults fills in what nobody has said; free is what the disk has left, 0: not known.
func (b Budgets) withDefaults(free int64) Budgets {
	if b.Spool <= 0 {
		b.Spool = free / 2
	}
	if b.Rejects <= 0 {
		b.Rejects = DefaultRejects
	}
	if b.InputTime <= 0 {
		b.InputTime = DefaultInputTime
	}
	return b
}

// budgets is what is spent of Budgets in a run.
type budgets struct {
	limits  Budgets
	unpack  *dump.RunBudget
	spooled atomic.Int64 // bytes of candidates on disk, as far as they are collected
	full    atomic.Bool  // because of them an input was not read to its end
	tasks   task.Spent   // what tasks used up
}

func newBudgets(limits Budgets) *budgets {
	return &budgets{limits: limits, unpack: dump.NewRunBudget(limits.Unpacked, limits.Entries)}
}

// spoolStages is how many copies of the candidates lie on disk at most, while one stage hands them to the next.
const spoolStages = 2

// mayRead says why no more of any input is read, nothing while there is room for the candidates in it.
func (b *budgets) mayRead() error {
	if b.limits.Spool <= 0 || spoolStages*b.spooled.Load() <= b.limits.Spool {
		return nil
	}
	b.full.Store(true)
	return dump.Enough(fmt.Sprintf("the candidates of this run need over %d bytes on disk, the limit (--max-spool), "+
		"and it was not read to its end", b.limits.Spool))
}

// take notes what a task has used up.
func (b *budgets) take(s task.Spent) {
	b.tasks.Unpacked = b.tasks.Unpacked || s.Unpacked
	b.tasks.Entries = b.tasks.Entries || s.Entries
	b.tasks.Spool = b.tasks.Spool || s.Spool
}

// spent says which budgets were used up.
func (b *budgets) spent(rejects *rundir.RejectCounts) []rundir.Spent {
	var list []rundir.Spent
	add := func(spent bool, budget string, limit int64, message string, args ...any) {
		if spent {
			list = append(list, rundir.Spent{Budget: budget, Limit: limit, Message: fmt.Sprintf(message, args...)})
		}
	}
	add(b.full.Load() || b.tasks.Spool, "max-spool", b.limits.Spool,
		"candidates took %d bytes on disk: inputs after that were not read", b.limits.Spool)
	output, over := b.unpack.Output()
	add(over || b.tasks.Unpacked, "max-unpacked", output, "archives unpacked to %d bytes: what came after that was not read", output)
	entries, over := b.unpack.Entries()
	add(over || b.tasks.Entries, "max-entries", entries, "archives had more than %d entries: the further ones were not read", entries)
	if rejects != nil {
		add(rejects.NoPlace > 0, "max-rejects", rejects.Limit,
			"rejects.csv has no more than %d rows: %d further rejects are only counted", rejects.Rows, rejects.NoPlace)
	}
	return list
}

// readInput reads one input within the budgets, and sends its blocks as read does.
func (r *run) readInput(ctx context.Context, number int, in dump.Input, options dump.Options,
	work, ordered chan<- *job) error {
	if err := r.budgets.mayRead(); err != nil {
		report := dump.Report{Status: dump.StatusSkipped, Err: err}
		return send(ctx, ordered, &job{input: uint32(number), report: &report})
	}
	report, err := dump.Read(ctx, in, options, func(block *dump.Block) error {
		if err := r.budgets.mayRead(); err != nil {
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
