package court

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/finding"
)

func TestNewRows_leaves_out_what_is_outstanding(t *testing.T) {
	t.Parallel()
	list := []rundir.Row{{Status: finding.StatusNew}, {Status: finding.StatusOutstanding}, {Status: finding.StatusOutstanding}, {}}
	if got := newRows(list); got != 2 {
		t.Errorf("%d newly listed", got)
	}
}
