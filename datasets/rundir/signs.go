package rundir

import "slices"

// Limits that are signs of a leak of our own store when a list does not pass them. The last is one only where it was
// exceeded: as 0 it lets no list pass at all.
const (
	limitCanaries    = "canaries"
	limitEqualHashes = "equal_hashes"
	limitConfirmRate = "max_confirm_rate"
)

// OwnLeak reports whether a refusal is a sign that our own store has leaked, and not only of a night with much to do.
func (r Refusal) OwnLeak() bool {
	switch r.Limit {
	case limitCanaries, limitEqualHashes:
		return true
	case limitConfirmRate:
		return r.Allowed > 0
	default:
		return false
	}
}

// Signs names the limits whose refusals are signs of a leak of our own store, each once, sorted.
func (g Guard) Signs() []string {
	var signs []string
	for _, r := range g.Refusals {
		if r.OwnLeak() {
			signs = append(signs, r.Limit)
		}
	}
	slices.Sort(signs)
	return slices.Compact(signs)
}

// ByWeight returns the refusals, those first that are signs of a leak of our own store.
func (g Guard) ByWeight() []Refusal {
	list := slices.Clone(g.Refusals)
	slices.SortStableFunc(list, func(a, b Refusal) int {
		switch {
		case a.OwnLeak() == b.OwnLeak():
			return 0
		case a.OwnLeak():
			return -1
		default:
			return 1
		}
	})
	return list
}
