package pipeline

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/progress"
)

// killedDir names, for the child process, the folder to run in.
const killedDir = "CREDSIEVE_TEST_KILLED_DIR"

// appendingProgress writes a byte to a file for each candidate whose verdict the run has counted.
type appendingProgress struct{ file *os.File }

func (p appendingProgress) Phase(name string, _ int64, _ progress.Unit) progress.Meter {
	if name != "confirm" {
		return progress.None{}.Phase("", 0, 0)
	}
	return p
}

func (p appendingProgress) Add(n int64) { _, _ = p.file.Write(bytes.Repeat([]byte("."), int(n))) }
func (p appendingProgress) Done()       {}

// countingProgress adds up the candidates whose end a run has counted.
type countingProgress struct{ n *atomic.Int64 }

func (p countingProgress) Phase(name string, _ int64, _ progress.Unit) progress.Meter {
	if name != "confirm" {
		return progress.None{}.Phase("", 0, 0)
	}
	return p
}

func (p countingProgress) Add(n int64) { p.n.Add(n) }
func (p countingProgress) Done()       {}

// TestKilledChild is the process that TestKill kills; it does nothing by itself.
func TestKilledChild(t *testing.T) {
	dir := os.Getenv(killedDir)
	if dir == "" {
		return
	}
	text, err := os.ReadFile(filepath.Join(dir, "key"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := hashing.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "progress"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	cfg := placeConfig(dir, key)
	cfg.StateDir, cfg.Out = filepath.Join(dir, "state"), filepath.Join(dir, "killed")
	cfg.Progress = appendingProgress{file}
	_, _ = Run(context.Background(), cfg) // it is killed before it ends, or it ends
}

// TestKill kills runs in the middle of confirming, with -9. The next run pays for no verdict that an earlier
// one had counted: it repeats at most what was under way.
func TestKill(t *testing.T) {
	o := synth.Defaults()
	o.Accounts, o.Records, o.Reuse, o.Stale, o.Formats = 150, 400, 0.2, 0.8, []string{"combo_colon"}
	o.Argon2 = stored.Argon2Params{Memory: 2048, Time: 2, Threads: 1}
	cfg := synthetic(t, o)
	dir := filepath.Dir(cfg.IndexDir)
	if err := os.WriteFile(filepath.Join(dir, "key"), cfg.Key.Text(), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg.Out, cfg.StateDir = filepath.Join(dir, "whole"), filepath.Join(dir, "whole-state")
	whole, moot := wholeRun(t, cfg)
	total, all := whole.Manifest.Counts.Verifications, kept(t, cfg.StateDir)

	cfg.StateDir = filepath.Join(dir, "state")
	var counted int64
	for _, until := range []int64{1, 20, 70} {
		counted = killAfter(t, dir, until)
		if n := kept(t, cfg.StateDir); n < counted-moot {
			t.Fatalf("%d verdicts were counted before the kill, %d are kept", counted, n)
		}
		if err := ledger.Verify(cfg.StateDir, cfg.Key); err != nil {
			t.Fatal(err)
		}
	}
	before := kept(t, cfg.StateDir)
	cfg.Out = filepath.Join(dir, "last")
	last, err := Run(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	made := last.Manifest.Counts.Verifications
	// A password in several byte forms is one verdict and more than one verification.
	if made+before > total || counted < 70 || made == 0 {
		t.Errorf("the last run made %d verifications, %d verdicts were kept, %d counted; all are %d",
			made, before, counted, total)
	}
	if n := kept(t, cfg.StateDir); n != all {
		t.Errorf("%d verdicts in the end, %d without kills", n, all)
	}
	if len(last.List) != len(whole.List) {
		t.Fatalf("%d accounts listed after kills, %d without", len(last.List), len(whole.List))
	}
	for i := range last.List {
		a, b := last.List[i], whole.List[i]
		if a.FindingID != b.FindingID || a.Score != b.Score || a.Status != "new" {
			t.Errorf("after kills: %+v, without: %+v", a, b)
		}
	}
}

// wholeRun makes a run that nobody kills. It also returns how many moot candidates the run counted: they
// have no verdict. The manifest does not tell them, it counts records: a moot candidate of a record that
// brought a confirmed one, too, is not among its Moot.
func wholeRun(t *testing.T, cfg Config) (whole *Outcome, moot int64) {
	t.Helper()
	var counted atomic.Int64
	cfg.Progress = countingProgress{&counted}
	whole, err := Run(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	c := whole.Manifest.Counts
	if c.Indeterminate > 0 || c.Unchecked > 0 {
		t.Fatalf("candidates without a verdict are not all moot: %+v", c)
	}
	moot = counted.Load() - kept(t, cfg.StateDir)
	if moot <= c.Moot {
		t.Fatalf("%d candidates are moot, and as records %d: no record hides one", moot, c.Moot)
	}
	return whole, moot
}

// kept is how many verdicts a state holds.
func kept(t *testing.T, dir string) int64 {
	t.Helper()
	info, err := ledger.Inspect(dir)
	if err != nil {
		t.Fatal(err)
	}
	return info.Verdicts + info.Findings
}

// killAfter runs a child, kills it when it has counted so many verdicts in all, and returns how many it had.
func killAfter(t *testing.T, dir string, until int64) int64 {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestKilledChild$")
	child.Env = append(os.Environ(), killedDir+"="+dir)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	counted := func() int64 {
		info, err := os.Stat(filepath.Join(dir, "progress"))
		if err != nil {
			return 0
		}
		return info.Size()
	}
	deadline := time.Now().Add(30 * time.Second)
	for counted() < until && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it says that it was killed
	if leftovers, err := filepath.Glob(filepath.Join(dir, "killed")); err != nil || len(leftovers) > 0 {
		t.Fatalf("a killed run was published: %v, %v", leftovers, err)
	}
	return counted()
}
