package history

import (
	"slices"
	"testing"
)

// TestLeave: what waits is found again by its print, and forgotten when it had its turn. There is a limit.
func TestLeave(t *testing.T) {
	t.Parallel()
	s := newStore(t, "shop")
	h := s.night(1, "u1,$made$up,", "u2,$made$up$2,")
	a, p := s.pair("u1", "later", 0)
	b, _ := s.pair("u2", "later", 0)
	print := h.Print(h.Credential(a), a, p)
	h.Leave(h.Credential(a), []uint64{print}, false)
	h.Leave(h.Credential(b), nil, false)
	h.Leave(h.Credential(b), make([]uint64, mostLeft), false)
	if len(h.waiting) != 1 {
		t.Errorf("%d accounts have something waiting", len(h.waiting))
	}
	s.finish(h, true)
	h = s.night(2, "u1,$made$up,", "u2,$made$up$2,")
	if got, err := h.Waiting(h.Credential(a)); err != nil || !slices.Equal(got, []uint64{print}) || h.Print(h.Credential(a), a, p) != print {
		t.Errorf("waiting %v, %v", got, err)
	}
	if got, err := h.Waiting(h.Credential(b)); err != nil || got != nil {
		t.Errorf("beyond the limit, waiting %d, %v", len(got), err)
	}
	h.Leave(h.Credential(a), nil, true)
	s.finish(h, true)
	h = s.night(3, "u1,$made$up,")
	if got, err := h.Waiting(h.Credential(a)); err != nil || len(got) > 0 {
		t.Errorf("it had its turn, and waits: %v, %v", got, err)
	}
}
