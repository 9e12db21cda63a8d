package review

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// TestAnswers_of_a_run_that_loses_a_file after it was verified are errors: what cannot be read is not taken for nothing.
func TestAnswers_of_a_run_that_loses_a_file(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"accounts.csv", "undecided.csv", "at_risk.csv", "held/at_risk.csv"} {
		n := night{rows: []rundir.Row{row("out", "1")}, waiting: []rundir.Row{row("held", "2")}}
		dir := n.publish(t)
		m, err := rundir.Verify(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		run, err := openRun(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if x, err := explain(dir, m, "out"); err == nil {
			t.Errorf("without %s: %+v", name, x)
		}
		if name != "accounts.csv" {
			continue
		}
		if err := new(Diff).addGone(run, run, dir); err == nil {
			t.Error("what is gone is told without it")
		}
		if ids, err := (&Question{Dir: dir, AccountID: "out"}).inRun(); err == nil {
			t.Errorf("the accounts are known without it: %v", ids)
		}
		if known, err := (RecheckConfig{Dir: dir}).known(nil); err == nil {
			t.Errorf("the times of changes are known without it: %+v", known)
		}
	}
}
