package review

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
)

// ReleaseConfig is what letting a held list go needs.
type ReleaseConfig struct {
	Dir      string
	RunID    string       // approved
	Count    int64        // approved: accounts on the list
	By       string       // who approved
	IndexDir string       // empty: where the manifest says
	StateDir string       // of the ledger, which then knows that the list is out; empty: none
	Key      *hashing.Key // of the ledger
	MaxAge   time.Duration
	Now      time.Time
}

// clockSkew is how far the clocks of two machines may differ.
const clockSkew = 10 * time.Minute

// Release publishes exactly the list that the guard held, when the approval is for this very list, the
// list is as it was written, and what it was made from is still current.
func Release(ctx context.Context, cfg ReleaseConfig) (*rundir.Manifest, error) {
	if cfg.StateDir == "" {
		return cfg.release(ctx)
	}
	// Opened first: a state that another run is using must not be found out when the list is out.
	// One that is not there was misspelt, and would be a new one that knows nothing.
	state, err := ledger.OpenExisting(cfg.StateDir, cfg.Key, false)
	if err != nil {
		return nil, err
	}
	m, err := cfg.release(ctx)
	if err == nil {
		err = markListed(state, cfg.Dir, m, cfg.Now)
	}
	return m, errors.Join(err, state.Close())
}

// markListed tells the ledger which findings are out, so that the next run lists them as outstanding.
func markListed(state *ledger.Ledger, dir string, m *rundir.Manifest, now time.Time) error {
	list, err := rundir.ReadList(dir, m)
	if err != nil {
		return err
	}
	ids := make([]ledger.Credential, len(list))
	for i := range list {
		raw, err := hex.DecodeString(list[i].FindingID)
		if err != nil || len(raw) != len(ids[i]) {
			return fmt.Errorf("row %d of the list has no finding id", i+1)
		}
		ids[i] = ledger.Credential(raw)
	}
	known, err := state.MarkListed(ids, now)
	if err == nil && known < len(ids) {
		err = fmt.Errorf("the state does not know %d of its %d accounts; is it that of another run?",
			len(ids)-known, len(ids))
	}
	return err
}

func (cfg ReleaseConfig) release(ctx context.Context) (*rundir.Manifest, error) {
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
