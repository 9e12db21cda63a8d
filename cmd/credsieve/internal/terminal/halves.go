package terminal

import (
	"sync"

	"github.com/credsieve/credsieve/pipeline/progress"
)

// Half is a phase of which another one follows, or that follows one.
type Half struct {
	Name string
	Unit progress.Unit
}

// Halves turns one running total into two phases: so many of the first, and then the second. It is safe for concurrent use.
type Halves struct {
	progress      progress.Progress
	first         int
	before, after Half

	mu    sync.Mutex
	meter progress.Meter
	seen  int
	ended bool
}

// NewHalves returns one that has seen nothing; first is how many belong to the first phase.
func NewHalves(p progress.Progress, first int, before, after Half) *Halves {
	return &Halves{progress: p, first: first, before: before, after: after}
}

// Update says how many are done, of how many in both phases.
func (h *Halves) Update(done, total int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended {
		return
	}
	if h.meter == nil {
		h.meter = h.progress.Phase(h.before.Name, int64(h.first), h.before.Unit)
	}
	if h.seen < h.first && done >= h.first {
		h.meter.Add(int64(h.first - h.seen))
		h.meter.Done()
		h.seen = h.first
		h.meter = h.progress.Phase(h.after.Name, int64(total-h.first), h.after.Unit)
	}
	h.meter.Add(int64(done - h.seen))
	h.seen = done
}

// Done ends the phase under way. It may be called more than once.
func (h *Halves) Done() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.meter != nil && !h.ended {
		h.meter.Done()
	}
	h.ended = true
}
