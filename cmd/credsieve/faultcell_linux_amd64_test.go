package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
)

// cell is one fault at one step of one command, in a workplace of its own.
type cell struct {
	*bench
	t       *testing.T
	command *faulty
	mishap  mishap
	killed  bool
	told    bool // its result says that something could not be read
	code    int
	errs    string
	want    []string // ids that a scan of the dump lists
	key     string   // approval of the held run
	exactly []byte   // as in success
}

// inject runs a command with a fault at a step, 0: none.
func (c *cell) inject(step int, f mishap) injected {
	c.t.Helper()
	errs, err := os.Create(c.dir + ".err")
	if err != nil {
		c.t.Fatal(err)
	}
	defer errs.Close()
	in := injection{Dir: c.dir, Step: step, Errs: errs, mishap: f}
	for _, arg := range c.command.args {
		in.Args = append(in.Args, strings.NewReplacer("DIR", c.dir, "APPROVAL", c.key).Replace(arg))
	}
	out, err := in.run()
	if err != nil {
		c.t.Fatal("the injector:", err)
	}
	c.code, c.killed, c.errs = out.Code, out.Killed, mustRead(c.t, errs.Name())
	return out
}

// check holds what is there against what must be: the old state intact or the new one whole, the right exit code, a sentence.
func (c *cell) check() {
	c.t.Helper()
	if !c.killed && c.code != c.command.exit && c.code != exitFailed {
		c.t.Errorf("exit code %d: %s", c.code, c.errs)
	}
	if !c.killed && c.code == exitFailed && (!strings.HasPrefix(c.errs, "credsieve: ") || strings.Contains(c.errs, "goroutine ")) {
		c.t.Errorf("it failed without a sentence: %s", c.errs)
	}
	if c.mishap.Cut == cutHalf && c.code != c.command.exit {
		c.t.Errorf("a read that returned less than there is ended it: exit code %d: %s", c.code, c.errs)
	}
	c.wantMade()
	for _, run := range c.runs("root") {
		c.wantRun(run)
	}
	if !c.killed {
		c.wantNothingLeft()
	}
	if c.command.more != nil {
		c.command.more(c)
	}
	// Whatever happened, the next night is one like any other.
	c.run(exitComplete, "index", "verify", c.path("index"))
	c.run(exitPartial, "scan", "--index", c.path("index"), "--state", c.path("state"), "--max-share", "100%", "--progress", "none",
		"--out", c.path("next"), c.path("dump.txt"))
	c.wantRun("next")
	c.run(exitComplete, "verify", c.path("run"))
}

// wantMade demands that what a command makes is there, whole, when it says so, and not otherwise.
func (c *cell) wantMade() {
	c.t.Helper()
	made := c.command.made
	if made == "" {
		return
	}
	_, err := os.Stat(c.path(made))
	switch there := err == nil; {
	case !c.killed && there != (c.code == c.command.exit):
		c.t.Errorf("exit code %d, and it made something: %v", c.code, there)
	case there && made == "new":
		c.wantRun(made)
	case there && c.exactly != nil:
		if got, err := os.ReadFile(c.path(made)); err != nil || !bytes.Equal(got, c.exactly) {
			c.t.Errorf("%s has %d bytes of other content, not %d: %v", made, len(got), len(c.exactly), err)
		}
	}
}

// wantRun demands a whole run with the list that is right, or one that says what could not be read.
func (c *cell) wantRun(run string) {
	c.t.Helper()
	c.run(exitComplete, "verify", c.path(run))
	got := c.listed(run)
	if slices.Sort(got); slices.Equal(got, c.want) {
		return
	}
	unread := slices.ContainsFunc(c.manifest(run).Inputs, func(in rundir.Input) bool { return in.Status != string(dump.StatusRead) && in.Error != "" })
	c.told = c.mishap.Reading && unread
	if !c.told || slices.ContainsFunc(got, func(id string) bool { return !slices.Contains(c.want, id) }) {
		c.t.Errorf("%s lists %v, want %v", run, got, c.want)
	}
}

// runs are the runs below a folder, without the link to the latest.
func (c *cell) runs(root string) (names []string) {
	entries, err := os.ReadDir(c.path(root))
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, filepath.Join(root, e.Name()))
		}
	}
	return names
}

// wantNothingLeft: a command that could say what went wrong has also cleaned up.
func (c *cell) wantNothingLeft() {
	c.t.Helper()
	for _, folder := range []string{".", "root", "index", "held", "state", "fresh", "planned", "screened", "confirmed"} {
		entries, err := os.ReadDir(c.path(folder))
		if err != nil {
			continue
		}
		for _, e := range entries {
			if strings.Contains(e.Name(), "partial-") || strings.Contains(e.Name(), ".tmp") || strings.HasSuffix(e.Name(), ".compact") {
				c.t.Errorf("%s/%s is left: %s", folder, e.Name(), c.errs)
			}
		}
	}
}

// releasedOrHeld: a held run is still that, and can be released, or is released.
func releasedOrHeld(c *cell) {
	c.t.Helper()
	if _, err := os.Stat(c.path("held/at_risk.csv")); err != nil {
		c.run(exitComplete, "release", c.path("held"), "--approve", c.key)
	}
	c.wantRun("held")
}

// wholeState: a state is the old one or the compact one.
func wholeState(c *cell) {
	c.t.Helper()
	c.run(exitComplete, "state", "verify", c.path("state"))
}

// prunedOrThere: each old run is gone or whole, the newest is there, and whoever prunes again has done so.
func prunedOrThere(c *cell) {
	c.t.Helper()
	before := c.runs("nights")
	if n := len(before); n == 0 || n > 3 || !c.killed && c.code == exitComplete && c.errs == "" && (n != 1 || len(c.hidden("nights")) > 0) {
		c.t.Errorf("exit code %d, %v and %v are there: %s", c.code, before, c.hidden("nights"), c.errs)
	}
	for _, run := range before {
		c.wantRun(run)
	}
	if c.killed || c.code != exitComplete {
		c.run(exitComplete, "runs", "prune", c.path("nights"), "--keep", "30d", "--now", "2026-06-02T00:00:00Z")
		if after := c.runs("nights"); len(after) != 1 || after[0] != before[len(before)-1] {
			c.t.Errorf("after pruning again %v are there", after)
		}
	}
}

// hidden are the hidden names in a folder.
func (c *cell) hidden(folder string) (names []string) {
	found, err := filepath.Glob(filepath.Join(c.path(folder), ".*"))
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}

// goOn ends a scan that was divided into tasks, from where a command left it.
func (c *cell) goOn(stage string) {
	c.t.Helper()
	tasks, index := c.path(stage), c.path("index")
	there := func(name string) bool {
		found, err := filepath.Glob(filepath.Join(tasks, name))
		if err != nil {
			c.t.Fatal(err)
		}
		return slices.ContainsFunc(found, func(path string) bool { return !strings.HasSuffix(path, ".tmp") })
	}
	if !there("plan") {
		c.run(exitComplete, "plan", "--index", index, "--partitions", "1", "--out", tasks, c.path("dump.txt"))
	}
	if !there("screen/*/*") {
		c.run(exitComplete, "task", "screen", tasks, "--shard", "0", "--index", index)
	}
	if !there("confirm/*/*") {
		c.run(exitComplete, "task", "confirm", tasks, "--partition", "0", "--index", index)
	}
	c.run(exitPartial, "publish", tasks, "--index", index, "--max-share", "100%", "--out", c.path("published"))
	c.wantRun("published")
}
