//go:build !linux

package parquet

// limitMemory does nothing where no limit counts what is used rather than what is reserved.
func limitMemory() {}
