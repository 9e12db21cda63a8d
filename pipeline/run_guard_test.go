package pipeline

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/guard"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// TestJudge_refuses_counts_that_do_not_balance, before anything is staged.
func TestJudge_refuses_counts_that_do_not_balance(t *testing.T) {
	t.Parallel()
	r := &run{cfg: Config{Limits: guard.Limits{MaxAccounts: 1, MaxShare: 1, MaxConfirmRate: 1}}}
	s := &screened{inputs: pair.NewInputs(nil)}
	for records, want := range map[int64]bool{0: true, 1: false} {
		j, err := r.judge(s, &verdicts{}, &rundir.Manifest{Counts: rundir.Counts{RecordsRead: records}}, nil)
		if (err == nil) != want || (j != nil) != want {
			t.Errorf("%d records that became nothing: %+v, %v", records, j, err)
		}
	}
}
