package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/rundir"
)

// ReleaseConfig is what letting a held list go needs.
type ReleaseConfig struct {
	Dir      string
	RunID    string // approved
	Count    int64  // approved: accounts on the list
	By       string // who approved
	IndexDir string // empty: where the manifest says
	MaxAge   time.Duration
	Now      time.Time
}

// clockSkew is how far the clocks of two machines may differ.
const clockSkew = 10 * time.Minute

// Release publishes exactly the list that the guard held, when the approval is for this very list, the
// list is as it was written, and what it was made from is still current.
func Release(ctx context.Context, cfg ReleaseConfig) (*rundir.Manifest, error) {
	return rundir.Release(ctx, cfg.Dir, func(m *rundir.Manifest) (rundir.Approval, error) {
		if err := cfg.check(m); err != nil {
			return rundir.Approval{}, fmt.Errorf("refusing to release run %q: %w", cfg.Dir, err)
		}
		return rundir.Approval{
			ApprovedBy: cfg.By, ApprovedAt: cfg.Now.UTC(), RunID: m.RunID, Count: cfg.Count,
			IndexID: m.Index.ID,
		}, nil
	})
}

func (cfg ReleaseConfig) check(m *rundir.Manifest) error {
	age := cfg.Now.Sub(m.FinishedAt)
	switch {
	case m.Release != nil:
		return fmt.Errorf("it was released already, by %s at %s; an approval is good for once",
			m.Release.ApprovedBy, m.Release.ApprovedAt.Format(time.RFC3339))
	case m.Status != rundir.StatusHeld:
		return fmt.Errorf("it is not held but %s", m.Status)
	case cfg.RunID != m.RunID:
		return fmt.Errorf("the approval is for run %q, this is run %q", cfg.RunID, m.RunID)
	case cfg.Count != m.Counts.AccountsListed:
		return fmt.Errorf("the approval is for %d accounts, the list has %d",
			cfg.Count, m.Counts.AccountsListed)
	case cfg.MaxAge <= 0:
		return fmt.Errorf("an age of at most %s lets no list go", cfg.MaxAge)
	case age > cfg.MaxAge:
		return fmt.Errorf("it has been held for %s, the limit is %s; passwords have changed since",
			age.Round(time.Minute), cfg.MaxAge)
	case age < -clockSkew:
		return fmt.Errorf("it was held %s from now; one of the clocks is wrong", (-age).Round(time.Minute))
	}
	return cfg.checkIndex(m)
}

// checkIndex refuses a list whose index has moved on: accounts may be closed and passwords changed since. What
// cannot be read is not taken for unchanged.
func (cfg ReleaseConfig) checkIndex(m *rundir.Manifest) error {
	dir := cfg.IndexDir
	if dir == "" {
		dir = m.Index.Path
	}
	if dir == "" {
		return errors.New("its manifest does not say where the index was; name it with --index")
	}
	now, err := index.ReadMeta(dir)
	if err != nil {
		return fmt.Errorf("whether its index is still current cannot be told: %w", err)
	}
	if now.ID != m.Index.ID {
		return fmt.Errorf("the index has moved on from generation %d to %d; scan again",
			m.Index.Generation, now.Generation)
	}
	return nil
}
