// Package pipeline finds the accounts of an index that still use a leaked password: what happens to the
// data, in order. Run shows the whole of it:
//
//  1. plan: list the dumps, open the index, prepare the run's place; doubt here stops everything
//  2. screen every dump to its end: parse, canonicalise, token, filter, join; cheap, any order of work
//  3. prune and order the candidates; from here on the cost of the rest is known
//  4. confirm: verify each candidate against the account's own stored hash; dear, best order
//  5. rank the findings by named reasons
//  6. guard: a pure function decides whether the list may be published
//  7. publish: every file beside its place, the manifest last, one rename
//
// Nothing is visible before step 7 and nothing stays when a step fails. The lists are the same bytes
// whatever the number of workers. A confirm budget makes the outcome depend on the machine's speed: what it
// leaves is counted as unchecked, never as not affected.
package pipeline

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/guard"
	"github.com/credsieve/credsieve/pipeline/history"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/progress"
	"github.com/credsieve/credsieve/pipeline/prune"
	"github.com/credsieve/credsieve/pipeline/rank"
	"github.com/credsieve/credsieve/pipeline/spool"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// Config is what one run needs. Sizes are in bytes.
type Config struct {
	IndexDir string
	Key      *hashing.Key
	Dumps    []string // files, folders, "-" for Stdin
	Format   string   // name of the one reader to use, or "auto"
	Stdin    io.Reader
	Child    func(ctx context.Context) *exec.Cmd // see dump.Options
	Unpack   dump.Limits                         // of containers
	Out      string                              // the run directory; unused in a dry run
	DryRun   bool                                // screen, count and estimate only

	Weights                 rank.Weights // of the reasons of a score
	OwnDomains              []string     // of our own login pages, with all below them
	Limits                  guard.Limits
	StateDir                string        // of the ledger; empty: none
	SpoolDir                string        // for sealed candidates; empty: in the staging folder
	Policy                  *prune.Policy // of our own passwords, nil: not known
	MaxCandidatesPerAccount int           // distinct passwords tried for one account
	ConfirmBudget           time.Duration // 0: none
	Workers                 int
	Memory                  int64
	HashLimits              stored.Limits
	ShowIdentifiers         bool

	// parseHash is what a test puts in the place of parsing stored hashes.
	parseHash func(string, stored.Limits) (stored.Hash, error)

	Now      func() time.Time
	Tool     rundir.Tool
	Progress progress.Progress

	clock func() time.Time // of the confirm budget, for tests
}

// Outcome is a finished run.
type Outcome struct {
	Manifest *rundir.Manifest
	List     []rundir.Row // published or held, see Manifest.Status
	Dir      string       // empty for a dry run
	StateErr error        // the list is published, but the ledger does not know it
}

// Run executes one whole run. An error means that nothing was published.
func Run(ctx context.Context, cfg Config) (*Outcome, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	run := &run{cfg: cfg, started: cfg.Now()}
	inputs, err := dump.List(ctx, cfg.Dumps)
	if err != nil {
		return nil, err
	}
	if err := cfg.checkPlaces(); err != nil {
		return nil, err
	}
	defer run.abort()
	if err := run.open(); err != nil {
		return nil, err
	}
	if err := run.proveScreen(ctx); err != nil {
		return nil, err
	}
	screened, err := run.screen(ctx, inputs)
	if err != nil {
		return nil, err
	}
	// A damaged part of the index may have hidden accounts: no answer is better than a short one.
	if err := run.index.Err(); err != nil {
		return nil, err
	}
	work, err := run.prune(ctx, screened)
	if err != nil {
		return nil, err
	}
	if cfg.DryRun {
		return run.estimate(ctx, screened, work)
	}
	verdicts, err := run.confirm(ctx, screened, work)
	if err != nil {
		return nil, err
	}
	list := rank.Rows(verdicts.findings, finding.NewIDs(cfg.Key), cfg.Weights, run.started)
	open, err := run.undecided(work.Worklist, verdicts)
	if err != nil {
		return nil, err
	}
	if err := run.writeMet(screened, verdicts); err != nil {
		return nil, err
	}
	manifest, err := run.tally(screened, work.Worklist, verdicts, list)
	if err != nil {
		return nil, err
	}
	if manifest.Guard, err = guard.Decide(factsOf(manifest, list), cfg.Limits); err != nil {
		return nil, err
	}
	if err := run.index.Err(); err != nil {
		return nil, err
	}
	outcome, err := run.publish(manifest, list, open)
	if err != nil {
		return nil, err
	}
	// What is published stays so: a ledger that missed it makes the same findings new once more.
	outcome.StateErr = run.remember(screened, verdicts, manifest.Status != rundir.StatusHeld)
	return outcome, nil
}

// run is one run under way.
type run struct {
	cfg     Config
	started time.Time
	index   *index.Index
	recipes *verify.Recipes
	parts   pair.Parts
	history *history.History // nil without a state folder
	costs   verify.Costs
	spools  []interface{ Close() } // that may be open
	staging *rundir.Staging        // nil in a dry run
	rejects *rundir.Rejects        // nil in a dry run
	proven  rundir.Controls        // so far
}

// open readies what the run reads and where it writes. Doubt here stops everything.
func (r *run) open() error {
	var err error
	open := index.Open
	if r.cfg.StateDir != "" {
		open = index.OpenWithIDs // the accounts of findings are asked for by their ids
	}
	if r.index, err = open(r.cfg.IndexDir, r.cfg.Key); err != nil {
		return err
	}
	r.parts = pair.NewParts(r.index.Rows())
	if r.recipes, err = verify.Open(r.index, r.cfg.Key, verify.Options{Limits: r.cfg.HashLimits, Parse: r.cfg.parseHash}); err != nil {
		return err
	}
	if err := r.openHistory(); err != nil {
		return err
	}
	return r.stage()
}

// stage prepares the run's place before any work, so that a place that cannot be written is known now and
// not after a night of hashing.
func (r *run) stage() error {
	if r.cfg.DryRun {
		return nil
	}
	var err error
	if r.staging, err = rundir.Create(r.cfg.Out); err != nil {
		return err
	}
	if r.rejects, err = r.staging.CreateRejects(); err != nil {
		r.staging.Abort()
	}
	return err
}

// abort gives everything back; what was published by then stays.
func (r *run) abort() {
	for _, s := range r.spools {
		s.Close()
	}
	if r.staging != nil {
		r.staging.Abort()
	}
	if r.history != nil {
		r.history.Close()
	}
	if r.index != nil {
		_ = r.index.Close() // it was only read
	}
}

// spoolDir is where candidates go that do not fit in memory: beside the run's place, or where the system
// keeps temporary files.
func (r *run) spoolDir() string {
	if r.cfg.SpoolDir == "" && r.staging != nil {
		return r.staging.Dir()
	}
	return r.cfg.SpoolDir
}

// checkPlaces refuses a run directory or a state folder inside a folder of dumps: the next night would read it
// as a dump. It also refuses a folder for candidates that cannot hold any.
func (c Config) checkPlaces() error {
	if !c.DryRun {
		if err := c.checkPlace("run", c.Out); err != nil {
			return err
		}
	}
	if c.StateDir != "" {
		if err := c.checkPlace("state", c.StateDir); err != nil {
			return err
		}
	}
	return c.checkSpoolDir()
}

func (c Config) checkPlace(what, place string) error {
	out, err := filepath.Abs(place)
	if err != nil {
		return fmt.Errorf("failed to find the place of %s %q: %w", what, place, err)
	}
	for _, dump := range c.Dumps {
		folder, err := filepath.Abs(dump)
		if err != nil || dump == "-" {
			continue
		}
		if rel, err := filepath.Rel(folder, out); err == nil && filepath.IsLocal(rel) {
			return fmt.Errorf("refusing to write %s %q into the dumps %q: the next scan would read it",
				what, place, dump)
		}
	}
	return nil
}

// checkSpoolDir makes a file where candidates may have to go, and removes it: that they cannot go there is
// known now, and not only on a night when memory does not hold them.
func (c Config) checkSpoolDir() error {
	if c.SpoolDir == "" {
		return nil
	}
	if err := spool.Try(c.SpoolDir); err != nil {
		return fmt.Errorf("failed to use %q for sealed candidates: %w", c.SpoolDir, err)
	}
	return nil
}

func (c Config) validate() error {
	switch {
	case len(c.Dumps) == 0:
		return fmt.Errorf("no dump was named")
	case c.Workers < 1:
		return fmt.Errorf("refusing to run with %d workers: at least 1 is needed", c.Workers)
	case c.Memory < MinMemory:
		return fmt.Errorf("refusing to run with %d bytes of memory: at least %d are needed",
			c.Memory, int64(MinMemory))
	case c.MaxCandidatesPerAccount < 1:
		return fmt.Errorf("refusing to try %d candidates per account: at least 1 is needed",
			c.MaxCandidatesPerAccount)
	}
	return c.Limits.Validate()
}
