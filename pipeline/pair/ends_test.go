package pair_test

import (
	"testing"

	"github.com/credsieve/credsieve/pipeline/pair"
)

// TestEndLog: what a balance settles and what other tasks hand on add up, by account, in memory and on disk.
func TestEndLog(t *testing.T) {
	t.Parallel()
	for _, limit := range []int64{1 << 20, 1} {
		parts := pair.NewParts(1000)
		log := pair.NewEndLog(t.TempDir(), limit, parts)
		defer log.Close()
		b := pair.NewBalance(log)
		for state, times := range map[pair.State]int{
			pair.StateRefuted: 3, pair.StateIndeterminate: 1, pair.StateUnchecked: 2, pair.StateOverCap: 4, pair.StatePrunedPolicy: 5,
			pair.StateRemembered: 6, pair.StateConfirmed: 1, pair.StateMoot: 2,
		} {
			for range times {
				b.Settle(&pair.Pair{Account: 7}, state)
			}
		}
		b.Settle(&pair.Pair{Account: 8, Unit: pair.SweptUnit(0, 1)}, pair.StateOverCap)
		handed := pair.Ends{Candidates: 100, Refuted: 20, Open: 30, Pruned: 40, Remembered: 50}
		log.Add(8, handed)
		log.Add(8, handed)
		log.Add(999, handed)
		want := map[uint32]pair.Ends{
			7: {Candidates: 24, Refuted: 3, Open: 7, Pruned: 5, Remembered: 6},
			8: {Candidates: 201, Refuted: 40, Open: 61, Pruned: 80, Remembered: 100}, 999: handed,
		}
		for part := range pair.Partitions {
			ends, err := log.Of(part)
			if err != nil {
				t.Fatal(err)
			}
			for row, got := range ends {
				if got != want[row] || parts.Of(row) != part {
					t.Errorf("account %d in partition %d: %+v, want %+v", row, part, got, want[row])
				}
				delete(want, row)
			}
		}
		if len(want) != 0 {
			t.Errorf("missing: %v", want)
		}
	}
}

// TestEndLog_that_cannot_be_written says so when it is asked, whatever came after the fault.
func TestEndLog_that_cannot_be_written(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(*pair.EndLog){
		"handed on": func(l *pair.EndLog) { l.Add(7, pair.Ends{Candidates: 1}) },
		"settled":   func(l *pair.EndLog) { pair.NewBalance(l).Settle(&pair.Pair{Account: 7}, pair.StateRefuted) },
	} {
		log := pair.NewEndLog(t.TempDir()+"/is/not/there", 1, pair.NewParts(1000))
		for range 100_000 {
			write(log)
		}
		if ends, err := log.Of(7 / 4); err == nil {
			t.Errorf("%s: %v", name, ends)
		}
		log.Close()
	}
}
