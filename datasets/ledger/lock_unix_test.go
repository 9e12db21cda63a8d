//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package ledger

import (
	"os"
	"path/filepath"
	"testing"
)

// TestLockFile_says_what_fails: a file that cannot be locked is not taken for one that is.
func TestLockFile_says_what_fails(t *testing.T) {
	t.Parallel()
	f, err := os.Create(filepath.Join(t.TempDir(), fileName))
	if err != nil {
		t.Fatal(err)
	}
	for _, exclusive := range []bool{true, false} {
		if err := lockFile(f, exclusive); err != nil {
			t.Error(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := lockFile(f, true); err == nil {
		t.Error("a file that is closed was locked")
	}
}
