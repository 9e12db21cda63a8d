package main

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
)

func TestDescribePartial(t *testing.T) {
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
		if got := describePartial(&m); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
