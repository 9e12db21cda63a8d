package parquetcolumns

import (
	"slices"

	"github.com/apache/arrow/go/v17/parquet"
)

// Rows returns how many rows of a row group to read at a time: some, or all of them where the library loses its place.
//
// Version 17 of it decodes 64-bit integers that are packed as differences (DELTA_BINARY_PACKED). When some of them are NULL,
// it forgets between two reads of a page where it was, and calls the file damaged.
func (c *Column) Rows(group int, some int64) int64 {
	meta := c.source.MetaData().RowGroup(group)
	chunk, err := meta.ColumnChunk(c.leaf)
	if err == nil && chunk.Type() == parquet.Types.Int64 &&
		slices.Contains(chunk.Encodings(), parquet.Encodings.DeltaBinaryPacked) {
		return max(some, meta.NumRows())
	}
	return some
}
