package summary

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
)

func TestRefusal_says_what_the_list_adds_up_to(t *testing.T) {
	t.Parallel()
	m := &rundir.Manifest{
		Listed: rundir.Listed{New: 2, Outstanding: 3}, Counts: rundir.Counts{AccountsListed: 5},
	}
	for want, r := range map[string]rundir.Refusal{
		"a; 2 new (limit 1) + 3 outstanding = 5 on the list":  {Limit: "max_accounts", Allowed: 1, Message: "a"},
		"b; 2 new (limit 7%) + 3 outstanding = 5 on the list": {Limit: "max_share", Allowed: 0.07, Message: "b"},
		"c": {Limit: "canaries", Message: "c"},
	} {
		if got := Refusal(m, r); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestPartial(t *testing.T) {
	t.Parallel()
	in := func(status string) rundir.Input { return rundir.Input{Status: status} }
	for want, m := range map[string]rundir.Manifest{
		"partial: 1 input was not read to its end": {Inputs: []rundir.Input{in("read"), in("skipped")}},
		"partial: 2 inputs were not read to their end, 1 entry in undecided.csv": {
			Inputs:  []rundir.Input{in("partial"), in("skipped")},
			Outputs: []rundir.Output{{Path: "undecided.csv", Rows: 1}},
		},
		"partial: 3 entries in undecided.csv": {Outputs: []rundir.Output{{Path: "undecided.csv", Rows: 3}}},
		"partial: 2 candidates were not decided": {
			Counts:  rundir.Counts{Indeterminate: 2},
			Outputs: []rundir.Output{{Path: "undecided.csv"}},
		},
	} {
		if got := Partial(&m); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
