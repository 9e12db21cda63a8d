package unpackchild

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"

	"github.com/credsieve/credsieve/datasets/dump/internal/rowtext"
	"github.com/credsieve/credsieve/datasets/internal/parquetcolumns"
)

const (
	// childBatch is how many rows are decoded at a time.
	childBatch = 1 << 12
	// maxFooter is far more than what thousands of columns and row groups need; a file may claim 4 GiB.
	maxFooter = 64 << 20
	// maxParquetColumns is beyond any table of users.
	maxParquetColumns = 2000
)

// writeTable writes all rows of a file as a table. Its error is a sentence: it ends up in a report.
func writeTable(in io.ReaderAt, size int64, to io.Writer) error {
	if err := (&table{to: to}).all(in, size); err != nil {
		return errors.New("the Parquet file is damaged or of a kind that is not read: export it to CSV first")
	}
	return nil
}

// table writes rows of a file.
type table struct {
	to   io.Writer
	rows rowtext.Writer
	text []byte
}

func (t *table) row(cells [][]byte) error {
	t.text = t.rows.Append(t.text[:0], cells)
	_, err := t.to.Write(t.text)
	return err
}

// all writes all rows, after their header.
func (t *table) all(in io.ReaderAt, size int64) error {
	reader, err := openParquet(in, size)
	if err != nil {
		return err
	}
	var columns []parquetcolumns.Column
	var names [][]byte
	for _, column := range parquetcolumns.Of(reader) {
		if isCell(column.Type) {
			columns, names = append(columns, column), append(names, []byte(column.Name))
		}
	}
	if len(columns) == 0 {
		return errors.New("no column of it can be read")
	}
	if err := t.row(names); err != nil {
		return err
	}
	rows := int64(0)
	for group := range reader.NumRowGroups() {
		n, err := t.rowGroup(columns, group)
		if err != nil {
			return err
		}
		rows += n
	}
	if want := reader.NumRows(); rows != want {
		return fmt.Errorf("it ends after %d of %d rows", rows, want)
	}
	return nil
}

// rowGroup returns how many rows it wrote.
func (t *table) rowGroup(columns []parquetcolumns.Column, group int) (rows int64, err error) {
	readers, batch := make([]*parquetcolumns.Reader, len(columns)), int64(childBatch)
	for i := range columns {
		if readers[i], err = columns[i].Open(group, memory.DefaultAllocator); err != nil {
			return 0, err
		}
		batch = max(batch, columns[i].Rows(group, childBatch))
	}
	arrays := make([]arrow.Array, len(columns))
	for {
		ended := 0
		for i, reader := range readers {
			if arrays[i], err = reader.Next(batch); err == io.EOF {
				ended++
			} else if err != nil {
				return rows, err
			}
		}
		switch {
		case ended == len(readers):
			return rows, nil
		case ended > 0:
			return rows, errors.New("its columns have different numbers of rows")
		}
		if err := t.batch(arrays); err != nil {
			return rows, err
		}
		rows += int64(arrays[0].Len())
	}
}

func openParquet(in io.ReaderAt, size int64) (*file.Reader, error) {
	const tailSize = 8 // length of the footer, and the mark
	var tail [tailSize]byte
	if _, err := in.ReadAt(tail[:], size-tailSize); err != nil {
		return nil, err
	}
	footer := binary.LittleEndian.Uint32(tail[:])
	if string(tail[4:]) != "PAR1" || footer > maxFooter {
		return nil, errors.New("its footer is missing or too long")
	}
	section := io.NewSectionReader(in, 0, size)
	reader, err := file.NewParquetReader(section,
		file.WithReadProps(parquet.NewReaderProperties(memory.DefaultAllocator)))
	if err != nil {
		return nil, err
	}
	if reader.MetaData().Schema.NumColumns() > maxParquetColumns {
		return nil, errors.New("it has too many columns")
	}
	return reader, nil
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

func (t *table) batch(columns []arrow.Array) error {
	for _, column := range columns {
		if column.Len() != columns[0].Len() {
			return errors.New("its columns have different numbers of rows")
		}
	}
	cells := make([][]byte, len(columns))
	for row := range columns[0].Len() {
		for i, column := range columns {
			cells[i] = cellText(column, row)
		}
		if err := t.row(cells); err != nil {
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
