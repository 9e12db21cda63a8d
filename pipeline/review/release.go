package review

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/finding"
)

// ReleaseConfig is what letting a held list go needs.
type ReleaseConfig struct {
	Dir      string
	RunID    string       // approved
	Count    int64        // approved: accounts on the list
	Accept   []string     // signs of an own leak, by the names of their limits
	By       string       // who approved
	IndexDir string       // empty: where the manifest says
	Recheck  bool         // hold the list against the index, which needs Key
	StateDir string       // of the ledger, which then knows that the list is out; empty: none
	NoState  bool         // leave it out on purpose
	Key      *hashing.Key // of ledger and index
	MaxAge   time.Duration
	Now      time.Time
	// Metrics and Report restate the released run, see rundir.Releasing.
	Metrics func(*rundir.Manifest, []rundir.Row) ([]byte, error)
	Report  func(dir string, m *rundir.Manifest) ([]byte, error)
	// Publish puts the released run of Dir where others see it, when Dir is a copy of it; nil: Dir is the run. Without its success
	// no state is told.
	Publish func(m *rundir.Manifest) error
	// Finished says that this very release was begun earlier and the run is released by now: only the state is told.
	Finished bool
	// Show is called when nothing stands against the release any more, before the list is out; nil: nobody looks.
	Show func(*rundir.Manifest, rundir.Approval)
}

// clockSkew is how far the clocks of two machines may differ.
const clockSkew = 10 * time.Minute

// Release publishes exactly the list that the guard held, when the approval is for this very list and the list is as
// it was written. An index that was built again since does not stand against it: the approval says which, and a recheck
// drops what no longer holds.
func Release(ctx context.Context, cfg ReleaseConfig) (*rundir.Manifest, error) {
	release := cfg.release
	if cfg.Finished {
		release = cfg.finished
	}
	if cfg.StateDir == "" {
		return release(ctx, nil)
	}
	// Opened first: a state that another run is using must not be found out when the list is out.
	// One that is not there was misspelt, and would be a new one that knows nothing.
	state, err := ledger.OpenExisting(cfg.StateDir, cfg.Key, false)
	if err != nil {
		return nil, err
	}
	m, err := release(ctx, state)
	if err == nil {
		err = markListed(state, cfg.Dir, m, cfg.Now)
	}
	return m, errors.Join(err, state.Close())
}

// markListed tells the ledger which findings are out, so that the next run lists them as outstanding.
func markListed(state *ledger.Ledger, dir string, m *rundir.Manifest, now time.Time) error {
	ids, err := findingIDs(dir, m)
	if err != nil {
		return err
	}
	known, err := state.MarkListed(ids, now)
	if err == nil {
		err = state.Approve(m.RunID, now)
	}
	if err == nil && known < len(ids) {
		err = fmt.Errorf("the state does not know %d of its %s; is it that of another run?",
			len(ids)-known, counted.Of(len(ids), "account"))
	}
	return err
}

// findingIDs are those of the list of a run.
func findingIDs(dir string, m *rundir.Manifest) ([]ledger.Credential, error) {
	list, err := rundir.ReadList(dir, m)
	if err != nil {
		return nil, err
	}
	ids := make([]ledger.Credential, len(list))
	for i := range list {
		raw, err := hex.DecodeString(list[i].FindingID)
		if err != nil || len(raw) != len(ids[i]) {
			return nil, fmt.Errorf("row %d of the list has no finding id", i+1)
		}
		ids[i] = ledger.Credential(raw)
	}
	return ids, nil
}

func (cfg ReleaseConfig) release(ctx context.Context, state *ledger.Ledger) (*rundir.Manifest, error) {
	with := rundir.Releasing{Metrics: cfg.Metrics, Report: cfg.Report}
	if cfg.Key != nil {
		key := DeriveRecheck(cfg.Key)
		if _, err := VerifyUnder(ctx, cfg.Dir, key); err != nil {
			return nil, err
		}
		with.Key = key.seal()
	}
	m, err := rundir.ReleaseSealed(ctx, cfg.Dir, with, func(m *rundir.Manifest) (rundir.Approval, error) {
		a, err := cfg.approve(ctx, m, state)
		if err != nil {
			return a, fmt.Errorf("refusing to release run %q: %w", cfg.Dir, err)
		}
		if cfg.Show != nil {
			cfg.Show(m, a)
		}
		return a, nil
	})
	if err == nil && cfg.Publish != nil {
		err = cfg.Publish(m)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// finished is the run of a release that was begun with the same approval.
func (cfg ReleaseConfig) finished(ctx context.Context, state *ledger.Ledger) (*rundir.Manifest, error) {
	m, err := rundir.Verify(ctx, cfg.Dir)
	if err != nil {
		return nil, err
	}
	if a := m.Release; a == nil || a.RunID != cfg.RunID || a.Count != cfg.Count {
		return nil, fmt.Errorf("refusing to release run %q: %w", cfg.Dir, cfg.checkApproval(m))
	}
	if err := cfg.checkState(m, state); err != nil {
		return nil, fmt.Errorf("the run %q is released, and its state was not told: %w", cfg.Dir, err)
	}
	return m, nil
}

// approve looks at everything that may stand against letting the list of m go.
func (cfg ReleaseConfig) approve(ctx context.Context, m *rundir.Manifest, state *ledger.Ledger) (rundir.Approval, error) {
	a := rundir.Approval{
		ApprovedBy: cfg.By, ApprovedAt: cfg.Now.UTC(), RunID: m.RunID, Count: cfg.Count,
		IndexID: m.Index.ID, Accepted: slices.Sorted(slices.Values(cfg.Accept)),
		NoState: m.State != nil && state == nil,
	}
	if err := cfg.checkApproval(m); err != nil {
		return a, err
	}
	if err := cfg.checkSigns(m); err != nil {
		return a, err
	}
	if err := cfg.checkState(m, state); err != nil {
		return a, err
	}
	return a, cfg.lookAtIndex(ctx, m, &a)
}

func (cfg ReleaseConfig) checkApproval(m *rundir.Manifest) error {
	age := cfg.Now.Sub(m.FinishedAt)
	switch {
	case m.Release != nil:
		return fmt.Errorf("it was released already, by %s at %s; an approval is good for once",
			m.Release.ApprovedBy, m.Release.ApprovedAt.Format(time.RFC3339))
	case m.Status != rundir.StatusHeld:
		return fmt.Errorf("it is not held but %s", m.Status)
	case cfg.RunID != m.RunID:
		return fmt.Errorf("the approval is for run %q, this is run %q", cfg.RunID, m.RunID)
	case cfg.Count != m.HeldAccounts():
		return fmt.Errorf("the approval is for %s, the list has %d",
			counted.Of(cfg.Count, "account"), m.HeldAccounts())
	case cfg.MaxAge <= 0:
		return fmt.Errorf("an age of at most %s lets no list go", cfg.MaxAge)
	case age > cfg.MaxAge:
		return fmt.Errorf("it has been held for %s, the limit is %s; passwords have changed since",
			counted.Duration(age), counted.Duration(cfg.MaxAge))
	case age < -clockSkew:
		return fmt.Errorf("it was held %s from now; one of the clocks is wrong", counted.Duration(-age))
	}
	return nil
}

// checkSigns wants each sign of a leak of our own store accepted by its name: such a list is not one that is merely
// long, and whoever lets it go shall have read why it was held.
func (cfg ReleaseConfig) checkSigns(m *rundir.Manifest) error {
	signs := m.Guard.Signs()
	for _, name := range cfg.Accept {
		if !slices.Contains(signs, name) {
			return fmt.Errorf("%q was accepted, and it was not held for that; the signs of an own leak are: %s",
				name, orNone(signs))
		}
	}
	open := slices.DeleteFunc(signs, func(name string) bool { return slices.Contains(cfg.Accept, name) })
	if len(open) > 0 {
		return fmt.Errorf("it was held for signs that our own store has leaked (%s); find out what they mean, then accept "+
			"each by its name with --accept", strings.Join(open, ", "))
	}
	return nil
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// checkState wants the ledger that the run had, so that its accounts are not new once more the next night.
func (cfg ReleaseConfig) checkState(m *rundir.Manifest, state *ledger.Ledger) error {
	switch {
	case m.State == nil || cfg.NoState:
		return nil
	case state == nil:
		return fmt.Errorf("the run used the state %q: name it with --state, or leave it out with --no-state and have its "+
			"accounts new once more in the next run", m.State.Path)
	}
	ids, err := findingIDs(cfg.Dir, m)
	if err != nil {
		return err
	}
	missing := make(map[ledger.Credential]bool, len(ids))
	for _, id := range ids {
		missing[id] = true
	}
	switch used, err := state.Approved(m.RunID); {
	case err != nil:
		return err
	case !used.IsZero():
		return fmt.Errorf("the state %q knows that it was released already, at %s; an approval is good for once", cfg.StateDir,
			used.Format(time.RFC3339))
	}
	err = state.Findings(func(id ledger.Credential, _ *ledger.Finding) error {
		delete(missing, id)
		return nil
	})
	if err == nil && len(missing) > 0 {
		err = fmt.Errorf("the state %q does not know %d of its %s: the run used %q; --no-state leaves the state "+
			"out", cfg.StateDir, len(missing), counted.Of(len(ids), "account"), m.State.Path)
	}
	return err
}

// lookAtIndex notes whether the index is still the one that the run read. Nightly builds make it another one: that
// alone says nothing against the list. What cannot be read is not taken for unchanged.
func (cfg ReleaseConfig) lookAtIndex(ctx context.Context, m *rundir.Manifest, a *rundir.Approval) error {
	dir := cfg.IndexDir
	if dir == "" {
		dir = m.Index.Path
	}
	if dir == "" {
		return errors.New("its manifest does not say where the index was; name it with --index")
	}
	now, err := readMeta(ctx, dir)
	if err != nil {
		return fmt.Errorf("whether its index is still current cannot be told: %w", err)
	}
	if now.ID != m.Index.ID {
		a.MovedIndex = &rundir.MovedIndex{ID: now.ID, Generation: now.Generation}
	}
	if !cfg.Recheck {
		return nil
	}
	list, err := rundir.ReadHeld(cfg.Dir, m)
	if err != nil {
		return err
	}
	a.Rechecked, err = holdAgainst(ctx, dir, cfg.Key, list)
	return err
}

// holdAgainst counts how the accounts of a list stand in an index.
func holdAgainst(ctx context.Context, dir string, key *hashing.Key, list []rundir.Row) (*rundir.ReleaseCounts, error) {
	x, err := openIndex(ctx, dir, key)
	if err != nil {
		return nil, err
	}
	defer x.Close()
	counts := &rundir.ReleaseCounts{Generation: x.Meta().Generation}
	ids := finding.NewIDs(key)
	for i := range list {
		account, err := accountOf(x.Index, list[i].AccountID)
		switch {
		case err != nil:
			return nil, err
		case account == nil:
			counts.Gone++
		case account.Status != accounts.StatusActive:
			counts.NotActive++
		case ids.HashTag(account.StoredHash) == list[i].HashTag:
			counts.Hold++
		default:
			counts.Changed++
		}
	}
	return counts, x.Err()
}

// accountOf finds an account of an index by its id, nil when there is none.
func accountOf(x *index.Index, id string) (*index.Account, error) {
	for _, row := range x.RowsOf(x.IDPrint(id), nil) {
		account, err := x.Account(row)
		if err != nil {
			return nil, err
		}
		if account.ID == id {
			return &account, nil
		}
	}
	return nil, nil
}
