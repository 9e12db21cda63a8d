//go:build unix

package durable

import (
	"os"
	"syscall"
)

const (
	noWait   = syscall.O_NONBLOCK // a FIFO in the place of a file must not hold us
	noFollow = syscall.O_NOFOLLOW | noWait
)

// ownedByUs reports whether a file is the running user's or root's.
func ownedByUs(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return !ok || stat.Uid == 0 || int(stat.Uid) == os.Geteuid()
}
