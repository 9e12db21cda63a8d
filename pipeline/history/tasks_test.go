package history

import (
	"slices"
	"strings"
	"testing"
)

// lend opens what a history knows of all accounts, as a task does.
func (s *store) lend(h *History) *History {
	s.t.Helper()
	accounts, err := h.Export(0, s.index.Rows(), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	dumps, err := h.ExportDumps()
	if err != nil {
		s.t.Fatal(err)
	}
	lent, err := Lend(Config{Key: s.key, Index: s.index, Now: h.now}, accounts, dumps)
	if err != nil {
		s.t.Fatal(err)
	}
	return lent
}

// TestLend: a task knows what the history knows that lent it; what it learns the history knows when it has learned it, and
// not before.
func TestLend(t *testing.T) {
	t.Parallel()
	s := newStore(t, "shop", "forum")
	h := s.night(1, "u1,$made$up,", "u2,$made$up$2,", "u3,$made$up$3,")
	found := s.decide(h, "u1", "right", true, 0)
	s.decide(h, "u2", "wrong", false, 0)
	s.finish(h, true, found)

	h = s.night(2, "u3,$made$up$3,", "u1,$made$up,", "u2,$made$up$2,")
	task := s.lend(h)
	if task.Durable() || !h.Durable() || (*History)(nil).Durable() {
		t.Error("what a task writes is not on a disk")
	}
	for pair, want := range map[[2]string]bool{{"u1", "right"}: true, {"u1", "other"}: true, {"u2", "wrong"}: true, {"u2", "other"}: false} {
		if got := s.known(task, pair[0], pair[1], 1); got != want {
			t.Errorf("%v is known: %v", pair, got)
		}
	}
	again := s.decide(task, "u3", "right", true, 1)
	s.decide(task, "u2", "other", false, 1)
	_, account := s.row("u2")
	task.Leave(task.Credential(&account), []uint64{4}, false)
	task.Close()
	learned, err := task.Learned()
	if err != nil {
		t.Fatal(err)
	}
	if list, err := task.Standing(s.survey()); err != nil || len(list) > 0 {
		t.Errorf("a task makes %d findings of what stands, %v", len(list), err)
	}
	if err := h.Learn(learned); err != nil {
		t.Fatal(err)
	}
	h.Note(again)
	if err := h.WriteLearned(); err != nil {
		t.Fatal(err)
	}
	list, err := h.Standing(s.survey())
	if err != nil || len(list) != 1 || !slices.Equal(list[0].Evidence().Sources, []string{"forum", "shop"}) {
		t.Errorf("it stands on %+v, %v", list, err)
	}
	s.finish(h, true, again)

	h = s.night(3, "u3,$made$up$3,", "u1,$made$up,", "u2,$made$up$2,")
	if !s.known(h, "u3", "right", 0) || !s.known(h, "u2", "other", 0) || s.known(h, "u2", "third", 0) {
		t.Error("what a task has decided is not known")
	}
	if waiting, err := h.Waiting(h.Credential(&account)); err != nil || !slices.Equal(waiting, []uint64{4}) {
		t.Errorf("waiting %v, %v", waiting, err)
	}
	s.finish(h, true)
}

// TestLend_refuses what is not one of these.
func TestLend_refuses(t *testing.T) {
	t.Parallel()
	s := newStore(t, "shop")
	h := s.night(1, "u1,$made$up,")
	if accounts, err := h.Export(0, 1, nil); accounts != nil || err != nil {
		t.Errorf("a new state knows %q, %v", accounts, err)
	}
	cfg := Config{Key: s.key, Index: s.index, Now: h.now}
	for _, text := range []string{"{", `{"findings":[{}]}`} {
		if _, err := Lend(cfg, []byte(text), nil); err == nil || !strings.Contains(err.Error(), "not what this version writes") {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{"", `{"changed":[{}]}`, `{"noted":[{}]}`} {
		if err := h.Learn([]byte(text)); err == nil || !strings.Contains(err.Error(), "not what this version writes") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
