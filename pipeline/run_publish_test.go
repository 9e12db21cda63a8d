package pipeline

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
)

func TestFactsOf_leaves_out_what_is_outstanding(t *testing.T) {
	list := []rundir.Row{{Status: statusNew}, {Status: statusOutstanding}, {Status: statusOutstanding}, {}}
	if got := factsOf(new(rundir.Manifest), list).Listed; got != 2 {
		t.Errorf("%d newly listed", got)
	}
}
