package nights

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// PruneConfig says which runs are old.
type PruneConfig struct {
	Root   string
	Keep   time.Duration // runs that finished longer ago than this are old
	MaxAge time.Duration // how long a held list can be released
	Now    time.Time
	DryRun bool // say what would be removed
}

// Pruned says what Prune did.
type Pruned struct {
	DryRun  bool   `json:"dry_run"`
	Removed []Run  `json:"removed"` // the newest first
	Kept    []Kept `json:"kept"`    // old runs that were not removed, and runs that cannot be read
	Young   int    `json:"young"`   // runs that are not old
}

// Kept is a run that stays, and why.
type Kept struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

// pruned is the end of the hidden name that a run has while it is removed.
const pruned = ".pruned"

// Prune removes the old runs of a folder. What it returns beside an error was done.
func Prune(ctx context.Context, cfg PruneConfig) (*Pruned, error) {
	runs, err := List(cfg.Root)
	if err != nil {
		return nil, err
	}
	p := &Pruned{DryRun: cfg.DryRun, Removed: []Run{}, Kept: []Kept{}}
	published := false // a newer run than the one that is looked at
	for i := range runs {
		run := &runs[i]
		old := run.Problem != "" || cfg.Now.Sub(run.FinishedAt) > cfg.Keep
		why := ""
		if old {
			why = cfg.stays(run, i == 0, run.published() && !published)
		}
		published = published || run.published()
		if old && why == "" {
			if err := cfg.remove(ctx, run.Name); ctx.Err() != nil {
				return p, ctx.Err()
			} else if err != nil {
				why = err.Error()
			}
		}
		switch {
		case !old:
			p.Young++
		case why != "":
			p.Kept = append(p.Kept, Kept{Name: run.Name, Why: why})
		default:
			p.Removed = append(p.Removed, *run)
		}
	}
	return p, nil
}

// stays says why an old run is not to be removed, nothing when it is.
func (cfg PruneConfig) stays(run *Run, newest, newestPublished bool) string {
	switch {
	case run.Problem != "":
		return run.Problem
	case newest:
		return "it is the newest run"
	case run.Latest:
		return fmt.Sprintf("%q leads to it", rundir.LatestName)
	case run.Held > 0 && cfg.Now.Sub(run.FinishedAt) <= cfg.MaxAge:
		return fmt.Sprintf("it is held, and can be released until %s",
			run.FinishedAt.Add(cfg.MaxAge).UTC().Format("2006-01-02 15:04 UTC"))
	case newestPublished:
		return "it is the newest run that published a list"
	}
	return ""
}

// remove takes a run away, when it is a run and nothing else.
func (cfg PruneConfig) remove(ctx context.Context, name string) error {
	dir := filepath.Join(cfg.Root, name)
	if cfg.DryRun {
		_, err := rundir.Verify(ctx, dir)
		return err
	}
	aside := filepath.Join(cfg.Root, "."+name+pruned)
	if err := rundir.MoveAside(ctx, dir, aside); err != nil {
		return err
	}
	return os.RemoveAll(aside)
}
