package pair

import (
	"sync"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// Balance counts what became of the records with candidates, from what became of their pairs. Nearly all
// records have one pair, and are counted when it is settled; of the others three bytes each are kept. It is
// safe for concurrent use. The texts of sweeps are no records: of them only the log is told.
type Balance struct {
	log *EndLog // nil: nobody asks

	mu         sync.Mutex
	settled    [stateCount]int64
	several    unitStates // of records with several pairs
	duplicates int64
}

// NewBalance returns a balance of nothing yet. What becomes of each pair is also noted in log, unless that is nil.
func NewBalance(log *EndLog) *Balance { return &Balance{log: log, several: make(unitStates)} }

// Record takes in a record with so many pairs, and reports whether they are several.
func (b *Balance) Record(unit Unit, pairs int) (several bool) {
	if pairs == 1 || unit.Swept() {
		return false
	}
	b.raise(unit, StateUnspecified)
	return true
}

// First notes that a record brought a pair that no record before it did.
func (b *Balance) First(p *Pair) {
	if p.Several {
		b.raise(p.Unit, StatePending)
	}
}

// Again notes that a record repeats a pair.
func (b *Balance) Again(p *Pair) {
	if !p.Several && !p.Unit.Swept() {
		b.mu.Lock()
		b.duplicates++
		b.mu.Unlock()
	}
}

// Settle notes what became of a pair, once. Of the pair it wants account and unit only.
func (b *Balance) Settle(p *Pair, state State) {
	switch {
	case p.Unit.Swept():
	case p.Several:
		b.raise(p.Unit, state)
	default:
		b.mu.Lock()
		b.settled[state]++
		b.mu.Unlock()
	}
	if b.log != nil {
		b.log.add(p.Account, state)
	}
}

func (b *Balance) raise(unit Unit, state State) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.several.raise(unit, state)
}

// Merge takes in what another balance counted of other records, or of other pairs of the same ones. The other one
// must not be in use. Merging is associative and commutative; logs are not merged.
func (b *Balance) Merge(other *Balance) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for state, n := range other.settled {
		b.settled[state] += n
	}
	b.several.merge(other.several)
	b.duplicates += other.duplicates
}

// Fill adds up. A pair that was never settled is missing in the sums, which then do not balance: a run
// that forgot one fails.
func (b *Balance) Fill(counts *rundir.Counts) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := b.settled
	b.several.count(&n)
	counts.Duplicates = b.duplicates + n[StateUnspecified] // no pair of theirs was new
	counts.PrunedPolicy, counts.Remembered = n[StatePrunedPolicy], n[StateRemembered]
	counts.OverCap = n[StateOverCap]
	counts.Confirmed, counts.Moot, counts.Refuted = n[StateConfirmed], n[StateMoot], n[StateRefuted]
	counts.Indeterminate, counts.Unchecked = n[StateIndeterminate], n[StateUnchecked]
	counts.Candidates = counts.Confirmed + counts.Moot + counts.Refuted + counts.Indeterminate + counts.Unchecked
}
