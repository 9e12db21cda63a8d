package pipeline

import "testing"

// TestPrune_a_first_reading_of_any_record_is_one: what another record says plainly does not stand behind
// whatever else is on the list, unless that record is made up.
func TestPrune_a_first_reading_of_any_record_is_one(t *testing.T) {
	s := threeDumps(t, func(s *screened) {
		s.mustAdd(t, 0, exact(1, "one | tail"), exact(1, "one"))
		s.mustAdd(t, 0, exact(1, "two | tail"), exact(1, "two"))
		s.mustAdd(t, 1, exact(1, "one"))
		if err := s.intake.add(2, false, []joined{exact(1, "two")}); err != nil {
			t.Fatal(err)
		}
	})
	_, tasks := pruned(t, s, 64)
	if got := secrets(tasks[0].pairs); got != "one one | tail two | tail two" {
		t.Errorf("order is %s", got)
	}
}
