package unpackchild

import (
	"io"

	"github.com/credsieve/credsieve/datasets/dump/internal/seal"
)

// What tests outside need to know.
const Batch = childBatch

// Seal is what Run does before it reads.
func Seal() { _ = seal.Process() }

// WriteTable is what a child does with a Parquet file.
func WriteTable(in io.ReaderAt, size int64, to io.Writer) error { return writeTable(in, size, to) }
