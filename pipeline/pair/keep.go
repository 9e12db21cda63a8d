package pair

import "unsafe"

// Slab copies many small slices with one allocation, which the collector of garbage takes back when none of
// them is used any more. What lives long must not lie in one: it would hold its neighbours.
type Slab[T any] struct{ free []T }

// slabBytes is the size of one allocation: what is held in vain stays small.
const slabBytes = 8 << 10

// Clone returns a copy, nil of what is empty.
func (s *Slab[T]) Clone(from []T) []T {
	n := len(from)
	if n == 0 {
		return nil
	}
	if len(s.free) < n {
		s.free = make([]T, max(n, slabBytes/int(unsafe.Sizeof(from[0]))))
	}
	to := s.free[:n:n]
	s.free = s.free[n:]
	copy(to, from)
	return to
}

// Keeper copies pairs out of the entries that they were decoded from.
type Keeper struct {
	pairs   Slab[Pair]
	secrets Slab[byte]
	inputs  Slab[uint32]
}

// Keep returns a copy that outlives the entry that p was decoded from.
func (k *Keeper) Keep(p *Pair) *Pair {
	kept := &k.pairs.Clone([]Pair{*p})[0]
	kept.Secret, kept.Inputs = k.secrets.Clone(p.Secret), k.inputs.Clone(p.Inputs)
	return kept
}
