package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/credsieve/credsieve/hashing/stored"
)

// TestMain lets the test binary be the reset step itself.
func TestMain(m *testing.M) {
	if os.Getenv("RESETSTEP") != "" {
		main()
		os.Exit(0)
	}
	code := m.Run()
	os.RemoveAll(tools)
	os.Exit(code)
}

// tools is the folder of the program that all tests use.
var tools string

// build makes credsieve once, without what only a debugger needs: linking is most of what it costs.
var build = sync.OnceValues(func() (program string, err error) {
	if tools, err = os.MkdirTemp("", "resetstep"); err != nil {
		return "", err
	}
	program = filepath.Join(tools, "credsieve")
	out, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", program, "../../../cmd/credsieve").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("failed to build credsieve: %w: %s", err, out)
	}
	return program, nil
})

// nights is a workplace with a user store, an index of it and a reset step.
type nights struct {
	t         *testing.T
	dir       string
	credsieve string
	python    string // with pyarrow: the reset step is the one in Python; else the one in Go
}

func newNights(t *testing.T) *nights {
	t.Helper()
	credsieve, err := build()
	if err != nil {
		t.Fatal(err)
	}
	n := &nights{t: t, dir: t.TempDir(), credsieve: credsieve}
	n.run("keygen", "--out", n.path("key"))
	return n
}

func (n *nights) path(name string) string { return filepath.Join(n.dir, name) }

// run executes credsieve, which must end well.
func (n *nights) run(args ...string) {
	n.t.Helper()
	if out, err := exec.Command(n.credsieve, args...).CombinedOutput(); err != nil {
		n.t.Fatalf("credsieve %v: %v: %s", args, err, out)
	}
}

// store exports the accounts with their present passwords: pairs of name and password.
func (n *nights) store(users ...string) {
	n.t.Helper()
	rows := [][]string{{"account_id", "email", "password_hash"}}
	cheap := stored.Argon2Params{Memory: 8, Time: 1, Threads: 1}
	for i := 0; i < len(users); i += 2 {
		hash := stored.FormatArgon2id([]byte(users[i+1]), []byte("a salt for tests"), cheap)
		rows = append(rows, []string{users[i], users[i] + "@example.com", hash})
	}
	f, err := os.Create(n.path("accounts.csv"))
	if err != nil {
		n.t.Fatal(err)
	}
	if err := errors.Join(csv.NewWriter(f).WriteAll(rows), f.Close()); err != nil {
		n.t.Fatal(err)
	}
}

// scan builds the index and scans the lines; held says that the guard is to hold the list.
func (n *nights) scan(run string, held bool, lines ...string) {
	n.t.Helper()
	if err := os.WriteFile(n.path("dump.txt"), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		n.t.Fatal(err)
	}
	n.run("index", "build", "--accounts", n.path("accounts.csv"), "--key-file", n.path("key"), "--out", n.path("index"))
	args := []string{"scan", "--index", n.path("index"), "--key-file", n.path("key"), "--out", n.path(run)}
	if held {
		args = append(args, "--max-accounts", "1")
	}
	err := exec.Command(n.credsieve, append(args, n.path("dump.txt"))...).Run()
	if (err != nil) != held {
		n.t.Fatalf("scan: %v", err)
	}
}

// step runs the reset step and returns the accounts that it acted on.
func (n *nights) step(run string, more ...string) (accounts string, err error) {
	n.t.Helper()
	args := append([]string{"-credsieve", n.credsieve, "-run", n.path(run), "-accounts", n.path("accounts.csv"),
		"-key-file", n.path("key"), "-done", n.path("done")}, more...)
	cmd := exec.Command(os.Args[0], args...)
	if n.python != "" {
		cmd = exec.Command(n.python, append([]string{"resetstep.py"}, args...)...)
	}
	cmd.Env = append(os.Environ(), "RESETSTEP=1")
	out, err := cmd.Output()
	var names []string
	for line := range strings.Lines(string(out)) {
		name, actions, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !strings.HasPrefix(actions, "reset_password;") {
			n.t.Errorf("actions %q", actions)
		}
		names = append(names, name)
	}
	return strings.Join(names, " "), err
}

func (n *nights) wantStep(want, run string, more ...string) {
	n.t.Helper()
	if got, err := n.step(run, more...); err != nil || got != want {
		n.t.Errorf("run %s: acted on %q, want %q: %v", run, got, want, err)
	}
}

// inBoth runs a test with the reset step in Go and with the one in Python.
func inBoth(t *testing.T, test func(*testing.T, *nights)) {
	t.Parallel()
	t.Run("go", func(t *testing.T) {
		t.Parallel()
		test(t, newNights(t))
	})
	t.Run("python", func(t *testing.T) {
		t.Parallel()
		python, err := filepath.Abs("../../../bin/tools/bin/python")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(python); err != nil {
			t.Skip("pyarrow is not installed: bash .ci/tools")
		}
		n := newNights(t)
		n.python = python
		test(t, n)
	})
}

func TestNobodyIsNotifiedTwice(t *testing.T) { inBoth(t, testNobodyIsNotifiedTwice) }

func testNobodyIsNotifiedTwice(t *testing.T, n *nights) {
	leak := []string{"alice@example.com:Made-Up-1", "bob@example.com:Made-Up-2", "carol@example.com:Made-Up-3"}
	n.store("alice", "Made-Up-1", "bob", "Made-Up-2", "carol", "Made-Up-3")
	n.scan("night1", false, leak...)
	n.store("alice", "Made-Up-1", "bob", "changed by himself", "carol", "Made-Up-3")
	n.wantStep("alice", "night1", "-limit", "1")
	n.wantStep("carol", "night1")
	n.wantStep("", "night1")

	// The night is repeated: the users have not reacted yet.
	n.scan("night2", false, leak...)
	n.wantStep("", "night2")

	// Alice chooses another password that leaked: a new finding.
	n.store("alice", "Made-Up-2", "bob", "changed by himself", "carol", "Made-Up-3")
	n.scan("night3", false, append(leak, "alice@example.com:Made-Up-2")...)
	n.wantStep("alice", "night3")
	n.wantStep("", "night3")
}

func TestWhatIsHeldOrTouchedIsRefused(t *testing.T) { inBoth(t, testWhatIsHeldOrTouchedIsRefused) }

func testWhatIsHeldOrTouchedIsRefused(t *testing.T, n *nights) {
	n.store("alice", "Made-Up-1", "bob", "Made-Up-2")
	leak := []string{"alice@example.com:Made-Up-1", "bob@example.com:Made-Up-2"}
	n.scan("held", true, leak...)
	if got, err := n.step("held"); err == nil || got != "" {
		t.Errorf("acted on %q of a held run", got)
	}
	n.scan("touched", false, leak...)
	f, err := os.OpenFile(n.path("touched/at_risk.csv"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("\n"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := n.step("touched"); err == nil || got != "" {
		t.Errorf("acted on %q of a run that was touched", got)
	}
}
