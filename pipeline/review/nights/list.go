package nights

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// Run is one run of a folder, as its manifest says.
type Run struct {
	Name        string        `json:"name"` // of its folder
	RunID       string        `json:"run_id"`
	Status      rundir.Status `json:"status"`
	FinishedAt  time.Time     `json:"finished_at"`
	Listed      int64         `json:"listed"` // accounts, published and held
	New         int64         `json:"new"`
	Outstanding int64         `json:"outstanding"`
	Held        int64         `json:"held"`               // accounts of the list that wait for a release
	Signs       []string      `json:"signs,omitempty"`    // of a leak of our own store, for which it is held
	Released    bool          `json:"released,omitempty"` // it was held and let go
	Latest      bool          `json:"latest"`             // the link "latest" leads to it
	Problem     string        `json:"problem,omitempty"`  // why its manifest cannot be read; the other fields are empty then
}

// published reports whether a reset step finds a list in the run.
func (r *Run) published() bool {
	return r.Problem == "" && (r.Status != rundir.StatusHeld || r.Held < r.Listed)
}

// List returns the runs that lie in the folder root, the newest first, those that cannot be read last. Folders without a
// manifest, hidden ones and links are not runs.
func List(root string) ([]Run, error) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, fmt.Errorf("failed to list the runs of %q: %w", root, err)
	}
	latest, _ := os.Stat(filepath.Join(root, rundir.LatestName)) // nil: no link, or one that leads nowhere
	runs := []Run{}
	for _, entry := range entries {
		if !entry.IsDir() || entry.Name()[0] == '.' {
			continue
		}
		dir := filepath.Join(root, entry.Name())
		if _, err := os.Lstat(filepath.Join(dir, rundir.ManifestName)); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		run := read(dir)
		if info, err := entry.Info(); err == nil && latest != nil {
			run.Latest = os.SameFile(info, latest)
		}
		runs = append(runs, run)
	}
	slices.SortStableFunc(runs, func(a, b Run) int {
		return cmp.Or(cmp.Compare(a.Problem, b.Problem), b.FinishedAt.Compare(a.FinishedAt), cmp.Compare(b.RunID, a.RunID))
	})
	return runs, nil
}

func read(dir string) Run {
	run := Run{Name: filepath.Base(dir)}
	m, err := rundir.ReadManifest(dir)
	if err != nil {
		run.Problem = err.Error()
		return run
	}
	run.RunID, run.Status, run.FinishedAt, run.Released = m.RunID, m.Status, m.FinishedAt, m.Release != nil
	run.Listed, run.New, run.Outstanding = m.Counts.AccountsListed, m.Listed.New, m.Listed.Outstanding
	if m.Listed == (rundir.Listed{}) {
		run.New = run.Listed // a run of a version that knew only new accounts
	}
	if m.Status == rundir.StatusHeld {
		run.Held, run.Signs = m.HeldAccounts(), m.Guard.Signs()
	}
	return run
}
