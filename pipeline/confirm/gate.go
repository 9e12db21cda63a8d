package confirm

import (
	"context"
	"sync"
	"time"
)

// Gate bounds the verifications under way: those being computed, and those whose verdict is being written.
// A kill loses no more than these. As many are computed at once as there are workers; beyond them there
// are as many as it takes to keep the workers busy while verdicts are on their way to the disk: about as
// many again for common hashes, more for hashes that are cheaper than a write.
type Gate struct {
	workers int
	most    int

	mu       sync.Mutex
	under    int
	compute  time.Duration // of one verification, a moving average
	write    time.Duration // of one verdict
	released chan struct{} // closed whenever there may be room
	slots    chan struct{}
}

// mostUnderWay bounds what a kill can cost, in verifications.
const mostUnderWay = 64

// NewGate returns a gate for so many workers. Writes says that their verdicts are written down.
func NewGate(workers int, writes bool) *Gate {
	g := &Gate{workers: workers, most: workers, released: make(chan struct{})}
	if writes {
		g.most = max(mostUnderWay, 2*workers)
	}
	g.slots = make(chan struct{}, workers)
	return g
}

// Most is how many tasks can be under way at once.
func (g *Gate) Most() int { return g.most }

// enter waits for room for one more verification, and for a worker.
func (g *Gate) enter(ctx context.Context) error {
	for {
		g.mu.Lock()
		if g.under < g.limit() {
			g.under++
			g.mu.Unlock()
			break
		}
		released := g.released
		g.mu.Unlock()
		select {
		case <-released:
		case <-ctx.Done():
			return ctx.Err()
		}
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
func (g *Gate) limit() int {
	if g.most == g.workers {
		return g.workers
	}
	waiting := 1
	if g.compute > 0 {
		waiting += int(g.write / g.compute)
	}
	return min(g.workers*(1+waiting), g.most)
}

// verified notes that a verification was computed: its worker is free.
func (g *Gate) verified(took time.Duration) {
	<-g.slots
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
	close(g.released)
	g.released = make(chan struct{})
}

func average(have, next time.Duration) time.Duration {
	if have == 0 {
		return next
	}
	return (7*have + next) / 8
}
