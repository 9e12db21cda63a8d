// Package calibrate measures what a machine takes for each step of a run: it makes synthetic accounts and dumps in a temporary
// folder, and does to them what "index build", "plan", "task" and "publish" do, by the very functions.
//
//  1. An index of a few hundred thousand accounts is built.
//  2. Of each format a dump is screened that names nobody, and one that names an account in each record.
//  3. Candidates are confirmed whose stored hashes cost nothing, in few tasks and in many, and published.
//  4. Of each kind of stored hash so many candidates are confirmed that the processor is busy for about a second.
//
// What is measured is processor time, of the process and its children: others on the machine hardly change it. What each task
// takes beside its records is told by tasks that have none.
//
// Not guaranteed: figures of a machine whose clock changes with its load, which most do: a busy one is slower.
package calibrate

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline"
	"github.com/credsieve/credsieve/pipeline/estimate"
	"github.com/credsieve/credsieve/pipeline/guard"
	"github.com/credsieve/credsieve/pipeline/progress"
)

// Options say what is measured, and with what.
type Options struct {
	Kinds   []estimate.Kind // of stored hashes
	Workers int
	Memory  int64                               // bytes
	Child   func(ctx context.Context) *exec.Cmd // takes archives apart, see pipeline.Config
	Version string                              // of this program
	// Metrics and Report restate a run, see pipeline.Config; nil: publishing is measured without.
	Metrics func(*rundir.Manifest, []rundir.Row) ([]byte, error)
	Report  func(dir string, m *rundir.Manifest) ([]byte, error)
	// Scale divides how much is measured, for tests; 0 and 1: all of it.
	Scale int
}

// How much is measured: some seconds on a slow core.
const (
	accountsMeant   = 300_000
	fewAccounts     = 5_000 // what an index costs that has hardly any
	recordsMeant    = 120_000
	hitsMeant       = 30_000
	findingsMeant   = 5_000
	partitionsMeant = 12
	shardsMeant     = 24
	secondsMeant    = 1.0 // of verifications of each kind
)

// session is a measurement under way.
type session struct {
	Options

	ctx   context.Context
	dir   string
	key   *hashing.Key
	cfg   pipeline.Config // of runs over the index
	out   *estimate.Calibration
	empty float64 // seconds of screening nothing
	alone float64 // seconds of confirming nothing
}

// Measure measures everything.
func Measure(ctx context.Context, o Options) (*estimate.Calibration, error) {
	started := processorTime()
	dir, err := os.MkdirTemp("", "credsieve-estimate-")
	if err != nil {
		return nil, fmt.Errorf("failed to make a folder to measure in: %w", err)
	}
	defer os.RemoveAll(dir) // it is synthetic, and of no use
	key, err := hashing.NewKey()
	if err != nil {
		return nil, err
	}
	o.Scale = max(o.Scale, 1)
	s := &session{Options: o, ctx: ctx, dir: dir, key: key, out: &estimate.Calibration{
		SchemaVersion: estimate.SchemaVersion, StartSeconds: min(started.Seconds(), mostStart),
		Machine: estimate.Machine{Processor: processor(), Arch: runtime.GOARCH, Cores: runtime.NumCPU(), Version: o.Version},
	}}
	for _, step := range []func() error{s.check, s.build, s.screen, s.confirm, s.divided, s.kinds} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("failed to measure this machine: %w", err)
		}
	}
	return s.out, nil
}

// mostStart is more than a start takes: what this process has done before is not all its start.
const mostStart = 0.1

// cost returns the seconds that one call takes, the least of two.
func (s *session) cost(do func() error) (float64, error) {
	least := 0.0
	for i := range 2 {
		took, err := s.once(do)
		if err != nil {
			return 0, err
		}
		if i == 0 || took < least {
			least = took
		}
	}
	return least, nil
}

// mean is what something takes on average: much of the processor time of short verifications is handing them out, which takes more on a
// machine that others keep busy, and a run has such times too.
func (s *session) mean(do func() error) (float64, error) {
	const times = 2
	sum := 0.0
	for range times {
		took, err := s.once(do)
		if err != nil {
			return 0, err
		}
		sum += took
	}
	return sum / times, nil
}

func (s *session) once(do func() error) (float64, error) {
	runtime.GC() // what was before is not its affair
	before := processorTime()
	err := do()
	return (processorTime() - before).Seconds(), err
}

// check measures what pages of an index are checked by.
func (s *session) check() error {
	page := make([]byte, 16<<10)
	const pages = 2048
	took, err := s.cost(func() error {
		for i := range pages {
			page[0] = byte(i)
			page[1] = sha256.Sum256(page)[0]
		}
		return s.ctx.Err()
	})
	s.out.CheckSeconds = took / float64(pages*len(page))
	return err
}

// build measures an index build, and leaves the index for the rest.
func (s *session) build() error {
	hash, err := plantFree()
	if err != nil {
		return err
	}
	n, few := accountsMeant/s.Scale, fewAccounts/s.Scale
	place := filepath.Join(s.dir, "index")
	export := filepath.Join(s.dir, "accounts.csv")
	if err := writeAccounts(export, few, hash); err != nil {
		return err
	}
	least, err := s.cost(func() error { return s.buildIndex(export, place) })
	if err != nil {
		return err
	}
	if err := writeAccounts(export, n, hash); err != nil {
		return err
	}
	reading, err := s.cost(func() error { return s.readAccounts(export) })
	if err != nil {
		return err
	}
	took, err := s.once(func() error { return s.buildIndex(export, place) }) // long enough to be told once
	if err != nil {
		return err
	}
	meta, err := index.ReadMeta(place)
	if err != nil {
		return err
	}
	b := &s.out.Build
	b.Accounts, b.AccountSeconds, b.ReadSeconds = int64(n), max(took-least, 0)/float64(n-few), reading/float64(n)
	b.TaskSeconds = max(least-b.AccountSeconds*float64(few), 0)
	b.AccountBytes = float64(meta.Bytes())/float64(n) + s.longer(len(hash))
	s.cfg = pipeline.Config{
		IndexDir: place, Key: s.key, Format: "auto", Child: s.Child,
		Limits:                  guard.Limits{MaxAccounts: 1e9, MaxShare: 1, MaxConfirmRate: 1},
		MaxCandidatesPerAccount: 64, Workers: s.Workers, Memory: s.Memory, HashLimits: stored.DefaultLimits(),
		Now: time.Now, Progress: progress.None{}, Metrics: s.Metrics, Report: s.Report,
	}
	s.out.OpenSeconds, err = s.cost(func() error {
		x, err := index.Open(place, s.key)
		if err != nil {
			return err
		}
		return x.Close()
	})
	return err
}

// longer is how many bytes the stored hashes that are meant have more than one that was built.
func (s *session) longer(than int) float64 {
	bytes := 0.0
	for _, k := range s.Kinds {
		if sample, err := SampleOf(k.Name); err == nil {
			bytes += k.Share * float64(len(sample)-than)
		}
	}
	return bytes
}

func (s *session) readAccounts(path string) error {
	source, err := accounts.Open(s.ctx, path, accounts.Options{})
	if err != nil {
		return err
	}
	defer source.Close()
	var a accounts.Account
	for {
		if err := source.Read(&a); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func (s *session) buildIndex(export, place string) error {
	if err := os.RemoveAll(place); err != nil {
		return err
	}
	_, err := pipeline.BuildIndex(s.ctx, pipeline.BuildConfig{
		Source: export, Dir: place, Key: s.key, FPR: 0.001, Limits: stored.DefaultLimits(), Workers: s.Workers, Memory: s.Memory,
		Now: time.Now(), Progress: progress.None{},
	})
	return err
}

// formats are those that are measured; the shards of a compilation are lists as others.
func formats() []string {
	return slices.DeleteFunc(synth.Formats(), func(name string) bool { return name == "sharded" })
}

// processor names the processor, where the system says it.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
