//go:build !linux

package rundir

import "os"

// exchange makes two folders change places.
func exchange(fresh, place string) error { return exchangeByRenames(fresh, place) }

// renameNew gives a folder a name; Go renames no folder over one that holds anything.
func renameNew(from, to string) error { return os.Rename(from, to) }
