//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package ledger

import "os"

// lockFile leaves the lock to bbolt.
func lockFile(*os.File, bool) error { return nil }
