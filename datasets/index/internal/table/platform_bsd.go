//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package table

const mapNoReserve = 0

// adviseHuge does nothing: these systems choose the size of pages themselves.
func adviseHuge([]byte) {}
