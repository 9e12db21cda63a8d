//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package index

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// mapFile reads the file: slower to open, with the same answers.
func mapFile(f *os.File, size int) ([]byte, func() error, error) {
	data := make([]byte, size)
	_, err := io.ReadFull(f, data)
	return data, func() error { return nil }, err
}

// anonymous returns zeroed memory.
func anonymous(size int) ([]byte, func(), error) { return make([]byte, size), func() {}, nil }

// unlinkOpen does nothing: the name of an open file cannot be taken here. The staging folder's
// removal does it.
func unlinkOpen(*os.File) error { return nil }

// lockFile makes a file that must not exist. A build that is killed leaves it behind, to be removed
// by hand.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		err = errBusy
	}
	return f, err
}

// unlockFile ignores errors: a file that stays refuses the next build, with a sentence.
func unlockFile(f *os.File) {
	f.Close()
	os.Remove(f.Name())
}
