//go:build unix

package rundir

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Each of these waited for a writer that never came.
func TestVerify_waits_for_no_pipe(t *testing.T) {
	t.Parallel()
	for _, name := range []string{ManifestName, "at_risk.parquet", "at_risk.csv", "accounts.csv", "undecided.csv", "rejects.csv"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := publishExample(t, func(*Manifest) {})
			m, err := ReadManifest(dir)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, name)
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if err := syscall.Mkfifo(path, 0o600); err != nil {
				t.Fatal(err)
			}
			reads := map[string]func() error{
				"Verify":        func() error { _, err := Verify(t.Context(), dir); return err },
				"ReadManifest":  func() error { _, err := ReadManifest(dir); return err },
				"ReadList":      func() error { _, err := ReadList(dir, m); return err },
				"ReadUndecided": func() error { _, err := ReadUndecided(dir); return err },
				"ReadMet":       func() error { return ReadMet(dir, func(Met) error { return nil }) },
			}
			reader := map[string]string{ManifestName: "ReadManifest", "at_risk.parquet": "Verify", "at_risk.csv": "ReadList",
				"accounts.csv": "ReadMet", "undecided.csv": "ReadUndecided", "rejects.csv": "Verify"}[name]
			for _, call := range []string{"Verify", reader} {
				if err := reads[call](); err == nil || !strings.Contains(err.Error(), "not a regular file") {
					t.Errorf("%s: %v", call, err)
				}
			}
		})
	}
}

func TestReadManifest_is_bounded(t *testing.T) {
	t.Parallel()
	dir := publishExample(t, func(*Manifest) {})
	if err := os.Truncate(filepath.Join(dir, ManifestName), 1<<40); err != nil {
		t.Skip(err) // a file system without files of that size
	}
	if _, err := ReadManifest(dir); err == nil || !strings.Contains(err.Error(), "not a manifest") {
		t.Errorf("got %v", err)
	}
}
