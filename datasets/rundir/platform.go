package rundir

import (
	"errors"
	"os"
)

var errBusy = errors.New("another release of it is under way")

// stillThere reports whether an open folder is still the one of that name.
func stillThere(f *os.File, path string) bool {
	held, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(held, there)
}

// exchangeByRenames moves the held run aside and the fresh one to its place. When the second step fails the
// first is undone.
func exchangeByRenames(fresh, place string) error {
	aside := fresh + "-held"
	if err := os.Rename(place, aside); err != nil {
		return err
	}
	if err := os.Rename(fresh, place); err != nil {
		return errors.Join(err, os.Rename(aside, place))
	}
	os.RemoveAll(aside) // the run is released; what stays is hidden
	return nil
}
