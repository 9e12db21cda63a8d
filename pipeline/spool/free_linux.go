package spool

import (
	"cmp"
	"os"
	"syscall"
)

// Free is how many bytes the disk has left that dir lies on; "" is the system's folder for temporary files. 0: it is
// not known.
func Free(dir string) int64 {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(cmp.Or(dir, os.TempDir()), &stat); err != nil {
		return 0
	}
	return int64(stat.Bavail) * stat.Bsize
}
