//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package table_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/credsieve/credsieve/datasets/index/internal/table"
)

// TestUnlock_gives_the_lock_back also where a process that was just forked has the descriptor as well.
func TestUnlock_gives_the_lock_back(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	held, err := table.Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	inherited, err := unix.Dup(int(held.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(inherited)
	table.Unlock(held)
	again, err := table.Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	table.Unlock(again)
}
