package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// shellBlock is a fenced block of commands.
var shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// shellLines returns the lines of all blocks of commands of a page.
func shellLines(t *testing.T, page string) []string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, block := range shellBlock.FindAllSubmatch(text, -1) {
		lines = append(lines, strings.Split(strings.TrimSpace(string(block[1])), "\n")...)
	}
	return lines
}

// TestReadme runs the commands of the README, in order, as they stand there: those of make only as far as that
// the targets exist, those of credsieve in a folder with an export, dumps, and a list that was held.
func TestReadme(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if err := os.Remove(b.path("key")); err != nil { // the README makes it
		t.Fatal(err)
	}
	b.writeCSV("users.csv", []string{"account_id", "email", "password_hash"},
		[]string{"u4711", "alice@example.com", storedHash("Made-Up-1")},
		[]string{"u4712", "bob@example.com", storedHash("Made-Up-2")})
	b.write("dumps/combo.txt", "alice@example.com:Made-Up-1\nbob@example.com:Made-Up-3\n")
	b.write("dumps/unknown.bin", "login;pw\ncarol@example.com;Made-Up-4\n")

	made, ran := 0, 0
	for _, line := range shellLines(t, filepath.Join("..", "..", "README.md")) {
		switch program, args, _ := strings.Cut(line, " "); program {
		case "make":
			runLine(t, filepath.Join("..", ".."), "make -n "+args)
			made++
		case "credsieve":
			if before, after, approves := strings.Cut(line, "RUN_ID:COUNT"); approves {
				line = before + b.holdRun("run-2026-11-23") + after
			}
			runLine(t, b.dir, line)
			ran++
		default:
			t.Errorf("a line that this test does not run: %s", line)
		}
	}
	if made < 2 || ran < 10 {
		t.Errorf("only %d commands of make and %d of credsieve", made, ran)
	}
	if got := b.listed("run-2026-11-22"); len(got) != 1 || got[0] != "u4711" {
		t.Errorf("listed: %q", got)
	}
}

// holdRun makes a run whose list is held, and returns what approves of it.
func (b *bench) holdRun(name string) string {
	b.t.Helper()
	b.run(exitHeld, "scan", "--index", b.path("index"), "--state", b.path("state"), "--max-accounts", "0", "--out", b.path(name), b.path("dumps"))
	return fmt.Sprintf("%s:%d", b.manifest(name).RunID, 1)
}

// runLine gives a line to a shell, as a reader does who copies it.
func runLine(t *testing.T, dir, line string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s\n%v\n%s", line, err, out)
	}
}

// TestRunbooks runs the commands of the run books in their order, beside a night that was published, one that is held, and
// one with a sign of an own leak.
func TestRunbooks(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	columns := []string{"account_id", "email", "password_hash", "canary"}
	u1, u2 := []string{"u4711", "alice@example.com", storedHash("Made-Up-1"), ""}, []string{"u4712", "bob@example.com", storedHash("Made-Up-2"), ""}
	night := func(run string, want int, combo string, rows ...[]string) {
		t.Helper()
		b.writeCSV("accounts.csv", append([][]string{columns}, rows...)...)
		b.run(exitComplete, "index", "build", "--accounts", b.path("accounts.csv"), "--out", b.path("index"))
		b.write("dumps/combo.txt", combo)
		b.run(want, "scan", "--index", b.path("index"), "--state", b.path("state"), "--max-accounts", "1", "--out", b.path("runs/"+run), b.path("dumps"))
	}
	night("before", exitComplete, "bob@example.com:Made-Up-2\n", u1, u2)
	night("held", exitHeld, "alice@example.com:Made-Up-1\ndan@example.com:Made-Up-4\n", u1, []string{"u4713", "dan@example.com", storedHash("Made-Up-4"), ""})
	canary := []string{"u4714", "eve@example.com", storedHash("Made-Up-5"), "true"}
	night("leak", exitHeld, "eve@example.com:Made-Up-6\nalice@example.com:Made-Up-1\n", u1, canary)
	ran := 0
	for _, line := range shellLines(t, filepath.Join("..", "..", "docs", "runbooks.md")) {
		if before, after, approves := strings.Cut(line, "RUN_ID:COUNT"); approves {
			m := b.manifest(strings.Fields(line)[2])
			line = fmt.Sprintf("%s%s:%d%s", before, m.RunID, m.Counts.AccountsListed, after)
		}
		runLine(t, b.dir, line)
		ran++
	}
	if ran < 15 {
		t.Errorf("only %d commands", ran)
	}
}

// TestHandoffAndOperations runs the commands of the two pages on the reset step and on nightly jobs in their order, with
// names of runs and accounts in place of their words.
func TestHandoffAndOperations(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.writeCSV("accounts.csv", []string{"account_id", "email", "password_hash"},
		[]string{"u4711", "alice@example.com", storedHash("Made-Up-1")}, []string{"u4712", "bob@example.com", storedHash("Made-Up-2")})
	b.run(exitComplete, "index", "build", "--accounts", b.path("accounts.csv"), "--out", b.path("index"))
	b.write("dumps/combo.txt", "alice@example.com:Made-Up-1\n")
	b.write("before.txt", "bob@example.com:Made-Up-2\n")
	b.write("night.yaml", "scan:\n  index: index\n  out-root: nights\n")
	b.run(exitComplete, "scan", "--index", b.path("index"), "--out", b.path("runs/last"), b.path("before.txt"))
	b.run(exitHeld, "scan", "--index", b.path("index"), "--out", b.path("runs/held"), "--max-accounts", "0", b.path("dumps"))
	for page, words := range map[string][]string{
		"handoff.md": {
			"LAST_RUN", "runs/last", "RUN_ID:COUNT", b.manifest("runs/held").RunID + ":1", "runs/RUN_ID", "runs/held", "RUN", "runs/held",
			"ACCOUNT_ID", "u4711",
		},
		"operations.md": {"/srv/credsieve/runs", "nights", "LAST_RUN", "runs/last", "RUN", "nights/latest"},
	} {
		ran := 0
		for _, line := range shellLines(t, filepath.Join("..", "..", "docs", page)) {
			if strings.HasPrefix(line, "--exec-after") { // the end of a scan
				line = "credsieve scan --index index --key-file key --state state --out-root nights dumps " + line
			} else {
				line = strings.NewReplacer(words...).Replace(line)
			}
			runLine(t, b.dir, line)
			ran++
		}
		if ran < 5 {
			t.Errorf("%s: only %d commands", page, ran)
		}
	}
}
