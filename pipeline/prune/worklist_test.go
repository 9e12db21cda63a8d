package prune_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/prune"
)

func TestWorklist_gives_out_the_best_class_first(t *testing.T) {
	t.Parallel()
	for _, limit := range []int64{1 << 20, 1} { // in memory, and on disk
		w := prune.NewWorklist(t.TempDir(), limit)
		for _, entry := range []struct {
			class   int
			account uint32
			secret  string
		}{{5, 1, "a"}, {5, 1, "b"}, {2, 2, "c"}, {5, 3, "d"}, {2, 3, "e"}} {
			p := &pair.Pair{Account: entry.account, Secret: []byte(entry.secret), Inputs: []uint32{0}}
			if err := w.Add(entry.class, p); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		err := w.Tasks(func(task pair.Task) error {
			text := fmt.Sprint(task.Account, ":")
			for _, p := range task.Pairs {
				text += string(p.Secret)
			}
			got = append(got, text)
			return nil
		})
		if want := []string{"2:c", "3:e", "1:ab", "3:d"}; err != nil || !slices.Equal(got, want) || w.Pending != 5 {
			t.Errorf("got %v of %d, want %v; %v", got, w.Pending, want, err)
		}
	}
}

// TestWorklist_gives_out_what_a_budget_leaves_last, and does not count it as pending.
func TestWorklist_gives_out_what_a_budget_leaves_last(t *testing.T) {
	t.Parallel()
	w := prune.NewWorklist(t.TempDir(), 1)
	none, all := &prune.Cut{}, prune.Everything()
	for row, cut := range []*prune.Cut{none, all} {
		class := 0
		if cut.Class == 0 {
			class = all.Class // beyond it nothing is verified
		}
		if err := w.Add(class, &pair.Pair{Account: uint32(row), Secret: []byte("a"), Inputs: []uint32{0}}); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	err := w.Tasks(func(task pair.Task) error {
		got = append(got, fmt.Sprint(task.Account, task.Beyond, task.Class == all.Class))
		return nil
	})
	if want := []string{"1 false false", "0 true true"}; err != nil || !slices.Equal(got, want) || w.Pending != 1 {
		t.Errorf("got %v of %d, want %v; %v", got, w.Pending, want, err)
	}
}

func TestWorklist_notes_what_is_over_the_cap(t *testing.T) {
	t.Parallel()
	w := prune.NewWorklist(t.TempDir(), 1<<20)
	defer w.Close()
	for _, inputs := range [][]uint32{{3}, {1, 3}, {2}} {
		w.Exceed(&pair.Pair{Account: 7, Inputs: inputs})
	}
	if over := w.OverCap[7]; len(w.OverCap) != 1 || over.Pairs != 3 || !slices.Equal(over.Inputs, []uint32{1, 2, 3}) {
		t.Errorf("got %+v", over)
	}
}

// TestWorklist_ends_where_a_visit_fails: at the first account of a class, and at the last.
func TestWorklist_ends_where_a_visit_fails(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left")
	for failing := range uint32(3) {
		w := prune.NewWorklist(t.TempDir(), 1<<20)
		for account := range uint32(3) {
			if err := w.Add(int(account/2), &pair.Pair{Account: account, Inputs: []uint32{0}}); err != nil {
				t.Fatal(err)
			}
		}
		visited := 0
		err := w.Tasks(func(task pair.Task) error {
			if visited++; task.Account == failing {
				return full
			}
			return nil
		})
		if !errors.Is(err, full) || visited != int(failing)+1 {
			t.Errorf("%d accounts are visited, %v", visited, err)
		}
	}
}
