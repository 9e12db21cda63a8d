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
	if s.WriteUndecided(nil) == nil || s.WriteList(nil, true, false) == nil {
		t.Error("what could not be written is not told")
	}
	if s.Publish(m) == nil {
		t.Error("published without files")
	}
}
