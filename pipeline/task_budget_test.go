package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// TestTasks_with_a_budget: a number of candidates is verified that is the same ones on one machine and however a run is divided.
func TestTasks_with_a_budget(t *testing.T) {
	t.Parallel()
	cfg := taskConfig(t)
	whole, err := Run(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	all := whole.Manifest.Counts.Candidates
	cuts := randomCuts(6, 200_000)
	if testing.Short() {
		cuts = cuts[2:5]
	}
	for i, cut := range cuts {
		cfg.ConfirmMost = []int64{1, all / 10, all / 2, 20 * all, 1 + rand.Int64N(all), 1 + rand.Int64N(all)}[i]
		t.Run(fmt.Sprint(cfg.ConfirmMost, "_of_", all, "_", cut.Partitions, "_", cut.ShardSize), func(t *testing.T) {
			cfg := cfg
			cfg.asked = []int64{0, 200, 3}[i%3] // all, some, nearly none
			cfg.Out = filepath.Join(t.TempDir(), "local")
			outcome, err := Run(context.Background(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			c := outcome.Manifest.Counts
			t.Logf("%d verifications, %d unchecked", c.Verifications, c.Unchecked)
			if left := c.Unchecked > 0; cfg.asked == 0 && left != (cfg.ConfirmMost < all) || left != (outcome.Manifest.Undecided["unchecked"] > 0) {
				t.Errorf("%d are unchecked, with a budget of %d for %d", c.Unchecked, cfg.ConfirmMost, all)
			}
			p := planTasks(t, cfg, cut)
			p.cfg.ConfirmMost = 0 // the plan says it
			p.screen(t)
			p.confirm(t)
			sameRuns(t, cfg.Out, p.publish(t))
		})
	}
}

// TestTasks_with_a_budget_of_time: a plan fixes what a verification costs, and what the tasks verify takes no longer than the
// budget then. One that is ample leaves nothing, and publishes what one machine does with a deadline that it does not meet.
func TestTasks_with_a_budget_of_time(t *testing.T) {
	t.Parallel()
	cfg := taskConfig(t)
	cfg.ConfirmBudget = time.Hour
	local, err := Run(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	all := local.Manifest.Counts
	if all.Unchecked > 0 || all.AccountsListed < 5 {
		t.Fatalf("the local run shows little: %+v", all)
	}
	each := time.Duration(0)
	for _, budget := range []time.Duration{time.Hour, 1, 0} { // 0: half of what is needed
		cfg.ConfirmBudget = cmp.Or(budget, each*time.Duration(all.Candidates)/2)
		p := planTasks(t, cfg, PlanOptions{Partitions: 7, ShardSize: 50_000})
		p.cfg.ConfirmBudget = 0
		costs := p.run.Plan.Settings.Budget.Costs
		if len(costs) == 0 || costs[0].Each <= 0 {
			t.Fatalf("costs %v", costs)
		}
		each = costs[0].Each
		p.screen(t)
		p.confirm(t)
		got := p.publish(t)
		if budget == time.Hour {
			sameRuns(t, cfg.Out, got)
			continue
		}
		m, err := rundir.Verify(t.Context(), got)
		if err != nil {
			t.Fatal(err)
		}
		c := m.Counts
		t.Logf("%s of %s each: %d candidates, %d verifications, %d unchecked", cfg.ConfirmBudget, each, c.Candidates, c.Verifications, c.Unchecked)
		if m.Status != rundir.StatusPartial || (c.Verifications == 0) != (budget == 1) {
			t.Errorf("status %s, %d verifications", m.Status, c.Verifications)
		}
		if spent := time.Duration(c.Verifications) * each; budget == 0 && len(costs) == 1 && spent > cfg.ConfirmBudget {
			t.Errorf("%s were spent of %s", spent, cfg.ConfirmBudget)
		}
	}
}
