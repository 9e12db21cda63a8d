package unpack

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/credsieve/credsieve/datasets/dump/internal/apart"
)

// Budget holds what is spent of Limits, by one walk or by several that share it, at the same time as
// well. Member, Ratio and Depth are about one member or one input each, and so not spent.
type Budget struct {
	limits Limits
	run    *Run // nil: nothing is shared with other inputs

	output  atomic.Int64 // bytes
	held    atomic.Int64 // bytes
	entries atomic.Int64
	windows atomic.Int64 // bytes of dictionaries
	opening atomic.Int64 // nanoseconds
}

// NewBudget returns a budget of which nothing is spent.
func NewBudget(limits Limits) *Budget { return NewBudgetOf(limits, nil) }

// NewBudgetOf is NewBudget of one input of a run. Nil: of none.
func NewBudgetOf(limits Limits, of *Run) *Budget {
	return &Budget{limits: limits.withDefaults(), run: of}
}

// enter spends an entry of an archive, of this input and of the run.
func (b *Budget) enter() bool {
	if b.entries.Add(1) <= int64(b.limits.Entries) {
		return true
	}
	b.entries.Add(-1)
	return false
}

// hold spends bytes of memory, and reports whether they were free. They are spent in either case,
// until give gives them back.
func (b *Budget) hold(n int64) bool { return b.held.Add(n) <= b.limits.Held }
func (b *Budget) give(n int64)      { b.held.Add(-n) }

// room is how much memory is not spent.
func (b *Budget) room() int64 { return b.limits.Held - b.held.Load() }

// takeDictionaries spends memory for the dictionaries of the decoders that one stream goes through, until give gives it
// back. Archives within archives share it.
func (b *Budget) takeDictionaries(n int64) (give func(), err error) {
	if b.windows.Add(n) > max7zDictionaries {
		b.windows.Add(-n)
		return nil, limitError(fmt.Sprintf("its decoders need dictionaries of %s together, over the limit of %s: %s",
			ByteSize(int(n)), ByteSize(max7zDictionaries), way7z))
	}
	return func() { b.windows.Add(-n) }, nil
}

// open calls what opens an entry, guarded, and spends the time that it takes.
func (b *Budget) open(ctx context.Context, call func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if time.Duration(b.opening.Load()) > maxOpening {
		return limitError(fmt.Sprintf("its entries take more than %v to open: extract it first",
			maxOpening))
	}
	start := time.Now()
	err := guarded(call)
	b.opening.Add(int64(time.Since(start)))
	return err
}

// opening is Budget.open of this walk.
func (w *walker) opening(call func() error) error {
	if w.alive != nil {
		w.alive()
	}
	return w.budget.open(w.ctx, call)
}

// spent is what this walk, and others that share its budget, have cost.
func (w *walker) spent() apart.Spent {
	return apart.Spent{
		Produced: w.produced, Output: w.budget.output.Load(), Entries: w.budget.entries.Load(), Asked: w.asked,
		Opening: w.budget.opening.Load(),
	}
}

// mayEnter counts an entry of an archive, and reports whether it may still be read. The sentence
// about those that may not is written once.
func (w *walker) mayEnter(m *Member) bool {
	if !w.tooDense {
		w.asked++
	}
	switch {
	case w.tooDense:
		w.lose(m, "its further entries were not read")
		return false
	case !w.budget.run.enter():
		w.lose(m, fmt.Sprintf("the archives of this run have over %d entries, the limit (--max-entries), and the further ones "+
			"were not read", w.budget.run.entries))
		return false
	case !w.budget.enter():
		w.lose(m, fmt.Sprintf("it has more than %d entries, and the further ones were not read",
			w.limits.Entries))
		return false
	}
	return true
}

// overLimit says which limit is met by a member of n bytes.
func (w *walker) overLimit(n int64) error {
	switch {
	case w.budget.run.isUnpacked():
		w.tooDense = true
		return limitError(fmt.Sprintf("the inputs of this run unpack to over %s, the limit (--max-unpacked)",
			ByteSize(int(w.budget.run.output))))
	case w.budget.output.Load() > w.limits.Output:
		w.tooDense = true
		return limitError(fmt.Sprintf("the input unpacks to over %s, the limit",
			ByteSize(int(w.limits.Output))))
	case w.produced > w.limits.Free && w.produced/int64(w.limits.Ratio) > w.consumed():
		w.tooDense = true
		return limitError(fmt.Sprintf("it unpacks to over %d times its size, the limit",
			w.limits.Ratio))
	case n > w.limits.Member:
		return limitError(fmt.Sprintf("it unpacks to over %s, the limit for one member",
			ByteSize(int(w.limits.Member))))
	}
	return nil
}

// produce counts bytes that a decompressor has made.
func (w *walker) produce(n int) {
	w.produced += int64(n)
	w.budget.output.Add(int64(n))
	w.budget.run.produce(n)
}
