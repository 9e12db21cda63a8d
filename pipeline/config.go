package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/objects"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/budgets"
	"github.com/credsieve/credsieve/pipeline/exclusion"
	"github.com/credsieve/credsieve/pipeline/guard"
	"github.com/credsieve/credsieve/pipeline/progress"
	"github.com/credsieve/credsieve/pipeline/prune"
	"github.com/credsieve/credsieve/pipeline/rank"
	"github.com/credsieve/credsieve/pipeline/spool"
)

// Config is what one run needs. Sizes are in bytes.
type Config struct {
	IndexDir string // or its URL
	Key      *hashing.Key
	Dumps    []string    // files, folders, URLs of them, "-" for Stdin
	Sidecars string      // folder of descriptions of dumps that are believed; empty: none
	Format   string      // name of the one reader to use, or "auto"
	Layout   dump.Layout // of lists and tables that nothing describes
	Describe dump.Meta   // what is said of all dumps, beside and above their sidecars
	Stdin    io.Reader
	Child    func(ctx context.Context) *exec.Cmd // see dump.NewChildren; nil: archives are taken apart here
	Unpack   dump.Limits                         // of containers, for each input
	Budgets  budgets.Limits                      // of the whole run
	Out      string                              // the run directory or its URL; unused in a dry run
	OutRoot  string                              // instead of Out: the folder that the run lies in under its id
	DryRun   bool                                // screen, count and estimate only

	Weights                 rank.Weights // of the reasons of a score
	OwnDomains              []string     // of our own login pages, with all below them
	Limits                  guard.Limits
	StateDir                string          // of the ledger; empty: none
	SpoolDir                string          // for sealed candidates; empty: in the staging folder
	Policy                  *prune.Policy   // of our own passwords, nil: not known
	Exclude                 *exclusion.List // accounts that are never listed, nil: none
	MaxCandidatesPerAccount int             // distinct passwords tried for one account
	ConfirmBudget           time.Duration   // 0: none
	ConfirmMost             int64           // another budget, of candidates; 0: none
	Workers                 int
	Memory                  int64
	OffHeap                 func(int64) // is told how much of Memory the garbage collector does not see, nil: nobody
	HashLimits              stored.Limits
	Reference               bool // verify with the reference implementations only
	ShowIdentifiers         bool

	// parseHash is what a test puts in the place of parsing stored hashes.
	parseHash func(string, stored.Limits) (stored.Hash, error)

	// Metrics restates a finished run for programs, for the run directory; nil: nobody asks. It must depend on nothing but
	// the manifest and the list.
	Metrics func(*rundir.Manifest, []rundir.Row) ([]byte, error)
	// Report does so for people. dir holds all other files of the run but the manifest.
	Report func(dir string, m *rundir.Manifest) ([]byte, error)

	// Novelty is told before the first verification, where there is a state, how many pairs of ours each dump holds and how
	// many of them earlier runs have judged; nil: nobody asks.
	Novelty func([]rundir.Dump)

	Now      func() time.Time
	Tool     rundir.Tool
	Progress progress.Progress

	clock func() time.Time // of the confirm budget, for tests

	verifyTime time.Duration                                           // the budget of a task: of verifying, of all tasks together; 0: none
	stateThere bool                                                    // that state is there: it is not made
	asked      int64                                                   // accounts that say where a budget ends, 0: prune.AskedAccounts
	block      int                                                     // bytes of a dump that are screened at once, 0: by memory
	open       func(ctx context.Context, path string) (fs.File, error) // of dumps, see dump.Options
	tree       *objects.Tree                                           // of dumps that are named by URLs
}

// reading returns the configuration with what opens dumps; relative paths begin in dir.
func (c Config) reading(dir string) Config {
	c.tree = new(objects.Tree)
	c.open = dump.OpenBelow(dir, c.tree)
	return c
}

// checkPlaces refuses a run directory or a state folder inside a folder of dumps: the next night would read it
// as a dump. It also refuses a folder for candidates that cannot hold any.
func (c Config) checkPlaces() error {
	if !c.DryRun {
		if err := c.checkPlace("run", cmp.Or(c.OutRoot, c.Out)); err != nil {
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
	if objects.IsURL(place) {
		return c.checkURL(what, place)
	}
	out, err := filepath.Abs(place)
	if err != nil {
		return fmt.Errorf("failed to find the place of %s %q: %w", what, place, err)
	}
	for _, dump := range c.Dumps {
		folder, err := filepath.Abs(dump)
		if err != nil || dump == "-" || objects.IsURL(dump) {
			continue
		}
		if rel, err := filepath.Rel(folder, out); err == nil && filepath.IsLocal(rel) {
			return fmt.Errorf("refusing to write %s %q into the dumps %q: the next scan would read it",
				what, place, dump)
		}
	}
	return nil
}

func (c Config) checkURL(what, place string) error {
	out, _, _ := strings.Cut(place, "?")
	for _, dump := range c.Dumps {
		folder, _, _ := strings.Cut(dump, "?")
		if objects.IsURL(dump) && strings.HasPrefix(strings.TrimRight(out, "/")+"/", strings.TrimRight(folder, "/")+"/") {
			return fmt.Errorf("refusing to write %s %q into the dumps %q: the next scan would read it", what, place, dump)
		}
	}
	return nil
}

// placeOf is an absolute path, or a URL.
func placeOf(path string) (string, error) {
	if objects.IsURL(path) {
		return path, nil
	}
	return filepath.Abs(path)
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
	case c.ConfirmBudget > 0 && c.ConfirmMost > 0:
		return errors.New("refusing two budgets for confirming, of time and of candidates")
	}
	return c.Limits.Validate()
}
