package pipeline

import (
	"slices"

	"github.com/credsieve/credsieve/pipeline/pair"
)

// sharing finds the pairs of an account among those of a record that names many.
type sharing struct {
	newest map[uint32]int // pair of each account, -1: none yet
	older  []int          // for each pair, the one before it of its account, -1: none
}

// link notes the next pair, which is of an account that is known.
func (s *sharing) link(account uint32) {
	s.older = append(s.older, s.newest[account])
	s.newest[account] = len(s.older) - 1
}

// share notes the account that was added last.
func (h *hit) share(account uint32) {
	switch {
	case h.shared != nil:
		h.shared.newest[account] = -1
	case len(h.accounts) > pair.FewAccounts:
		h.shared = &sharing{newest: make(map[uint32]int)}
		for _, a := range h.accounts {
			h.shared.newest[a] = -1
		}
		for i := range h.pairs {
			h.shared.link(h.pairs[i].Account)
		}
	}
}

// names reports whether the record is known to name an account.
func (h *hit) names(account uint32) bool {
	if h.shared == nil {
		return slices.Contains(h.accounts, account)
	}
	_, ok := h.shared.newest[account]
	return ok
}

// last is where to begin looking for a pair of an account; -1: there is none.
func (h *hit) last(account uint32) int {
	if h.shared == nil {
		return len(h.pairs) - 1
	}
	return h.shared.newest[account]
}

// before is where to look next.
func (h *hit) before(pair int) int {
	if h.shared == nil {
		return pair - 1
	}
	return h.shared.older[pair]
}
