//go:build !linux

package spool

// Free is how many bytes the disk has left that dir lies on, where that is asked. 0: it is not known.
func Free(string) int64 { return 0 }
