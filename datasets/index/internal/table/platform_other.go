//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package table

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// sharedMaps: what is written to a file after it was read does not show.
const sharedMaps = false

// mapFile reads the file: slower to open, with the same answers.
func mapFile(f *os.File, size int) ([]byte, func() error, error) {
	data := make([]byte, size)
	_, err := io.ReadFull(f, data)
	return data, func() error { return nil }, err
}

// anonymous returns zeroed memory.
func anonymous(size int) ([]byte, func(), error) { return make([]byte, size), func() {}, nil }

// Lock makes a file that must not exist. A build that is killed leaves it,
// to be removed by hand.
func Lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		err = ErrBusy
	}
	return f, err
}

// Unlock gives the lock back. It ignores errors: a file that stays refuses the next build, with a sentence.
func Unlock(f *os.File) {
	f.Close()
	os.Remove(f.Name())
}
