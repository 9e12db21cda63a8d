package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/credsieve/credsieve/hashing/stored"
)

// faultsFull has each step of each command fail in each way: "make faults". Without it a few of each are tried.
const faultsFull = "CREDSIEVE_FAULTS"

// faulty is a command that changes files. Each of its steps is to fail or to be the last one; what must hold then is in check.
type faulty struct {
	name string
	args []string // DIR stands for the workplace
	exit int      // without a fault
	made string   // what it makes, below the workplace: there whole, or not at all
	more func(c *cell)
}

// faults are the ways in which a step goes wrong.
var faults = []struct {
	name   string
	errno  syscall.Errno
	signal syscall.Signal
}{
	{"EIO", syscall.EIO, 0}, {"ENOSPC", syscall.ENOSPC, 0}, {"SIGKILL", 0, syscall.SIGKILL},
}

func faultyCommands() []faulty {
	return []faulty{
		{name: "scan --state", exit: exitPartial, made: "new", args: []string{
			"scan", "--index", "DIR/index", "--state", "DIR/state", "--max-share", "100%", "--progress", "none", "--out", "DIR/new", "DIR/dump.txt",
		}},
		{name: "scan --out-root", exit: exitPartial, args: []string{
			"scan", "--index", "DIR/index", "--max-share", "100%", "--progress", "none", "--out-root", "DIR/root", "DIR/dump.txt",
		}},
		{name: "index build", exit: exitComplete, args: []string{
			"index", "build", "--accounts", "DIR/more.csv", "--out", "DIR/index", "--progress", "none",
		}},
		{name: "index build --previous", exit: exitComplete, args: []string{
			"index", "build", "--accounts", "DIR/more.csv", "--previous", "DIR/index", "--out", "DIR/index", "--progress", "none",
		}},
		{name: "release", exit: exitComplete, args: []string{"release", "DIR/held", "--key-file", "DIR/key", "--approve", "APPROVAL"}, more: releasedOrHeld},
		{name: "recheck", exit: exitComplete, made: "holds.csv", args: []string{
			"recheck", "DIR/run", "--accounts", "DIR/accounts.csv", "--out", "DIR/holds.csv", "--progress", "none",
		}},
		{name: "report", exit: exitComplete, made: "report.html", args: []string{"report", "DIR/run", "--out", "DIR/report.html"}},
		{name: "keygen", exit: exitComplete, made: "second.key", args: []string{"keygen", "--out", "DIR/second.key"}},
	}
}

// faultBase is a workplace with an index, a state, a run and a held one. It is copied for each cell.
func faultBase(t *testing.T) (*bench, string) {
	t.Helper()
	b := newBench(t)
	rows := [][]string{{"account_id", "email", "password_hash"}}
	var lines strings.Builder
	for i := range 40 {
		password := fmt.Sprintf("Made-Up-%d", i)
		hash := stored.FormatArgon2id([]byte(password), []byte("a salt for tests"), cheap)
		rows = append(rows, []string{fmt.Sprintf("u%d", i), fmt.Sprintf("user%d@example.com", i), hash})
		if i%3 == 0 {
			password = "Another-" + password
		}
		if i%2 == 0 {
			fmt.Fprintf(&lines, "user%d@example.com:%s\n", i, password)
		}
	}
	rows = append(rows, []string{"odd", "odd@example.com", "$9$unknown"})
	lines.WriteString("odd@example.com:Made-Up\n")
	export := b.writeCSV("accounts.csv", rows...)
	b.writeCSV("more.csv", append(rows, []string{"new", "new@example.com", rows[1][2]})...)
	dump := b.write("dump.txt", lines.String())
	first := b.write("first.txt", strings.Join(strings.Split(lines.String(), "\n")[:4], "\n")+"\n")
	b.run(exitComplete, "index", "build", "--accounts", export, "--out", b.path("index"))
	scan := func(want int, run string, args ...string) {
		b.run(want, append([]string{
			"scan", "--index", b.path("index"), "--max-share", "100%", "--progress", "none", "--out", b.path(run),
		}, args...)...)
	}
	scan(exitComplete, "run", "--state", b.path("state"), first)
	scan(exitHeld, "held", "--max-accounts", "1", dump)
	m := b.manifest("held")
	return b, fmt.Sprintf("%s:%d", m.RunID, m.Counts.AccountsListed)
}

// cell is one fault at one step of one command, in a workplace of its own.
type cell struct {
	*bench
	t       *testing.T
	command *faulty
	killed  bool
	code    int
	errs    string
	want    []string // ids that a scan of the dump lists
	key     string   // approval of the held run
}

// inject runs a command with a fault at a step, 0: none.
func (c *cell) inject(step int, errno syscall.Errno, signal syscall.Signal) injected {
	c.t.Helper()
	in := injection{Dir: c.dir, Step: step, Errno: errno, Signal: signal, Log: c.path("..") + "/" + filepath.Base(c.dir) + ".log"}
	for _, arg := range c.command.args {
		in.Args = append(in.Args, strings.NewReplacer("DIR", c.dir, "APPROVAL", c.key).Replace(arg))
	}
	text, err := json.Marshal(in)
	if err != nil {
		c.t.Fatal(err)
	}
	cmd := exec.CommandContext(c.t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), injectVariable+"="+string(text), "TMPDIR="+c.dir)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Run(); err != nil {
		c.t.Fatalf("the injector: %v\n%s", err, errs.String())
	}
	var out injected
	text, err = os.ReadFile(in.Log)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	c.code, c.killed, c.errs = out.Code, out.Killed, errs.String()
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
	if made := c.command.made; made != "" {
		_, err := os.Stat(c.path(made))
		if there := err == nil; !c.killed && there != (c.code == c.command.exit) {
			c.t.Errorf("exit code %d, and it made something: %v", c.code, there)
		} else if there && made == "new" {
			c.wantRun(made)
		}
	}
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

// wantRun demands a whole run with the list that is right.
func (c *cell) wantRun(run string) {
	c.t.Helper()
	c.run(exitComplete, "verify", c.path(run))
	got := c.listed(run)
	if slices.Sort(got); !slices.Equal(got, c.want) {
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
	for _, folder := range []string{".", "root", "index", "held"} {
		entries, err := os.ReadDir(c.path(folder))
		if err != nil {
			continue
		}
		for _, e := range entries {
			if strings.Contains(e.Name(), "partial-") || strings.Contains(e.Name(), ".tmp") {
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

// TestFaults is the matrix in docs/reliability.md: each fault, at each step of each command.
func TestFaults(t *testing.T) {
	t.Parallel()
	base, approval := faultBase(t)
	full := os.Getenv(faultsFull) != ""
	var table faultTable
	t.Run("cells", func(t *testing.T) {
		for _, command := range faultyCommands() {
			t.Run(strings.ReplaceAll(command.name, " ", "_"), func(t *testing.T) {
				t.Parallel()
				runFaults(t, base, approval, &command, full, &table)
			})
		}
	})
	if full && !t.Failed() {
		table.compare(t, "../../docs/reliability.md")
	}
}

func runFaults(t *testing.T, base *bench, approval string, command *faulty, full bool, table *faultTable) {
	fresh := func(t *testing.T, name string) *cell {
		dir := filepath.Join(t.TempDir(), name)
		if out, err := exec.CommandContext(t.Context(), "cp", "-a", base.dir, dir).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return &cell{bench: &bench{t: t, dir: dir}, t: t, command: command, key: approval}
	}
	whole := fresh(t, "w")
	steps := whole.inject(0, 0, 0).Steps
	if len(steps) < 2 || whole.code != command.exit {
		t.Fatalf("%d steps, exit code %d: %s", len(steps), whole.code, whole.errs)
	}
	whole.run(exitPartial, "scan", "--index", whole.path("index"), "--max-share", "100%", "--progress", "none", "--out", whole.path("want"), whole.path("dump.txt"))
	want := whole.listed("want")
	slices.Sort(want)
	stride := 1
	if !full {
		stride = len(steps)/2 + 1
	}
	for _, fault := range faults {
		for step := 1; step <= len(steps); step += stride {
			name := fmt.Sprintf("%s_%d_%s", fault.name, step, strings.ReplaceAll(steps[step-1], "/", "_"))
			t.Run(name, func(t *testing.T) {
				c := fresh(t, "c")
				c.want = want
				c.inject(step, fault.errno, fault.signal)
				c.check()
				table.add(command.name, fault.name, c)
			})
		}
	}
}

// faultTable counts cells for the documentation.
type faultTable struct {
	mu    sync.Mutex
	cells map[[2]string]map[string]int
}

func (f *faultTable) add(command, fault string, c *cell) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.cells == nil {
		f.cells = make(map[[2]string]map[string]int)
	}
	key := [2]string{command, fault}
	if f.cells[key] == nil {
		f.cells[key] = make(map[string]int)
	}
	switch {
	case c.killed:
		f.cells[key]["killed"]++
	case c.code == exitFailed:
		f.cells[key]["failed"]++
	default:
		f.cells[key]["done"]++
	}
}

// The marks around what is generated.
const (
	faultsBegin = "<!-- faults: make faults -->\n"
	faultsEnd   = "<!-- end of faults -->\n"
)

// compare writes the table, with -update, or demands that as many cells were tried as the documentation says, about: how often a command
// writes depends a little on the machine.
func (f *faultTable) compare(t *testing.T, path string) {
	t.Helper()
	text := mustRead(t, path)
	before, rest, ok := strings.Cut(text, faultsBegin)
	_, after, ok2 := strings.Cut(rest, faultsEnd)
	if !ok || !ok2 {
		t.Fatalf("%s has no marks for the table", path)
	}
	var table strings.Builder
	table.WriteString("| command | step fails with EIO | with ENOSPC | killed at the step | cells | verdict |\n|---|---|---|---|---|---|\n")
	all := 0
	for _, command := range faultyCommands() {
		sum := 0
		fmt.Fprintf(&table, "| `%s` |", command.name)
		for _, fault := range faults {
			n := f.cells[[2]string{command.name, fault.name}]
			sum += n["failed"] + n["done"] + n["killed"]
			if fault.signal != 0 {
				fmt.Fprintf(&table, " %d |", n["killed"]+n["done"])
				continue
			}
			fmt.Fprintf(&table, " %d exit 1, %d done all the same |", n["failed"], n["done"])
		}
		all += sum
		fmt.Fprintf(&table, " %d | held |\n", sum)
	}
	fmt.Fprintf(&table, "| all | | | | %d | held |\n", all)
	if all < 250 {
		t.Errorf("only %d cells", all)
	}
	if *update {
		if err := os.WriteFile(path, []byte(before+faultsBegin+table.String()+faultsEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
