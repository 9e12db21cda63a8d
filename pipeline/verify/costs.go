package verify

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/credsieve/credsieve/hashing/stored"
)

// Costs are what verifications take, measured once for each scheme and cost of stored hashes. The zero value
// has measured nothing. They are safe for concurrent use.
type Costs struct {
	mu    sync.Mutex
	known map[string]*Cost
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
	c.known[name] = &Cost{Scheme: scheme, Params: params, Each: measure(hash), Memory: hash.Memory()}
	return c.known[name]
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
