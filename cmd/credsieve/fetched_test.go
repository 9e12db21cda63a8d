package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/objects/objectstest"
)

// TestRuns_in_buckets: commands say of a run and of dumps in a bucket what they say of the same in a folder, and no copy stays.
func TestRuns_in_buckets(t *testing.T) {
	b := nightBench(t)
	b.run(exitComplete, "index", "build", "--accounts", b.path("srv/credsieve/accounts.csv"), "--out", b.path("index"))
	for run, now := range map[string]string{"runs/one": "2026-11-27T00:00:00Z", "other/two": "2026-11-26T00:00:00Z"} {
		b.run(exitComplete, "scan", "--index", b.path("index"), "--out", b.path(run), "--now", now, b.path("srv/credsieve/dumps"))
	}
	bucket := objectstest.New(t)
	bucket.Upload(t, b.path("runs/one"), "runs/one/")
	bucket.Upload(t, b.path("other/two"), "runs/two/")
	bucket.Upload(t, b.path("srv/credsieve/dumps"), "dumps/")
	bucket.Failing.Store(4)
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	said := func(want int, args ...string) string {
		t.Helper()
		b.out.Reset()
		b.err.Reset()
		b.run(want, args...)
		return b.out.String() + b.err.String()
	}
	here, there := b.path("runs/one"), bucket.URL+"/runs/one?x=y"
	for _, command := range [][]string{
		{"verify", "RUN", "--key-file", b.path("key")},
		{"verify", "RUN", "--json"},
		{"explain", "RUN", "u1"},
		{"explain", "RUN", "--email", "alice@example.com", "--index", b.path("index")},
		{"report", "RUN", "--out", "-"},
		{"report", "RUN", "--previous", "EARLIER", "--format", "text", "--out", "-"},
	} {
		at := func(run, earlier string) []string {
			args := slices.Clone(command)
			for i := range args {
				args[i] = strings.NewReplacer("RUN", run, "EARLIER", earlier).Replace(args[i])
			}
			return args
		}
		want, got := said(exitComplete, at(here, b.path("other/two"))...), said(exitComplete, at(there, bucket.URL+"/runs/two")...)
		if want == "" || got != want {
			t.Errorf("%q says:\n%s\nand of a folder:\n%s", command, got, want)
		}
	}
	dumps := strings.ReplaceAll(said(exitComplete, "inspect", "--progress", "none", b.path("srv/credsieve/dumps")), b.path("srv/credsieve/dumps"), bucket.URL+"/dumps")
	if got := said(exitComplete, "inspect", "--progress", "none", bucket.URL+"/dumps"); got != dumps {
		t.Errorf("inspect says:\n%s\nand of a folder:\n%s", got, dumps)
	}
	for url, sentence := range map[string]string{
		bucket.URL + "/runs/none":       bucket.URL + "/runs/none",
		"gopher://bucket/run":           "without a driver for gopher://",
		"test://no-such-bucket/run?a=b": "there is no such bucket",
	} {
		for _, args := range [][]string{{"verify", url}, {"explain", url, "u1"}, {"report", url, "--out", "-"}} {
			if got := said(exitFailed, args...); !strings.Contains(got, sentence) || strings.Contains(got, temporary) {
				t.Errorf("%q says %q", args, got)
			}
		}
	}
	bucket.Failing.Store(100)
	said(exitFailed, "verify", there)
	if left, err := filepath.Glob(filepath.Join(temporary, "*")); err != nil || len(left) > 0 {
		t.Errorf("%q stays, %v", left, err)
	}
	if _, err := os.Stat(here); err != nil {
		t.Error(err) // what is no copy is nobody's to remove
	}
}
