package pipeline

import (
	"errors"
	"fmt"

	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/court"
	"github.com/credsieve/credsieve/pipeline/history"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// openHistory opens what earlier runs left; none without a state folder, and none when a dry run finds no state.
func (r *run) openHistory() error {
	if r.cfg.StateDir == "" {
		return nil
	}
	var err error
	r.history, err = history.Open(history.Config{
		Dir: r.cfg.StateDir, Key: r.cfg.Key, Index: r.index, Now: r.started, ReadOnly: r.cfg.DryRun, Existing: r.cfg.stateThere,
	})
	if errors.Is(err, ledger.ErrNoState) {
		return fmt.Errorf("%w, and the run was planned with one; say with --state where it lies", err)
	}
	return err
}

// past is what earlier runs noted of each input.
func (r *run) past(inputs *pair.Inputs) ([]*ledger.Dump, error) {
	if r.history == nil {
		return make([]*ledger.Dump, len(inputs.List)), nil
	}
	return r.history.Past(inputs)
}

// remember closes the books of a run that was published.
func (r *run) remember(s *screened, v *verdicts, m *rundir.Manifest, j *court.Judgement) error {
	if r.history == nil {
		return nil
	}
	return r.history.Finish(history.Night{
		Inputs: s.inputs, Past: s.past, Left: v.left, Findings: v.findings,
		Listed: m.Status != rundir.StatusHeld || m.HeldInPart(), Held: j.Held, Rates: j.Rates(m),
	})
}
