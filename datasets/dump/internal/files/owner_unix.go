//go:build unix

package files

import (
	"io/fs"
	"os"
	"syscall"
)

// NotOurs says why a file may be the work of somebody else than the user who runs this, empty when it
// cannot be.
func NotOurs(info fs.FileInfo) string {
	const writableByOthers = 0o022
	switch of, ok := info.Sys().(*syscall.Stat_t); {
	case !ok || int(of.Uid) != os.Geteuid():
		return "it is owned by another user"
	case info.Mode()&writableByOthers != 0:
		return "others may write to it"
	}
	return ""
}
