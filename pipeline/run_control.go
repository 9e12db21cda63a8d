package pipeline

import (
	"context"

	"github.com/credsieve/credsieve/pipeline/control"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// controlConfig is what controls need of a run.
func (r *run) controlConfig(admit verify.Admit) control.Config {
	return control.Config{Index: r.index, Key: r.cfg.Key, Recipes: r.recipes, Workers: r.cfg.Workers, Admit: admit}
}

// proveScreen proves that screening meets accounts of ours, before any dump is read.
func (r *run) proveScreen(ctx context.Context) error {
	probed, err := control.Screen(ctx, r.controlConfig(nil))
	r.proven.Screen.Probed, r.proven.Screen.Met = probed, probed
	return err
}

// proveVerify proves that verifying tells right from wrong, before any candidate is verified.
func proveVerify(ctx context.Context, controls *control.Controls, answers []verify.Answer) error {
	if err := controls.Sample(ctx); err != nil {
		return err
	}
	return controls.Answers(ctx, answers)
}
