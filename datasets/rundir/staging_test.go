package rundir

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCreate_refuses_a_place_that_holds_something(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	if err := os.WriteFile(filepath.Join(out, "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Create(out)
	if err == nil || !strings.Contains(err.Error(), "no earlier run is ever overwritten") {
		t.Errorf("got %v", err)
	}
}

func TestPublish_refuses_unbalanced_counts_and_leaves_nothing(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	out := filepath.Join(parent, "run")
	staging, err := Create(out)
	if err != nil {
		t.Fatal(err)
	}
	m := exampleManifest()
	m.Counts.Moot = 1
	if err := staging.Publish(m); err == nil {
		t.Error("published a run that does not balance")
	}
	staging.Abort()
	if entries, _ := os.ReadDir(parent); len(entries) != 0 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestCreate_takes_an_empty_folder_and_leaves_no_parents(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	publishTo(t, empty, func(*Manifest) {})
	if _, err := Verify(context.Background(), empty); err != nil {
		t.Error(err)
	}
	top := t.TempDir()
	staging, err := Create(filepath.Join(top, "a", "b", "run"))
	if err != nil {
		t.Fatal(err)
	}
	staging.Abort()
	if entries, _ := os.ReadDir(top); len(entries) != 0 {
		t.Errorf("left behind: %v", entries)
	}
	link := filepath.Join(top, "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(link); err == nil {
		t.Error("a link, which no folder can be moved to, is accepted")
	}
}

func TestPublish_modes(t *testing.T) {
	t.Parallel()
	dir := publishExample(t, hold)
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestWrites_that_fail_are_told: a run whose files cannot be written is not published.
func TestWrites_that_fail_are_told(t *testing.T) {
	t.Parallel()
	s, err := Create(filepath.Join(t.TempDir(), "run"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abort()
	m := stageExample(t, s, nil)
	rejected, err := s.create("late.csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(rejected.file.Close(), os.RemoveAll(s.Dir())); err != nil {
		t.Fatal(err)
	}
	if rejected.finish(0) == nil {
		t.Error("a file that was closed before its end is complete")
	}
	_, errAccounts := s.CreateAccounts(true)
	_, errRejects := s.CreateRejects(1)
	for what, err := range map[string]error{
		"accounts": errAccounts, "rejects": errRejects, "metrics": s.WriteMetrics(nil), "report": s.WriteReport(nil), "list": s.WriteList(nil, false, false),
	} {
		if err == nil || !strings.Contains(err.Error(), "failed to write") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if s.WriteUndecided(nil) == nil || s.WriteList(nil, true, false) == nil {
		t.Error("what could not be written is not told")
	}
	if s.Publish(m) == nil {
		t.Error("published without files")
	}
}

// TestCreateUnder puts runs into a folder under their ids, with a link to the last.
func TestCreateUnder(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "deep", "runs")
	var places []string
	for i := range 3 {
		s, err := CreateUnder(root)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Abort()
		if s.Place() != root {
			t.Errorf("before it has an id it is at %s", s.Place())
		}
		m := stageExample(t, s, func(m *Manifest) { m.StartedAt = leaked.AddDate(0, 0, i) })
		if err := s.Publish(m); err != nil {
			t.Fatal(err)
		}
		if s.Place() != filepath.Join(root, m.RunID) {
			t.Errorf("it is at %s", s.Place())
		}
		places = append(places, s.Place())
		latest, err := filepath.EvalSymlinks(filepath.Join(root, LatestName))
		if want, errWant := filepath.EvalSymlinks(s.Place()); err != nil || errWant != nil || latest != want {
			t.Errorf("the last is %s, %v", latest, err)
		}
	}
	for _, place := range places {
		if _, err := Verify(t.Context(), place); err != nil {
			t.Error(err)
		}
	}
	if entries, err := os.ReadDir(root); err != nil || len(entries) != 4 {
		t.Errorf("it leaves %v, %v", entries, err)
	}
	again, err := CreateUnder(root)
	if err != nil {
		t.Fatal(err)
	}
	m := stageExample(t, again, func(m *Manifest) { m.StartedAt = leaked })
	if err := again.Publish(m); err == nil || !strings.Contains(err.Error(), "no earlier run is ever overwritten") {
		t.Errorf("a run of the same id: %v", err)
	}
	again.Abort()
	if entries, err := os.ReadDir(root); err != nil || len(entries) != 4 {
		t.Errorf("it leaves %v, %v", entries, err)
	}
	taken := t.TempDir()
	if err := os.Mkdir(filepath.Join(taken, LatestName), 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(taken, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for place, want := range map[string]string{taken: "is not a link", file: "failed to create a run", filepath.Join(file, "runs"): "failed to create a run"} {
		if _, err := CreateUnder(place); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("in %s: %v", place, err)
		}
	}
}

// TestCreate_refuses_what_is_not_a_folder, and the one that the command runs in.
func TestCreate_refuses_what_is_not_a_folder(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	here := filepath.Join(dir, "here")
	if err := os.Mkdir(here, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(here)
	for place, want := range map[string]string{
		file: "something else than a folder is there", filepath.Join(file, "run"): "run", here: "this command runs in", ".": "this command runs in",
		filepath.Join(file, "deep", "run"): "run",
	} {
		if s, err := Create(place); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v", place, s, err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("it leaves %v, %v", entries, err)
	}
}

// TestAbort_leaves_what_others_have_put_beside a run that was given up.
func TestAbort_leaves_what_others_have_put_beside(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	s, err := Create(filepath.Join(top, "a", "b", "run"))
	if err != nil {
		t.Fatal(err)
	}
	beside := filepath.Join(top, "a", "notes")
	if err := os.WriteFile(beside, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.Abort()
	if _, err := os.Stat(beside); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(top, "a", "b")); err == nil {
		t.Error("the folder that it made is still there")
	}
}
