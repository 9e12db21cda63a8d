//go:build !linux

package rundir

// exchange makes two folders change places.
func exchange(fresh, place string) error { return exchangeByRenames(fresh, place) }
