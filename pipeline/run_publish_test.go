package pipeline

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/guard"
)

func TestFactsOf_leaves_out_what_is_outstanding(t *testing.T) {
	t.Parallel()
	list := []rundir.Row{{Status: finding.StatusNew}, {Status: finding.StatusOutstanding}, {Status: finding.StatusOutstanding}, {}}
	if got := factsOf(new(rundir.Manifest), list, guard.Rate{}, guard.Rate{}).Listed; got != 2 {
		t.Errorf("%d newly listed", got)
	}
}
