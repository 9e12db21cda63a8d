package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// bench is a workplace for in-process runs of the command line.
type bench struct {
	t        testing.TB
	dir      string
	out, err bytes.Buffer // everything that any command printed
}

// newBench makes a workplace with a key.
func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{t: t, dir: t.TempDir()}
	b.run(exitComplete, "keygen", "--out", b.path("key"))
	return b
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

// run executes a command line that must end with the given code.
func (b *bench) run(want int, args ...string) {
	b.t.Helper()
	if got := b.tryRun(args...); got != want {
		b.t.Fatalf("credsieve %s: exit code %d, want %d\n%s", strings.Join(args, " "), got, want, b.err.String())
	}
}

// tryRun executes a command line and returns its exit code.
func (b *bench) tryRun(args ...string) int {
	getenv := func(name string) string {
		if name == keyFileVariable {
			return b.path("key")
		}
		return ""
	}
	return run(context.Background(), args, env{
		in: strings.NewReader(""), out: &b.out, err: &b.err, getenv: getenv,
	})
}

// write makes a file below the workplace.
func (b *bench) write(name, content string) string {
	b.t.Helper()
	path := b.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return path
}

// writeCSV makes a CSV file below the workplace.
func (b *bench) writeCSV(name string, rows ...[]string) string {
	b.t.Helper()
	var text bytes.Buffer
	table := csv.NewWriter(&text)
	if err := table.WriteAll(rows); err != nil {
		b.t.Fatal(err)
	}
	return b.write(name, text.String())
}

func (b *bench) manifest(run string) *rundir.Manifest {
	b.t.Helper()
	m, err := rundir.ReadManifest(b.path(run))
	if err != nil {
		b.t.Fatal(err)
	}
	return m
}

func (b *bench) listed(run string) []string {
	b.t.Helper()
	ids, err := accountColumn(filepath.Join(b.path(run), "at_risk.csv"))
	if err != nil {
		b.t.Fatal(err)
	}
	return ids
}

// foreignVector is a stored hash that another program made.
type foreignVector struct{ Generator, Encoded, Password, Wrong string }

func foreignVectors(t *testing.T) []foreignVector {
	t.Helper()
	dir := filepath.Join("..", "..", "testdata", "vectors")
	if fresh := os.Getenv("CREDSIEVE_VECTORS"); fresh != "" {
		dir = fresh
	}
	var all []foreignVector
	for _, name := range []string{"argon2.json", "bcrypt.json"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		var vectors []foreignVector
		if err := json.Unmarshal(text, &vectors); err != nil {
			t.Fatal(err)
		}
		all = append(all, vectors...)
	}
	if len(all) < 20 {
		t.Fatalf("only %d vectors", len(all))
	}
	return all
}

// TestScan_confirms_hashes_of_other_programs exports accounts whose hashes were made by PHP, Python and
// the argon2 command line, and scans one dump with the right passwords and one with wrong ones.
func TestScan_confirms_hashes_of_other_programs(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	accounts := [][]string{{"account_id", "email", "password_hash"}}
	right := [][]string{{"email", "password"}}
	wrong := [][]string{{"email", "password"}}
	for i, v := range foreignVectors(t) {
		if v.Password == "" {
			continue // a dump can not carry it
		}
		email := fmt.Sprintf("user%d@example.com", i)
		accounts = append(accounts, []string{fmt.Sprintf("u%04d", i), email, v.Encoded})
		right = append(right, []string{email, v.Password})
		wrong = append(wrong, []string{email, v.Wrong})
	}
	export := b.writeCSV("accounts.csv", accounts...)
	b.run(exitComplete, "index", "build", "--accounts", export, "--out", b.path("index"))
	scan := func(run, dump string) {
		b.run(exitComplete, "scan", "--index", b.path("index"), "--out", b.path(run),
			"--max-share", "100%", "--max-confirm-rate", "100%", dump)
	}
	scan("right", b.writeCSV("right.csv", right...))
	if got, want := len(b.listed("right")), len(accounts)-1; got != want {
		t.Errorf("%d accounts listed, want all %d; undecided %+v", got, want, b.manifest("right").Counts)
	}
	scan("wrong", b.writeCSV("wrong.csv", wrong...))
	if got := b.listed("wrong"); len(got) != 0 {
		t.Errorf("listed on a wrong password: %v", got)
	}
	if got, want := b.manifest("wrong").Counts.Refuted, int64(len(accounts)-1); got != want {
		t.Errorf("%d refuted, want %d", got, want)
	}
}
