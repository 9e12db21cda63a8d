// Package pipeline finds the accounts of an index that still use a leaked password: what happens to the
// data, in order. Run shows the whole of it:
//
//  1. plan: list the dumps, open the index, prepare the run's place, prove that it can see; doubt here stops
//     everything
//  2. screen every dump to its end: parse, canonicalise, token, filter, join; cheap, any order of work
//  3. prune and order the candidates; from here on the cost of the rest is known
//  4. confirm: verify each candidate against the account's own stored hash; dear, best order
//  5. rank the findings by named reasons
//  6. guard: a pure function decides whether the list may be published
//  7. publish: every file beside its place, the manifest last, one rename
//
// Each stage has a package of its own, which knows nothing of this one: it takes values and returns values. Here is
// the local runner: one machine, workers that share memory, a folder that is moved into its place.
//
// Past one machine the same steps are tasks, which any engine may start, anywhere, again and at once (package task says
// what they hand to each other): PlanTasks does step 1, ScreenShard step 2 for a shard of the dumps, ConfirmPartition steps
// 3 and 4 for a partition of the accounts, PublishTasks all that follows. What they publish is what Run would.
//
// Nothing is visible before step 7 and nothing stays when a step fails. The lists are the same bytes
// whatever the number of workers. A budget of time for confirming makes the outcome depend on the machine's speed: what a
// budget leaves is counted as unchecked, never as not affected.
package pipeline

import (
	"context"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/rank"
)

// Outcome is a finished run.
type Outcome struct {
	Manifest *rundir.Manifest
	List     []rundir.Row // published or held, see Manifest.Status
	Dir      string       // empty for a dry run
	StateErr error        // the list is published, but the ledger does not know it
}

// Run executes one whole run. An error means that nothing was published.
func Run(ctx context.Context, cfg Config) (*Outcome, error) {
	run, inputs, err := plan(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer run.abort()
	screened, err := run.screen(ctx, inputs)
	if err != nil {
		return nil, err
	}
	work, err := run.prune(ctx, screened)
	if err != nil {
		return nil, err
	}
	run.tellNovelty(screened, work)
	if cfg.DryRun {
		return run.estimated(screened, work)
	}
	verdicts, err := run.confirm(ctx, screened, work)
	if err != nil {
		return nil, err
	}
	if err := share(verdicts.findings, work.survey.Crowd.Each); err != nil {
		return nil, err
	}
	return run.conclude(screened, work, verdicts)
}

// conclude makes a list of the verdicts, asks the guard about it, and publishes it.
func (r *run) conclude(screened *screened, work *pruned, verdicts *verdicts) (*Outcome, error) {
	excluded, err := r.exclude(verdicts.findings)
	if err != nil {
		return nil, err
	}
	list := rank.Rows(verdicts.findings, finding.NewIDs(r.cfg.Key), r.cfg.Weights, r.started)
	manifest, err := r.tally(screened, work, verdicts, list)
	if err != nil {
		return nil, err
	}
	manifest.Exclude(excluded)
	judged, err := r.judge(screened, verdicts, manifest, list)
	if err != nil {
		return nil, err
	}
	if err := r.write(screened, work, verdicts, manifest, judged); err != nil {
		return nil, err
	}
	if err := r.publish(manifest, judged.List()); err != nil {
		return nil, err
	}
	// What is published stays so: a ledger that missed it makes the same findings new once more.
	unknown := r.remember(screened, verdicts, manifest, judged)
	return &Outcome{Manifest: manifest, List: judged.List(), Dir: r.staging.Place(), StateErr: unknown}, nil
}
