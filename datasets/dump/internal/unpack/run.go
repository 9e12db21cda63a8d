package unpack

import (
	"sync/atomic"

	"github.com/credsieve/credsieve/datasets/dump/internal/apart"
)

// Run is what all inputs of a run may unpack to together, and what is spent of that: a thousand small archives
// must not cost a thousand times what one may. It is safe for concurrent use. A nil one has no limits.
type Run struct {
	output, entries int64 // limits

	produced, entered atomic.Int64
}

// The defaults of a Run.
const (
	// DefaultRunOutput is what a fast machine unpacks in a night.
	DefaultRunOutput = 16 << 40
	// DefaultRunEntries is ten times that of one input.
	DefaultRunEntries = 10 * DefaultEntries
)

// NewRun returns a run of which nothing is spent: output in bytes, zero stands for the defaults.
func NewRun(output, entries int64) *Run {
	orDefault(&output, DefaultRunOutput)
	orDefault(&entries, DefaultRunEntries)
	return &Run{output: output, entries: entries}
}

// Output is how many bytes may be unpacked, and whether more were to be.
func (r *Run) Output() (limit int64, spent bool) { return r.output, r.isUnpacked() }

// Entries is how many entries of archives may be read, and whether there were more.
func (r *Run) Entries() (limit int64, spent bool) { return r.entries, r.entered.Load() > r.entries }

// enter spends an entry, and reports whether it was free.
func (r *Run) enter() bool { return r == nil || r.entered.Add(1) <= r.entries }

func (r *Run) produce(n int) {
	if r != nil {
		r.produced.Add(int64(n))
	}
}

func (r *Run) isUnpacked() bool { return r != nil && r.produced.Load() > r.output }

// state is what a child needs to know of a run.
func (r *Run) state() apart.Run {
	if r == nil {
		return apart.Run{}
	}
	return apart.Run{Output: r.output, Entries: r.entries, Produced: r.produced.Load(), Entered: r.entered.Load()}
}

// runIn is the run of a child, nil where there is none.
func runIn(state apart.Run) *Run {
	if state.Output <= 0 || state.Entries <= 0 {
		return nil
	}
	r := NewRun(state.Output, state.Entries)
	r.set(state.Produced, state.Entered)
	return r
}

// set says what all inputs have spent.
func (r *Run) set(produced, entered int64) {
	if r != nil {
		r.produced.Store(produced)
		r.entered.Store(entered)
	}
}

// add spends what a child has spent.
func (r *Run) add(produced, entered int64) {
	if r != nil {
		r.produced.Add(produced)
		r.entered.Add(entered)
	}
}
