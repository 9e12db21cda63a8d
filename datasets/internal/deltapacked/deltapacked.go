// Package deltapacked knows the columns of Parquet files that Arrow's reader loses its place in.
//
// Version 17 of the library decodes 64-bit integers that are packed as differences (DELTA_BINARY_PACKED). When
// some of them are NULL, it forgets between two reads of a page where it was, and calls the file damaged. Who
// reads such a row group must do so in one batch.
package deltapacked

import (
	"slices"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/metadata"
)

// Is reports whether a column of a row group is one of these. Of a column that is not there it is false:
// reading it says what is wrong.
func Is(group *metadata.RowGroupMetaData, column int) bool {
	chunk, err := group.ColumnChunk(column)
	return err == nil && chunk.Type() == parquet.Types.Int64 &&
		slices.Contains(chunk.Encodings(), parquet.Encodings.DeltaBinaryPacked)
}
