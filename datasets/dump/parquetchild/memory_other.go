//go:build !linux

package parquetchild

// limitMemory does nothing where no limit counts what is used rather than what is reserved.
func limitMemory() {}
