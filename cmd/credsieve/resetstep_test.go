package main

import (
	"encoding/csv"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/hashing/stored"
)

const resetStep = "../../docs/examples/resetstep"

// resetting is a workplace with a user store, an index of it and a reset step.
type resetting struct {
	t    *testing.T
	dir  string
	step []string // the reset step as it is called
}

func newResetting(t *testing.T, step ...string) *resetting {
	t.Helper()
	n := &resetting{t: t, dir: t.TempDir(), step: step}
	n.run("keygen", "--out", n.path("key"))
	return n
}

func (n *resetting) path(name string) string { return filepath.Join(n.dir, name) }

// run executes credsieve, which must end well.
func (n *resetting) run(args ...string) {
	n.t.Helper()
	if out, err := exec.Command("credsieve", args...).CombinedOutput(); err != nil {
		n.t.Fatalf("credsieve %v: %v: %s", args, err, out)
	}
}

// store exports the accounts with their present passwords: pairs of name and password.
func (n *resetting) store(users ...string) {
	n.t.Helper()
	rows := [][]string{{"account_id", "email", "password_hash"}}
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
func (n *resetting) scan(run string, held bool, lines ...string) {
	n.t.Helper()
	if err := os.WriteFile(n.path("dump.txt"), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		n.t.Fatal(err)
	}
	n.run("index", "build", "--accounts", n.path("accounts.csv"), "--key-file", n.path("key"), "--out", n.path("index"))
	args := []string{"scan", "--index", n.path("index"), "--key-file", n.path("key"), "--out", n.path(run)}
	if held {
		args = append(args, "--max-accounts", "1")
	}
	err := exec.Command("credsieve", append(args, n.path("dump.txt"))...).Run()
	if (err != nil) != held {
		n.t.Fatalf("scan: %v", err)
	}
}

// act runs the reset step and returns the accounts that it acted on.
func (n *resetting) act(run string, more ...string) (accounts string, err error) {
	n.t.Helper()
	args := append(slices.Clone(n.step[1:]), "-credsieve", "credsieve", "-run", n.path(run), "-accounts", n.path("accounts.csv"),
		"-key-file", n.path("key"), "-done", n.path("done"))
	cmd := exec.Command(n.step[0], append(args, more...)...)
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

func (n *resetting) wantActs(want, run string, more ...string) {
	n.t.Helper()
	if got, err := n.act(run, more...); err != nil || got != want {
		n.t.Errorf("run %s: acted on %q, want %q: %v", run, got, want, err)
	}
}

// inBoth runs a test with the reset step in Go and with the one in Python. Both run this program: testscript has put it into PATH.
func inBoth(t *testing.T, test func(*testing.T, *resetting)) {
	t.Parallel()
	t.Run("go", func(t *testing.T) {
		t.Parallel()
		program := filepath.Join(t.TempDir(), "resetstep")
		if out, err := exec.Command("go", "build", "-o", program, resetStep).CombinedOutput(); err != nil {
			t.Fatalf("failed to build the reset step: %v: %s", err, out)
		}
		test(t, newResetting(t, program))
	})
	t.Run("python", func(t *testing.T) {
		t.Parallel()
		python, err := filepath.Abs("../../bin/tools/bin/python")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(python); err != nil {
			t.Skip("pyarrow is not installed: bash .ci/tools")
		}
		test(t, newResetting(t, python, filepath.Join(resetStep, "resetstep.py")))
	})
}

func TestResetStep_tells_nobody_twice(t *testing.T) { inBoth(t, tellsNobodyTwice) }

func tellsNobodyTwice(t *testing.T, n *resetting) {
	leak := []string{"alice@example.com:Made-Up-1", "bob@example.com:Made-Up-2", "carol@example.com:Made-Up-3"}
	n.store("alice", "Made-Up-1", "bob", "Made-Up-2", "carol", "Made-Up-3")
	n.scan("night1", false, leak...)
	n.store("alice", "Made-Up-1", "bob", "changed by himself", "carol", "Made-Up-3")
	n.wantActs("alice", "night1", "-limit", "1")
	n.wantActs("carol", "night1")
	n.wantActs("", "night1")

	// The night is repeated: the users have not reacted yet.
	n.scan("night2", false, leak...)
	n.wantActs("", "night2")

	// Alice chooses another password that leaked: a new finding.
	n.store("alice", "Made-Up-2", "bob", "changed by himself", "carol", "Made-Up-3")
	n.scan("night3", false, append(leak, "alice@example.com:Made-Up-2")...)
	n.wantActs("alice", "night3")
	n.wantActs("", "night3")
}

func TestResetStep_refuses_what_is_held_or_touched(t *testing.T) { inBoth(t, refusesHeldOrTouched) }

func refusesHeldOrTouched(t *testing.T, n *resetting) {
	n.store("alice", "Made-Up-1", "bob", "Made-Up-2")
	leak := []string{"alice@example.com:Made-Up-1", "bob@example.com:Made-Up-2"}
	n.scan("held", true, leak...)
	if got, err := n.act("held"); err == nil || got != "" {
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
	if got, err := n.act("touched"); err == nil || got != "" {
		t.Errorf("acted on %q of a run that was touched", got)
	}
}
