package verify

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/credsieve/credsieve/hashing/stored"
)

// Costs are what verifications take, measured once for each scheme and cost of stored hashes, or fixed. The zero value
// has measured nothing. They are safe for concurrent use.
type Costs struct {
	mu    sync.Mutex
	known map[string]*Cost
	other *Cost // what further kinds cost, nil: they are measured
}

// Cost is what one verification of a kind of stored hash takes.
type Cost struct {
	Scheme, Params string
	Each           time.Duration
	Memory         int64 // bytes
}

// Of returns what verifications of a kind of stored hash take, measured on the first one of it. The same kind
// has the same Cost.
func (c *Costs) Of(hash stored.Hash) *Cost {
	c.mu.Lock()
	defer c.mu.Unlock()
	scheme, params := string(hash.Scheme()), hash.Params()
	name := scheme + " " + params
	if known, ok := c.known[name]; ok {
		return known
	}
	if c.known == nil {
		c.known = make(map[string]*Cost)
	}
	cost := &Cost{Scheme: scheme, Params: params, Memory: hash.Memory()}
	if c.other != nil {
		cost.Each = c.other.Each
	} else {
		cost.Each = measure(hash)
	}
	c.known[name] = cost
	return cost
}

// Fix says what verifications take, in the place of a measurement: those of other kinds take what the dearest of these does.
func (c *Costs) Fix(costs []Cost) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known, c.other = make(map[string]*Cost), new(Cost)
	for _, cost := range costs {
		c.known[cost.Scheme+" "+cost.Params] = &cost
		if cost.Each > c.other.Each {
			c.other = &cost
		}
	}
}

// All are the costs measured so far, in no order.
func (c *Costs) All() []*Cost {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Collect(maps.Values(c.known))
}

// measure times a verification. The first of a cheap kind takes many times as long as those after it.
func measure(hash stored.Hash) time.Duration {
	const most, enough = 5, 20 * time.Millisecond
	var best, spent time.Duration
	for n := 0; n < most && spent < enough; n++ {
		begin := time.Now()
		hash.Verify([]byte("a measurement, not a candidate"))
		took := time.Since(begin)
		spent += took
		if n == 0 || took < best {
			best = took
		}
	}
	return best
}
