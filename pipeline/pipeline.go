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

	Weights                 Weights  // of the reasons of a score
	OwnDomains              []string // of our own login pages, with all below them
	Limits                  Limits
	MaxCandidatesPerAccount int           // distinct passwords tried for one account
	ConfirmBudget           time.Duration // 0: none
	Workers                 int
	Memory                  int64
	HashLimits              hashing.Limits
	ShowIdentifiers         bool

	// parseHash is what a test puts in the place of parsing stored hashes.
	parseHash func(string, hashing.Limits) (hashing.Hash, error)

	Now      func() time.Time
	Tool     rundir.Tool
	Progress Progress
}

// Outcome is a finished run.
type Outcome struct {
	Manifest *rundir.Manifest
	List     []rundir.Row // published or held, see Manifest.Status
	Dir      string       // empty for a dry run
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
	if err := cfg.checkOut(); err != nil {
		return nil, err
	}
	if run.index, err = index.Open(cfg.IndexDir, cfg.Key); err != nil {
		return nil, err
	}
	defer run.index.Close()
	if run.recipes, err = openRecipes(run.index, cfg.Key, cfg.HashLimits); err != nil {
		return nil, err
	}
	run.recipes.parseHash = cfg.parseHash
	if err := run.stage(); err != nil {
		return nil, err
	}
	defer run.abort()

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
	plan := run.prune(screened)
	if cfg.DryRun {
		return run.estimate(ctx, screened, plan)
	}
	verdicts, err := run.confirm(ctx, plan)
	if err != nil {
		return nil, err
	}
	list := run.rank(screened, plan, verdicts)
	open, err := run.undecided(plan, verdicts)
	if err != nil {
		return nil, err
	}
	if err := run.writeMet(screened, plan, verdicts); err != nil {
		return nil, err
	}
	manifest := run.tally(screened, plan, verdicts, list)
	if manifest.Guard, err = guard(factsOf(manifest, list), cfg.Limits); err != nil {
		return nil, err
	}
	if err := run.index.Err(); err != nil {
		return nil, err
	}
	return run.publish(manifest, list, open)
}

// run is one run under way.
type run struct {
	cfg     Config
	started time.Time
	index   *index.Index
	recipes *recipes
	staging *rundir.Staging // nil in a dry run
	rejects *rundir.Rejects // nil in a dry run
	proven  rundir.Controls // so far
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

func (r *run) abort() {
	if r.staging != nil {
		r.staging.Abort()
	}
}

// checkOut refuses a run directory inside a folder of dumps: the next night would read it as a dump.
func (c Config) checkOut() error {
	if c.DryRun {
		return nil
	}
	out, err := filepath.Abs(c.Out)
	if err != nil {
		return fmt.Errorf("failed to find run directory %q: %w", c.Out, err)
	}
	for _, dump := range c.Dumps {
		folder, err := filepath.Abs(dump)
		if err != nil || dump == "-" {
			continue
		}
		if rel, err := filepath.Rel(folder, out); err == nil && filepath.IsLocal(rel) {
			return fmt.Errorf("refusing to write run %q into the dumps %q: the next scan would read it",
				c.Out, dump)
		}
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
	return c.Limits.validate()
}

// MinMemory is the least that a run needs: it holds the blocks under way and one verification at common costs.
const MinMemory = 64 << 20
