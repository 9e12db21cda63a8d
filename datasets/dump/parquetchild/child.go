// Package parquetchild decodes a Parquet file in the process that package dump starts for it, see
// dump.Options.Child. Only the command of that process imports it: the decoder is large, and nobody else is to link it.
package parquetchild

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"

	frames "github.com/credsieve/credsieve/datasets/dump/internal/parquet"
	"github.com/credsieve/credsieve/datasets/internal/deltapacked"
)

const (
	// childBatch is how many rows are decoded at a time.
	childBatch = 1 << 12
	// maxFooter is far more than what thousands of columns and row groups need; a file may claim 4 GiB.
	maxFooter = 64 << 20
	// maxParquetColumns is beyond any table of users.
	maxParquetColumns = 2000
)

// Run is the whole of the child: it writes the table of a file to out. The parent passes the file as
// descriptor 3. When it panics, or is stopped by the system, the parent sees that the table has no end.
func Run(in *os.File, out io.Writer) error {
	limitMemory()
	return writeTable(in, out)
}

// writeTable writes the table and how it ends.
func writeTable(in *os.File, out io.Writer) error {
	w := frames.NewWriter(out)
	if err := (table{w}).all(in); err != nil {
		return errors.Join(fmt.Errorf("failed to read a Parquet file: %w", err), w.Fail(
			"the Parquet file is damaged or of a kind that is not read: export it to CSV first"))
	}
	return w.Close()
}

// table writes rows of a file.
type table struct{ *frames.Writer }

// all writes all rows, after their header.
func (t table) all(in *os.File) error {
	reader, err := openParquet(in)
	if err != nil {
		return err
	}
	var columns []int
	var names [][]byte
	schema := reader.Manifest
	for _, field := range schema.Fields {
		if field.ColIndex >= 0 && isCell(field.Field.Type) {
			columns, names = append(columns, field.ColIndex), append(names, []byte(field.Field.Name))
		}
	}
	if len(columns) == 0 {
		return errors.New("no column of it can be read")
	}
	if err := t.Row(names); err != nil {
		return err
	}
	rows, parquetFile := int64(0), reader.ParquetReader()
	for group := range parquetFile.NumRowGroups() {
		n, err := t.rowGroup(reader, columns, group)
		if err != nil {
			return err
		}
		rows += n
	}
	if want := parquetFile.NumRows(); rows != want {
		return fmt.Errorf("it ends after %d of %d rows", rows, want)
	}
	return nil
}

// rowGroup returns how many rows it wrote.
func (t table) rowGroup(reader *pqarrow.FileReader, columns []int, group int) (rows int64, err error) {
	meta := reader.ParquetReader().MetaData().RowGroup(group)
	reader.Props.BatchSize = childBatch
	if slices.ContainsFunc(columns, func(i int) bool { return deltapacked.Is(meta, i) }) {
		reader.Props.BatchSize = max(childBatch, meta.NumRows())
	}
	records, err := reader.GetRecordReader(context.Background(), columns, []int{group})
	if err != nil {
		return 0, err
	}
	defer records.Release()
	for records.Next() {
		rows += records.Record().NumRows()
		if err := t.batch(records.Record()); err != nil {
			return rows, err
		}
	}
	if err := records.Err(); err != nil && err != io.EOF {
		return rows, err
	}
	return rows, nil
}

func openParquet(in *os.File) (*pqarrow.FileReader, error) {
	info, err := in.Stat()
	if err != nil {
		return nil, err
	}
	const tailSize = 8 // length of the footer, and the mark
	var tail [tailSize]byte
	if _, err := in.ReadAt(tail[:], info.Size()-tailSize); err != nil {
		return nil, err
	}
	footer := binary.LittleEndian.Uint32(tail[:])
	if string(tail[4:]) != "PAR1" || footer > maxFooter {
		return nil, errors.New("its footer is missing or too long")
	}
	// A section has a position of its own: that of the file is shared with the parent.
	section := io.NewSectionReader(in, 0, info.Size())
	raw, err := file.NewParquetReader(section,
		file.WithReadProps(parquet.NewReaderProperties(memory.DefaultAllocator)))
	if err != nil {
		return nil, err
	}
	if raw.MetaData().Schema.NumColumns() > maxParquetColumns {
		return nil, errors.New("it has too many columns")
	}
	return pqarrow.NewFileReader(raw, pqarrow.ArrowReadProperties{BatchSize: childBatch},
		memory.DefaultAllocator)
}

// isCell reports whether values of a type can be written as one cell.
func isCell(t arrow.DataType) bool {
	switch t := t.(type) {
	case *arrow.StringType, *arrow.LargeStringType, *arrow.BinaryType, *arrow.LargeBinaryType,
		*arrow.FixedSizeBinaryType, *arrow.BooleanType, *arrow.TimestampType, *arrow.Date32Type,
		*arrow.NullType:
		return true
	case *arrow.DictionaryType:
		return isCell(t.ValueType)
	}
	return arrow.IsInteger(t.ID()) || arrow.IsFloating(t.ID())
}

func (t table) batch(rec arrow.Record) error {
	cells := make([][]byte, rec.NumCols())
	for row := range int(rec.NumRows()) {
		for i, column := range rec.Columns() {
			cells[i] = cellText(column, row)
		}
		if err := t.Row(cells); err != nil {
			return err
		}
	}
	return nil
}

// cellText returns nil for a null.
func cellText(a arrow.Array, i int) []byte {
	if a.IsNull(i) {
		return nil
	}
	switch a := a.(type) {
	case *array.String:
		return []byte(a.Value(i))
	case *array.LargeString:
		return []byte(a.Value(i))
	case *array.Binary:
		return a.Value(i)
	case *array.LargeBinary:
		return a.Value(i)
	case *array.FixedSizeBinary:
		return a.Value(i)
	case *array.Dictionary:
		return cellText(a.Dictionary(), a.GetValueIndex(i))
	case *array.Float64:
		return strconv.AppendFloat(nil, a.Value(i), 'f', -1, 64)
	case *array.Float32:
		return strconv.AppendFloat(nil, float64(a.Value(i)), 'f', -1, 32)
	}
	return []byte(a.ValueStr(i))
}
