package pipeline

import (
	"cmp"
	"context"
	"math"

	"github.com/credsieve/credsieve/pipeline/prune"
)

// competes reports whether accounts compete for what a run may verify.
func (c *Config) competes() bool {
	return !c.DryRun && (c.ConfirmBudget > 0 || c.ConfirmMost > 0 || c.verifyTime > 0)
}

// lots are those of the run's budget.
func (r *run) lots() *prune.Lots {
	return prune.NewLots(r.cfg.Key, r.index.Rows(), cmp.Or(r.cfg.asked, prune.AskedAccounts))
}

func (r *run) newSample() *prune.Sample {
	s := prune.NewSample(r.lots(), r.index.Rows(), r.spoolDir(), r.cfg.spoolLimit())
	r.spools = append(r.spools, s)
	return s
}

// decideCut says where the budget of the run ends. One that has a deadline has no end: when that comes nobody knows, and only which
// dumps are put off is decided.
func (r *run) decideCut(ctx context.Context, asked *prune.Sample, rules *prune.Rules) (*prune.Cut, error) {
	switch {
	case r.cfg.verifyTime > 0:
		return asked.Cut(ctx, *rules, r.cfg.verifyTime.Seconds(), true)
	case r.cfg.ConfirmMost > 0:
		return asked.Cut(ctx, *rules, float64(r.cfg.ConfirmMost), false)
	default:
		return asked.Cut(ctx, *rules, math.Inf(1), true)
	}
}
