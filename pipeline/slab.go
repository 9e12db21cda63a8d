package pipeline

import "unsafe"

// slab copies many small slices with one allocation, which the collector of garbage takes back when none of
// them is used any more. What lives long must not lie in one: it would hold its neighbours.
type slab[T any] struct{ free []T }

// slabBytes is the size of one allocation: what is held in vain stays small.
const slabBytes = 8 << 10

// clone returns a copy, nil of what is empty.
func (s *slab[T]) clone(from []T) []T {
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

// keeper copies pairs out of the entries that they were decoded from.
type keeper struct {
	pairs   slab[pair]
	secrets slab[byte]
	inputs  slab[uint32]
}

// keep returns a copy that outlives the entry that p was decoded from.
func (k *keeper) keep(p *pair) *pair {
	kept := &k.pairs.clone([]pair{*p})[0]
	kept.secret, kept.inputs = k.secrets.clone(p.secret), k.inputs.clone(p.inputs)
	return kept
}
