package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// newBudgetBench makes an index of one account, and a dump of it that is read first and found whatever comes after.
func newBudgetBench(t *testing.T) (b *bench, good string) {
	t.Helper()
	b = newBench(t)
	sum := sha1.Sum([]byte("Right-horse-7"))
	export := b.writeCSV("accounts.csv", []string{"account_id", "email", "password_hash"},
		[]string{"u1", "one@example.com", "{SHA}" + base64.StdEncoding.EncodeToString(sum[:])})
	b.run(exitComplete, "index", "build", "--accounts", export, "--out", b.path("index"))
	return b, b.write("a.txt", "one@example.com:Right-horse-7\n")
}

// wantSpent scans what must use up one budget: the run is partial and says so, and what was read counts.
func (b *bench) wantSpent(budget, sentence string, args ...string) *rundir.Manifest {
	b.t.Helper()
	b.err.Reset()
	b.run(exitPartial, append([]string{
		"scan", "--index", b.path("index"), "--out", b.path("run"), "--max-share", "100%", "--progress", "none",
	}, args...)...)
	m := b.manifest("run")
	if len(m.Spent) != 1 || m.Spent[0].Budget != budget || !strings.Contains(b.err.String(), "--"+budget+" was used up") ||
		!strings.Contains(m.Spent[0].Message, sentence) {
		b.t.Errorf("spent %+v\n%s", m.Spent, b.err.String())
	}
	if got := b.listed("run"); !slices.Equal(got, []string{"u1"}) {
		b.t.Errorf("listed %q", got)
	}
	b.run(exitComplete, "verify", b.path("run"))
	return m
}

// zipOf makes an archive of n entries that hold a text.
func zipOf(t *testing.T, n int, text string) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := range n {
		w, err := z.Create(fmt.Sprintf("%03d.txt", i))
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestBudget_rejects(t *testing.T) {
	t.Parallel()
	b, good := newBudgetBench(t)
	m := b.wantSpent("max-rejects", "3 further rejects are only counted", "--max-rejects", "2", good,
		b.write("b.txt", "x\none@example.com:a\nx\nx\none@example.com:b\none@example.com:c\none@example.com:d\none@example.com:e\nx\nx\n"))
	if m.Counts.RecordsRejected != 5 || m.Rejects.Rows != 2 || m.Rejects.NoPlace != 3 {
		t.Errorf("%+v of %d", m.Rejects, m.Counts.RecordsRejected)
	}
}

// TestBudget_entries: no archive has too many, but all together do.
func TestBudget_entries(t *testing.T) {
	t.Parallel()
	b, good := newBudgetBench(t)
	archive := zipOf(t, 3, "two@example.com:x\n")
	m := b.wantSpent("max-entries", "more than 4 entries", "--max-entries", "4", good, b.write("b.zip", archive), b.write("c.zip", archive))
	if m.Inputs[1].Records != 3 || m.Inputs[1].Status != "read" || m.Inputs[2].Records != 1 || m.Inputs[2].Status != "partial" {
		t.Errorf("%+v", m.Inputs)
	}
}

// TestBudget_unpacked: no archive unpacks to much, but all together do.
func TestBudget_unpacked(t *testing.T) {
	t.Parallel()
	b, good := newBudgetBench(t)
	archive := zipOf(t, 1, strings.Repeat("two@example.com:x\n", 8<<10))
	m := b.wantSpent("max-unpacked", "unpacked to 262144 bytes", "--max-unpacked", "256KiB", good,
		b.write("b.zip", archive), b.write("c.zip", archive), b.write("d.txt", "two@example.com:x\n"))
	if m.Inputs[1].Status != "read" || m.Inputs[2].Status != "partial" || m.Inputs[3].Status != "read" ||
		!strings.Contains(m.Inputs[2].Error, "--max-unpacked") {
		t.Errorf("%+v", m.Inputs)
	}
}

func TestBudget_spool(t *testing.T) {
	t.Parallel()
	b, good := newBudgetBench(t)
	var many strings.Builder
	for i := range 400_000 {
		fmt.Fprintf(&many, "one@example.com:wrong-horse-%d\n", i)
	}
	m := b.wantSpent("max-spool", "took 1048576 bytes on disk", "--max-spool", "1MiB", "--workers", "1", "--memory", "64MiB",
		"--max-candidates-per-account", "500000", "--max-confirm-rate", "100%", good, b.write("b.txt", many.String()),
		b.write("c.txt", "two@example.com:x\n"))
	if in := m.Inputs[1]; in.Status != "partial" || in.Records == 0 || in.Records == 400_000 || !strings.Contains(in.Error, "--max-spool") {
		t.Errorf("%+v", in)
	}
	if in := m.Inputs[2]; in.Status != "skipped" || !strings.Contains(in.Error, "--max-spool") {
		t.Errorf("%+v", in)
	}
}

// TestBudget_time: a pipe that nobody writes to ends its input and not the night.
func TestBudget_time(t *testing.T) {
	t.Parallel()
	b, good := newBudgetBench(t)
	from, to := io.Pipe()
	defer to.Close()
	code := run(context.Background(), []string{
		"scan", "--index", b.path("index"), "--key-file", b.path("key"), "--out", b.path("run"), "--max-share", "100%",
		"--input-timeout", "2s", "-", good,
	}, env{in: from, out: &b.out, err: &b.err, getenv: func(string) string { return "" }})
	if code != exitPartial {
		t.Fatalf("exit code %d\n%s", code, b.err.String())
	}
	m := b.manifest("run")
	if in := m.Inputs[0]; in.Status != "skipped" || !strings.Contains(in.Error, "it took longer than 2s to read, the limit (--input-timeout)") {
		t.Errorf("%+v", in)
	}
	if in := m.Inputs[1]; in.Status != "read" || len(b.listed("run")) != 1 {
		t.Errorf("%+v", in)
	}
}
