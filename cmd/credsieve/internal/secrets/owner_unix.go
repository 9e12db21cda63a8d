//go:build unix

package secrets

import (
	"io/fs"
	"os"
	"slices"
	"syscall"
)

// private reports whether nobody can read or change a file who is not meant to.
func private(info fs.FileInfo) bool {
	if info.Mode().Perm()&0o077 == 0 {
		return true
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	groups, err := os.Getgroups()
	return ok && err == nil && mounted(info.Mode().Perm(), stat.Uid, stat.Gid, append(groups, os.Getegid()))
}

// mounted reports whether a file is as Kubernetes mounts secrets and systemd shows credentials: root's, of mode 0440, and
// of a group of ours or of root's own.
func mounted(mode fs.FileMode, uid, gid uint32, groups []int) bool {
	return uid == 0 && mode == 0o440 && (gid == 0 || slices.Contains(groups, int(gid)))
}

// readable reports whether a descriptor is a file, a pipe or a socket.
func readable(n int) bool {
	var stat syscall.Stat_t
	if syscall.Fstat(n, &stat) != nil {
		return false
	}
	switch stat.Mode & syscall.S_IFMT {
	case syscall.S_IFREG, syscall.S_IFIFO, syscall.S_IFSOCK:
		return true
	default:
		return false
	}
}
