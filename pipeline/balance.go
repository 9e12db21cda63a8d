package pipeline

import (
	"encoding/binary"
	"sync"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/spool"
)

// balance counts what became of the records with candidates, from what became of their pairs. Nearly all
// records have one pair, and are counted when it is settled; of the others one byte each is kept. It is
// safe for concurrent use.
type balance struct {
	mu         sync.Mutex
	settled    [stateCount]int64
	several    []pairState // by number, from 1
	duplicates int64

	events *spool.Spool         // what became of each pair, by account; nil: nobody asks
	partOf func(row uint32) int // partition of an account
	event  []byte
	err    error // the first of events
}

// record takes in a record with so many pairs and returns the number that its pairs carry.
func (b *balance) record(pairs int) uint32 {
	if pairs == 1 {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.several = append(b.several, stateUnspecified)
	return uint32(len(b.several))
}

// first notes that a record brought a pair that no record before it did.
func (b *balance) first(p *pair) {
	if p.several != 0 {
		b.put(p.several, statePending)
	}
}

// again notes that a record repeats a pair.
func (b *balance) again(p *pair) {
	if p.several == 0 {
		b.mu.Lock()
		b.duplicates++
		b.mu.Unlock()
	}
}

// settle notes what became of a pair, once.
func (b *balance) settle(p *pair, state pairState) {
	p.state = state
	b.put(p.several, state)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.events != nil && b.err == nil {
		b.event = binary.BigEndian.AppendUint32(append(b.event[:0], byte(state)), p.account)
		b.err = b.events.Add(b.partOf(p.account), b.event)
	}
}

// ends returns what became of the pairs of each account of a partition, once.
func (b *balance) ends(part int) (endsByRow, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	ends := make(endsByRow)
	if b.err != nil || b.events == nil {
		return ends, b.err
	}
	return ends, b.events.Read(part, func(event []byte) error {
		ends.add(binary.BigEndian.Uint32(event[1:]), pairState(event[0]))
		return nil
	})
}

func (b *balance) put(several uint32, state pairState) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if several == 0 {
		b.settled[state]++
		return
	}
	b.several[several-1] = max(b.several[several-1], state)
}

// fill adds up. A pair that was never settled is missing in the sums, which then do not balance: a run
// that forgot one fails.
func (b *balance) fill(counts *rundir.Counts) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := b.settled
	for _, state := range b.several {
		n[state]++
	}
	counts.Duplicates = b.duplicates + n[stateUnspecified] // no pair of theirs was new
	counts.PrunedPolicy, counts.Remembered = n[statePrunedPolicy], n[stateRemembered]
	counts.OverCap = n[stateOverCap]
	counts.Confirmed, counts.Moot, counts.Refuted = n[stateConfirmed], n[stateMoot], n[stateRefuted]
	counts.Indeterminate, counts.Unchecked = n[stateIndeterminate], n[stateUnchecked]
	counts.Candidates = counts.Confirmed + counts.Moot + counts.Refuted + counts.Indeterminate + counts.Unchecked
}
