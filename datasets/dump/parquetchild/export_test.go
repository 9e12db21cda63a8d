package parquetchild

import (
	"io"
	"os"
)

// What tests outside need to know.
const Batch = childBatch

// LimitMemory is what Run does before it reads.
func LimitMemory() { limitMemory() }

// WriteTable is Run in a process that goes on without limits.
func WriteTable(in *os.File, out io.Writer) error { return writeTable(in, out) }
