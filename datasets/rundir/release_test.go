package rundir

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var listFiles = []string{"at_risk.csv", "at_risk.parquet"}

func approve(m *Manifest) (Approval, error) {
	return Approval{ApprovedBy: "casey", RunID: m.RunID, Count: m.Counts.AccountsListed, IndexID: m.Index.ID}, nil
}

func readAll(t *testing.T, dir string, names []string) [][]byte {
	t.Helper()
	var all [][]byte
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, data)
	}
	return all
}

func TestRelease_publishes_the_held_bytes(t *testing.T) {
	t.Parallel()
	dir := publishExample(t, hold)
	if err := os.Chmod(dir, 0o750); err != nil { // a group of reset steps may look
		t.Fatal(err)
	}
	held := readAll(t, filepath.Join(dir, heldFolder), listFiles)
	before, err := ReadManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Release(context.Background(), dir, approve); err != nil {
		t.Fatal(err)
	}
	m, err := Verify(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if m.RunID != before.RunID || m.Status != StatusPartial || m.Release.ApprovedBy != "casey" {
		t.Errorf("got run %q, status %q, approval %+v", m.RunID, m.Status, m.Release)
	}
	for i, data := range readAll(t, dir, listFiles) {
		if !bytes.Equal(data, held[i]) {
			t.Errorf("%s has other bytes than the held one", listFiles[i])
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o750 {
		t.Errorf("the run has mode %v: %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), ".*partial*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestRelease_refuses(t *testing.T) {
	t.Parallel()
	no := errors.New("not today")
	tests := map[string]struct {
		damage  func(t *testing.T, dir string)
		approve func(*Manifest) (Approval, error)
		want    string
	}{
		"refused": {func(*testing.T, string) {}, func(*Manifest) (Approval, error) { return Approval{}, no },
			"not today"},
		"approval_of_another_list": {func(*testing.T, string) {}, func(m *Manifest) (Approval, error) {
			a, err := approve(m)
			a.Count++
			return a, err
		}, "its approval is not for this list"},
		"touched": {func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, heldFolder, "at_risk.csv"), []byte("x\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, approve, "is not as it was written"},
		"locked": {func(t *testing.T, dir string) {
			unlock, err := lockFolder(dir)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(unlock)
		}, approve, "another release of it is under way"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := publishExample(t, hold)
			test.damage(t, dir)
			_, err := Release(context.Background(), dir, test.approve)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
			if _, err := os.Stat(filepath.Join(dir, "at_risk.csv")); err == nil {
				t.Error("the list was published all the same")
			}
			if left, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), ".*partial*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
	dir := publishExample(t, func(*Manifest) {})
	if _, err := Release(context.Background(), dir, approve); err == nil ||
		!strings.Contains(err.Error(), "it is not held") {
		t.Errorf("a run that is not held: %v", err)
	}
}

func TestRelease_by_renames(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	for _, name := range []string{"fresh", "place"} {
		if err := os.MkdirAll(filepath.Join(top, name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(top, name, "who"), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := exchangeByRenames(filepath.Join(top, "fresh"), filepath.Join(top, "place")); err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, top, []string{"place/who"}); string(got[0]) != "fresh" {
		t.Errorf("in its place is %s", got[0])
	}
	if err := exchangeByRenames(filepath.Join(top, "missing"), filepath.Join(top, "place")); err == nil {
		t.Error("nothing was exchanged, without an error")
	}
	if got := readAll(t, top, []string{"place/who"}); string(got[0]) != "fresh" {
		t.Errorf("after a failure in its place is %s", got[0])
	}
}

const releaseInChild = "CREDSIEVE_TEST_RELEASE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(releaseInChild); dir != "" {
		if _, err := Release(context.Background(), dir, approve); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestRelease_killed: a process that is killed in the middle leaves the run held or released.
func TestRelease_killed(t *testing.T) {
	t.Parallel()
	held := publishExample(t, hold)
	released, killed := 0, 0
	for i := range 30 {
		dir := filepath.Join(t.TempDir(), "run")
		if err := os.CopyFS(dir, os.DirFS(held)); err != nil {
			t.Fatal(err)
		}
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), releaseInChild+"="+dir)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(i) * time.Millisecond)
		_ = child.Process.Kill() // it may be over already
		if child.Wait() != nil {
			killed++
		}
		m, err := Verify(context.Background(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(dir, "at_risk.csv")); (err == nil) != (m.Release != nil) {
			t.Fatalf("released is %v, but the list: %v", m.Release != nil, err)
		}
		if m.Release != nil {
			released++
		}
	}
	if killed == 0 {
		t.Error("no release was killed: the test saw nothing")
	}
	t.Logf("%d killed, %d released", killed, released)
}

// TestRelease_refuses_a_link: the bytes behind a link can change after the approval.
func TestRelease_refuses_a_link(t *testing.T) {
	t.Parallel()
	dir := publishExample(t, hold)
	file := filepath.Join(dir, heldFolder, listFiles[0])
	elsewhere := filepath.Join(t.TempDir(), "list")
	if err := errors.Join(os.Rename(file, elsewhere), os.Symlink(elsewhere, file)); err != nil {
		t.Fatal(err)
	}
	_, err := Release(context.Background(), dir, approve)
	if err == nil || !strings.Contains(err.Error(), "is not a regular file") {
		t.Fatalf("got %v", err)
	}
	if m, err := ReadManifest(dir); err != nil || m.Status != StatusHeld {
		t.Errorf("the run is no longer held: %v", err)
	}
}
