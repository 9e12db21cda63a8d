package rundir

import (
	"os"
	"path/filepath"
	"testing"
)

// TestMoveAside moves a whole run, and nothing else.
func TestMoveAside(t *testing.T) {
	t.Parallel()
	dir := publishExample(t, nil)
	to := filepath.Join(t.TempDir(), "aside")
	if err := MoveAside(t.Context(), dir, to); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(t.Context(), to); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("it is still there")
	}
	if err := MoveAside(t.Context(), dir, to); err == nil {
		t.Error("what is not there was moved")
	}
	for name, spoil := range map[string]func(dir, to string) error{
		"with one more file":       func(dir, _ string) error { return os.WriteFile(filepath.Join(dir, "notes"), nil, 0o600) },
		"to a place that is taken": func(_, to string) error { return os.Mkdir(to, 0o700) },
	} {
		dir, to := publishExample(t, nil), filepath.Join(t.TempDir(), "aside")
		if err := spoil(dir, to); err != nil {
			t.Fatal(err)
		}
		if err := MoveAside(t.Context(), dir, to); err == nil {
			t.Errorf("%s: it was moved", name)
		}
		if _, err := os.Stat(filepath.Join(dir, ManifestName)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	dir = publishExample(t, nil)
	unlock, err := lockFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := MoveAside(t.Context(), dir, to+"2"); err == nil {
		t.Error("a run that is being released was moved")
	}
	unlock()
	if err := MoveAside(t.Context(), dir, to+"2"); err != nil {
		t.Error(err)
	}
}
