package main

import (
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

// faultsFull has each step that changes something fail in each way, and mostReads of those that read, which are hundreds: "make faults".
// Where it is "all", it has each of those fail as well, which takes an hour. Without it a few of each are tried, and with -short two
// for each command: isLeftOutOfShort.
const (
	faultsFull = "CREDSIEVE_FAULTS"
	mostReads  = 12
)

// faulty is a command that changes files. Each of its steps is to fail or to be the last one; what must hold then is in check.
type faulty struct {
	number  int // its place among the commands
	name    string
	args    []string // DIR stands for the workplace
	exit    int      // without a fault
	made    string   // what it makes, below the workplace: there whole, or not at all
	removes bool     // what it is for
	exact   bool     // what it makes is a file that always has the same bytes
	more    func(c *cell)
}

// mishaps are the ways in which a step goes wrong: three of those that change something, three of those that read.
func mishaps() []mishap {
	return []mishap{
		{Name: "EIO", Errno: syscall.EIO}, {Name: "ENOSPC", Errno: syscall.ENOSPC}, {Name: "SIGKILL", Signal: syscall.SIGKILL},
		{Name: "reading EIO", Reading: true, Errno: syscall.EIO}, {Name: "end", Reading: true, Cut: cutAll},
		{Name: "half", Reading: true, Cut: cutHalf},
	}
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
		{name: "recheck", exit: exitComplete, made: "holds.csv", exact: true, args: []string{
			"recheck", "DIR/run", "--accounts", "DIR/accounts.csv", "--out", "DIR/holds.csv", "--progress", "none",
		}},
		{name: "report", exit: exitComplete, made: "report.html", args: []string{"report", "DIR/run", "--out", "DIR/report.html"}},
		{name: "runs prune", exit: exitComplete, removes: true, more: prunedOrThere, args: []string{
			"runs", "prune", "DIR/nights", "--keep", "30d", "--now", "2026-06-02T00:00:00Z",
		}},
		{name: "state compact", exit: exitComplete, args: []string{"state", "compact", "DIR/state"}, more: wholeState},
		{name: "plan", exit: exitComplete, args: []string{
			"plan", "--index", "DIR/index", "--partitions", "1", "--progress", "none", "--out", "DIR/fresh", "DIR/dump.txt",
		}, more: func(c *cell) { c.goOn("fresh") }},
		{name: "task screen", exit: exitComplete, args: []string{"task", "screen", "DIR/planned", "--shard", "0", "--index", "DIR/index"},
			more: func(c *cell) { c.goOn("planned") }},
		{name: "task confirm", exit: exitComplete, args: []string{"task", "confirm", "DIR/screened", "--partition", "0", "--index", "DIR/index"},
			more: func(c *cell) { c.goOn("screened") }},
		{name: "publish", exit: exitPartial, made: "new", args: []string{
			"publish", "DIR/confirmed", "--index", "DIR/index", "--max-share", "100%", "--out", "DIR/new",
		}, more: func(c *cell) { c.goOn("confirmed") }},
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
	for _, at := range []string{"2026-01-01", "2026-02-01", "2026-06-01"} {
		b.run(exitPartial, "scan", "--index", b.path("index"), "--max-share", "100%", "--progress", "none", "--out-root", b.path("nights"),
			"--now", at+"T00:00:00Z", dump)
	}
	for i, stage := range []string{"planned", "screened", "confirmed"} {
		b.run(exitComplete, "plan", "--index", b.path("index"), "--partitions", "1", "--out", b.path(stage), dump)
		if i > 0 {
			b.run(exitComplete, "task", "screen", b.path(stage), "--shard", "0")
		}
		if i > 1 {
			b.run(exitComplete, "task", "confirm", b.path(stage), "--partition", "0")
		}
	}
	m := b.manifest("held")
	return b, fmt.Sprintf("%s:%d", m.RunID, m.Counts.AccountsListed)
}

// TestFaults is the matrix in docs/reliability.md: each fault, at each step of each command.
func TestFaults(t *testing.T) {
	t.Parallel()
	perWay := rounds(1, 2) // steps that fail in a way and change something
	base, approval := faultBase(t)
	full := os.Getenv(faultsFull) != ""
	var table faultTable
	t.Run("cells", func(t *testing.T) {
		for i, command := range faultyCommands() {
			command.number = i
			t.Run(strings.ReplaceAll(command.name, " ", "_"), func(t *testing.T) {
				t.Parallel()
				runFaults(t, base, approval, &command, perWay, full, &table)
			})
		}
	})
	if full && !t.Failed() {
		table.compare(t, "../../docs/reliability.md")
	}
}

// isLeftOutOfShort reports whether a command is not tried with mishap i in short tests, which look for races in code that all have in
// common: each command has one step that changes something and one that reads go wrong, and each mishap meets every third command.
func isLeftOutOfShort(command *faulty, i int) bool { return command.number%3 != i%3 }

func runFaults(t *testing.T, base *bench, approval string, command *faulty, perWay int, full bool, table *faultTable) {
	fresh := func(t *testing.T, name string) *cell {
		dir := filepath.Join(t.TempDir(), name)
		if out, err := exec.CommandContext(t.Context(), "cp", "-a", base.dir, dir).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return &cell{bench: &bench{t: t, dir: dir}, t: t, command: command, key: approval}
	}
	whole := fresh(t, "w")
	whole.run(exitPartial, "scan", "--index", whole.path("index"), "--max-share", "100%", "--progress", "none", "--out", whole.path("want"), whole.path("dump.txt"))
	want := whole.listed("want")
	slices.Sort(want)
	unharmed := map[[2]bool]success{}
	for i, f := range mishaps() {
		if testing.Short() && !full && isLeftOutOfShort(command, i) {
			continue
		}
		f.Removes = command.removes
		kind := [2]bool{f.Reading, f.Cut != 0} // that has the same steps
		if _, ok := unharmed[kind]; !ok {
			unharmed[kind] = withoutFault(t, fresh(t, strings.ReplaceAll(f.Name, " ", "_")), f)
		}
		steps := unharmed[kind].steps
		first, stride := 1, 1
		switch {
		case !full && (f.Reading || testing.Short()): // one in the middle
			first, stride = len(steps)/2+1, max(len(steps), 1)
		case !full && perWay == 1: // the first one, or one in the middle
			first, stride = 1+(command.number+i)%2*len(steps)/2, len(steps)
		case !full:
			stride = len(steps)/2 + 1
		case f.Reading && os.Getenv(faultsFull) != "all":
			stride = max((len(steps)+mostReads-1)/mostReads, 1)
		}
		for step := first; step <= len(steps); step += stride {
			name := fmt.Sprintf("%s_%d_%s", f.Name, step, strings.ReplaceAll(steps[step-1], "/", "_"))
			t.Run(name, func(t *testing.T) {
				c := fresh(t, "c")
				c.want, c.mishap, c.exactly = want, f, unharmed[kind].exactly
				c.inject(step, f)
				c.check()
				table.add(command.name, f.Name, c)
			})
		}
	}
}

// success is what a command does without a fault.
type success struct {
	steps   []string
	exactly []byte // what it makes, nil: it has a time in it, or is random
}

// withoutFault counts the steps of a command that could go wrong in a way.
func withoutFault(t *testing.T, c *cell, f mishap) (s success) {
	t.Helper()
	s.steps = c.inject(0, f).Steps
	if len(s.steps) < 2 && !f.Reading || c.code != c.command.exit {
		t.Fatalf("%d steps, exit code %d: %s", len(s.steps), c.code, c.errs)
	}
	if c.command.exact {
		s.exactly = []byte(mustRead(t, c.path(c.command.made)))
	}
	return s
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
	case c.told:
		f.cells[key]["told"]++
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
	table.WriteString("| command | step fails with EIO | with ENOSPC | killed at the step | reading fails with EIO | a file ends early | half is read | cells | verdict |\n" +
		"|---|---|---|---|---|---|---|---|---|\n")
	all := 0
	for _, command := range faultyCommands() {
		sum := 0
		fmt.Fprintf(&table, "| `%s` |", command.name)
		for _, fault := range mishaps() {
			n := f.cells[[2]string{command.name, fault.Name}]
			sum += n["failed"] + n["done"] + n["killed"] + n["told"]
			switch {
			case fault.Signal != 0:
				fmt.Fprintf(&table, " %d |", n["killed"]+n["done"])
			case fault.Cut == cutHalf:
				fmt.Fprintf(&table, " %d done |", n["done"])
			case n["told"] > 0:
				fmt.Fprintf(&table, " %d exit 1, %d told, %d done all the same |", n["failed"], n["told"], n["done"])
			default:
				fmt.Fprintf(&table, " %d exit 1, %d done all the same |", n["failed"], n["done"])
			}
		}
		all += sum
		fmt.Fprintf(&table, " %d | held |\n", sum)
	}
	fmt.Fprintf(&table, "| all | | | | | | | %d | held |\n", all)
	if all < 250 {
		t.Errorf("only %d cells", all)
	}
	if *update {
		if err := os.WriteFile(path, []byte(before+faultsBegin+table.String()+faultsEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
