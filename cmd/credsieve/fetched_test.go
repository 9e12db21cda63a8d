package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/objects"
	"github.com/credsieve/credsieve/datasets/objects/objectstest"
	"github.com/credsieve/credsieve/datasets/rundir"
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
	bucket.Upload(t, b.path("index"), "index/")
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
		{"explain", "RUN", "--email", "alice@example.com", "--index", "INDEX"},
		{"report", "RUN", "--history", "HISTORY", "--out", "-"},
		{"report", "RUN", "--out", "-"},
		{"report", "RUN", "--previous", "EARLIER", "--format", "text", "--out", "-"},
	} {
		at := func(run, earlier, index, history string) []string {
			args := slices.Clone(command)
			for i := range args {
				args[i] = strings.NewReplacer("RUN", run, "EARLIER", earlier, "INDEX", index, "HISTORY", history).Replace(args[i])
			}
			return args
		}
		want, got := said(exitComplete, at(here, b.path("other/two"), b.path("index"), b.path("other"))...),
			said(exitComplete, at(there, bucket.URL+"/runs/two", bucket.URL+"/index", bucket.URL+"/runs?a=b")...)
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
		for _, args := range [][]string{
			{"verify", url}, {"explain", url, "u1"}, {"report", url, "--out", "-"}, {"explain", here, "u1", "--index", url},
			{"report", here, "--history", url, "--out", "-"}, {"release", url, "--approve", "run:1"},
		} {
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

// TestRelease_in_a_bucket: a held run in a bucket is refused and released as one in a folder, also by an index in a bucket, with the
// same bytes; a release that was cut off is ended by the next one, which tells the state.
func TestRelease_in_a_bucket(t *testing.T) {
	b := nightBench(t)
	b.run(exitComplete, "index", "build", "--accounts", b.path("srv/credsieve/accounts.csv"), "--out", b.path("index"))
	b.run(exitHeld, "scan", "--index", b.path("index"), "--out", b.path("run"), "--max-accounts", "0", "--state", b.path("state"),
		"--now", "2026-11-27T00:00:00Z", b.path("srv/credsieve/dumps"))
	m, err := rundir.ReadManifest(b.path("run"))
	if err != nil {
		t.Fatal(err)
	}
	bucket := objectstest.New(t)
	bucket.Upload(t, b.path("run"), "run/")
	bucket.Upload(t, b.path("index"), "index/")
	if err := os.CopyFS(b.path("state-there"), os.DirFS(b.path("state"))); err != nil {
		t.Fatal(err)
	}
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	// both wants the same of a folder and of the bucket.
	both := func(want int, approval string, more ...string) {
		t.Helper()
		said := make([]string, 2)
		for i, at := range [][2]string{{b.path("run"), b.path("index")}, {bucket.URL + "/run", bucket.URL + "/index"}} {
			state := []string{b.path("state"), b.path("state-there")}[i]
			b.out.Reset()
			b.err.Reset()
			b.run(want, append([]string{"release", at[0], "--approve", approval, "--index", at[1], "--key-file", b.path("key"), "--by", "casey", "--state", state}, more...)...)
			said[i] = strings.NewReplacer(at[0], "RUN", at[1], "INDEX", state, "STATE", "state-there", "state").Replace(b.out.String() + b.err.String())
		}
		if said[0] == "" || said[0] != said[1] {
			t.Errorf("in a folder:\n%s\nin a bucket:\n%s", said[0], said[1])
		}
	}
	right := fmt.Sprintf("%s:%d", m.RunID, m.HeldAccounts())
	both(exitFailed, m.RunID+":7", "--now", "2026-11-27T01:00:00Z")
	both(exitFailed, "other:1", "--now", "2026-11-27T01:00:00Z")
	both(exitFailed, right, "--now", "2026-12-27T01:00:00Z")
	both(exitFailed, right, "--now", "2026-11-27T01:00:00Z", "--accept", "canaries")
	bucket.Failing.Store(4)
	both(exitComplete, right, "--now", "2026-11-27T01:00:00Z")
	bucket.Failing.Store(0)
	var names []string
	err = filepath.WalkDir(b.path("run"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, b.path("run")+string(filepath.Separator)))
		data, err := os.ReadFile(path)
		if names = append(names, "run/"+name); !bytes.Equal(data, bucket.Get("run/"+name)) {
			t.Errorf("%s differs", name)
		}
		return err
	})
	if got := bucket.Names("run/"); err != nil || !slices.Equal(got, slices.Sorted(slices.Values(names))) {
		t.Errorf("the bucket has %q, the folder %q (%v)", got, names, err)
	}
	both(exitFailed, right, "--now", "2026-11-27T02:00:00Z")
	if left, err := filepath.Glob(filepath.Join(temporary, "*")); err != nil || len(left) > 0 {
		t.Errorf("%q stays, %v", left, err)
	}
}

// TestRelease_in_a_bucket_goes_on where another was cut off, and tells the state, once.
func TestRelease_in_a_bucket_goes_on(t *testing.T) {
	b := nightBench(t)
	b.run(exitComplete, "index", "build", "--accounts", b.path("srv/credsieve/accounts.csv"), "--out", b.path("index"))
	b.run(exitHeld, "scan", "--index", b.path("index"), "--out", b.path("run"), "--max-accounts", "0", "--state", b.path("state"),
		b.path("srv/credsieve/dumps"))
	m, err := rundir.ReadManifest(b.path("run"))
	if err != nil {
		t.Fatal(err)
	}
	held, err := os.ReadFile(b.path("run/manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	bucket := objectstest.New(t)
	bucket.Upload(t, b.path("run"), "run/")
	approval := fmt.Sprintf("%s:%d", m.RunID, m.HeldAccounts())
	b.run(exitComplete, "release", b.path("run"), "--approve", approval, "--no-state", "--key-file", b.path("key"))
	store, err := objects.Open(t.Context(), bucket.URL+"/run")
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	cut := &cutOff{store}
	if err := rundir.PutReleased(t.Context(), cut, "run", b.path("run"), held); err == nil {
		t.Fatal("it is not cut off")
	}
	b.err.Reset()
	if b.run(exitFailed, "verify", bucket.URL+"/run"); !strings.Contains(b.err.String(), "it is being released") {
		t.Errorf("verify says %s", b.err.String())
	}
	b.run(exitFailed, "release", bucket.URL+"/run", "--approve", approval, "--key-file", b.path("key")) // the state is missing
	b.run(exitComplete, "verify", bucket.URL+"/run", "--key-file", b.path("key"))
	if err := errors.Join(cut.PutNew(t.Context(), rundir.PendingRelease, func() io.Reader { return strings.NewReader("{}") })); err != nil {
		t.Fatal(err)
	}
	b.run(exitFailed, "release", bucket.URL+"/run", "--approve", "other:1", "--key-file", b.path("key"), "--state", b.path("state"))
	if err := cut.PutNew(t.Context(), rundir.PendingRelease, func() io.Reader { return strings.NewReader("{}") }); err != nil {
		t.Fatal(err)
	}
	b.run(exitComplete, "release", bucket.URL+"/run", "--approve", approval, "--key-file", b.path("key"), "--state", b.path("state"))
	b.run(exitComplete, "scan", "--index", b.path("index"), "--out", b.path("next"), "--state", b.path("state"), b.path("srv/credsieve/dumps"))
	if list, err := os.ReadFile(b.path("next/at_risk.csv")); err != nil || !strings.Contains(string(list), ",outstanding,") {
		t.Errorf("the state was not told: %v", err)
	}
}

// cutOff is a place where nothing is replaced any more.
type cutOff struct{ *objects.Store }

func (cutOff) Replace(context.Context, string, func() io.Reader) error { return errors.New("cut off") }
