package durable

import (
	"errors"
	"fmt"
	"os"
)

// OpenOwn opens a file that only its owner may have written: not over a link, and only a regular file of the running user
// or of root that nobody else can write. What others can change is not worth a check of its contents that follows.
func OpenOwn(path string, flag int) (*os.File, error) {
	f, err := os.OpenFile(path, flag|noFollow, 0o600)
	if err != nil {
		if info, gone := os.Lstat(path); gone == nil && info.Mode()&os.ModeSymlink != 0 {
			return nil, fmt.Errorf("refusing to open %q: it is a link; put the file itself there", path)
		}
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		err = checkOwn(path, info)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func checkOwn(path string, info os.FileInfo) error {
	switch mode := info.Mode(); {
	case !mode.IsRegular():
		return fmt.Errorf("refusing to open %q: it is not a regular file", path)
	case mode.Perm()&0o022 != 0:
		return fmt.Errorf("refusing to open %q with mode %04o: others can write it; chmod go-w %s", path, mode.Perm(), path)
	case !ownedByUs(info):
		return fmt.Errorf("refusing to open %q: it belongs to another user, who can change it; run as its owner, or chown it", path)
	}
	return nil
}
