package confirm

import (
	"context"
	"sync"
	"time"

	"github.com/credsieve/credsieve/hashing/stored"
)

// Gate bounds the verifications under way: those being computed, and those whose verdict is being written.
// A kill loses no more than these. As many are computed at once as there are workers; beyond them there
// are as many as it takes to keep the workers busy while verdicts are on their way to the disk: about as
// many again for common hashes, more for hashes that are cheaper than a write.
type Gate struct {
	workers int
	most    int
	writes  bool

	mu       sync.Mutex
	under    int
	waiting  int           // for room
	compute  time.Duration // of one verification, a moving average
	write    time.Duration // of one verdict
	released chan struct{} // closed when there may be room for those who wait
	slots    chan struct{}
}

// mostUnderWay bounds what a kill can cost, in verifications.
const mostUnderWay = 64

// NewGate returns a gate for so many workers. Writes says that their verdicts are written down. Kernels share their workers
// with what is computed without them; nil: there are none.
func NewGate(workers int, writes bool, kernels *stored.Kernels) *Gate {
	g := &Gate{workers: workers, writes: writes, released: make(chan struct{})}
	g.slots = kernels.Slots()
	if g.slots == nil {
		g.slots = make(chan struct{}, workers)
	}
	g.most = g.mostOf(max(kernels.MostWidth(), 1))
	return g
}

// mostOf is how many verifications of a width can be under way, with one batch computed by each worker and one that waits.
func (g *Gate) mostOf(width int) int {
	most := g.workers
	if width > 1 {
		most = 2 * g.workers * width
	}
	if g.writes {
		return max(mostUnderWay, 2*g.workers*width)
	}
	return most
}

// Most is how many tasks can be under way at once.
func (g *Gate) Most() int { return g.most }

// enter waits for room for one more verification. One that is computed alone also waits for a worker; others do where they
// are put together.
func (g *Gate) enter(ctx context.Context, width int) error {
	for {
		g.mu.Lock()
		if g.under < g.limit(width) {
			g.under++
			g.mu.Unlock()
			break
		}
		g.waiting++
		released := g.released
		g.mu.Unlock()
		select {
		case <-released:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if width > 1 {
		return nil
	}
	select {
	case g.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		g.leave()
		return ctx.Err()
	}
}

// limit is for the caller who holds the lock.
func (g *Gate) limit(width int) int {
	waiting := 1
	if g.compute > 0 && g.writes {
		waiting += int(g.write / g.compute)
	}
	switch most := g.mostOf(width); {
	case width > 1:
		return min(g.workers*width*(1+waiting), most)
	case !g.writes:
		return most
	default:
		return min(g.workers*(1+waiting), most)
	}
}

// verified notes that a verification was computed: its worker is free.
func (g *Gate) verified(width int, took time.Duration) {
	if width == 1 {
		<-g.slots
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.compute = average(g.compute, took)
}

// written notes that its verdict is on disk.
func (g *Gate) written(took time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.write = average(g.write, took)
}

// leave ends a verification.
func (g *Gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.under--
	if g.waiting > 0 {
		g.waiting = 0
		close(g.released)
		g.released = make(chan struct{})
	}
}

func average(have, next time.Duration) time.Duration {
	if have == 0 {
		return next
	}
	return (7*have + next) / 8
}
