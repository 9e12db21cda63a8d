// Package budgets keeps what a whole run may cost beside memory, over all its inputs. A budget that is used up makes the run
// partial, with a sentence: what it cut was not read, and nobody is cleared by it.
//
// Not guaranteed: that a run stays below a limit to the byte; it ends with the block that is under way.
package budgets

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
)

// Limits are what a whole run may cost. Zero stands for the default.
type Limits struct {
	Spool     int64         // bytes on disk for candidates; the default is half of what is free there
	Unpacked  int64         // bytes that all containers may unpack to, see dump.DefaultRunOutput
	Entries   int64         // of all archives, see dump.DefaultRunEntries
	Rejects   int64         // rows of rejects.csv, see DefaultRejects
	InputTime time.Duration // of reading one input, see DefaultInputTime
}

// The defaults of Limits.
const (
	// DefaultRejects is what a spreadsheet still opens with ease, and far more than anybody reads.
	DefaultRejects = 100_000
	// DefaultInputTime is more than a night: who is not done then has stopped a nightly job.
	DefaultInputTime = 24 * time.Hour
)

// WithDefaults fills in what nobody has said; free is what the disk has left, in bytes, 0: not known.
func (b Limits) WithDefaults(free int64) Limits {
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

// Spending is what a run has spent. It is safe for concurrent use, but for Take.
type Spending struct {
	Limits Limits
	Unpack *dump.RunBudget

	spooled atomic.Int64 // bytes of candidates on disk, as far as they are collected
	full    atomic.Bool  // because of them an input was not read to its end
	tasks   Up           // what tasks used up
}

// Up says which budgets of reading were used up.
type Up struct{ Unpacked, Entries, Spool bool }

// New has spent nothing of the limits.
func New(limits Limits) *Spending {
	return &Spending{Limits: limits, Unpack: dump.NewRunBudget(limits.Unpacked, limits.Entries)}
}

// Spooled says how many bytes of candidates lie on disk by now.
func (b *Spending) Spooled(bytes int64) { b.spooled.Store(bytes) }

// spoolStages is how many copies of the candidates lie on disk at most, while one stage hands them to the next.
const spoolStages = 2

// MayRead says why no more of any input is read, nothing while there is room for the candidates in it.
func (b *Spending) MayRead() error {
	if b.Limits.Spool <= 0 || spoolStages*b.spooled.Load() <= b.Limits.Spool {
		return nil
	}
	b.full.Store(true)
	return dump.Enough(fmt.Sprintf("the candidates of this run need over %d bytes on disk, the limit (--max-spool), "+
		"and it was not read to its end", b.Limits.Spool))
}

// Up says what was used up by now.
func (b *Spending) Up() Up {
	up := b.tasks
	_, over := b.Unpack.Output()
	up.Unpacked = up.Unpacked || over
	_, over = b.Unpack.Entries()
	up.Entries = up.Entries || over
	up.Spool = up.Spool || b.full.Load()
	return up
}

// Take notes what a task has used up.
func (b *Spending) Take(t Up) {
	b.tasks.Unpacked = b.tasks.Unpacked || t.Unpacked
	b.tasks.Entries = b.tasks.Entries || t.Entries
	b.tasks.Spool = b.tasks.Spool || t.Spool
}

// Spent says of each budget that was used up what it meant; rejects are those of the run, nil: nobody counted them.
func (b *Spending) Spent(rejects *rundir.RejectCounts) []rundir.Spent {
	var list []rundir.Spent
	up := b.Up()
	add := func(spent bool, budget string, limit int64, message string, args ...any) {
		if spent {
			list = append(list, rundir.Spent{Budget: budget, Limit: limit, Message: fmt.Sprintf(message, args...)})
		}
	}
	add(up.Spool, "max-spool", b.Limits.Spool,
		"candidates took %d bytes on disk: inputs after that were not read", b.Limits.Spool)
	output, _ := b.Unpack.Output()
	add(up.Unpacked, "max-unpacked", output, "archives unpacked to %d bytes: what came after that was not read", output)
	entries, _ := b.Unpack.Entries()
	add(up.Entries, "max-entries", entries, "archives had more than %d entries: the further ones were not read", entries)
	if rejects != nil {
		add(rejects.NoPlace > 0, "max-rejects", rejects.Limit,
			"rejects.csv has no more than %d rows: %d further rejects are only counted", rejects.Rows, rejects.NoPlace)
	}
	return list
}
