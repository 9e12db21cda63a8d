// Package parquetcolumns reads columns of Parquet files as Arrow arrays.
//
//	Of           the columns of a file: flat ones, and lists of flat ones
//	Column.Open  a reader of one, in one row group
//	Column.Rows  how many rows to read at a time
//
// It does what package pqarrow of the library does for such columns, and no more. That package reads and writes whatever Arrow
// has; it links gRPC, Flight and an engine for expressions, 30 MB, into every program that reads a row.
//
// The decoders below panic on some damaged files, and allocate what lengths in the file say: whoever reads a stranger's file
// recovers, and bounds the allocator.
//
// Not guaranteed: the types of the Arrow schema that some writers put beside that of Parquet. A column that was a dictionary is
// one of texts here, and a duration is a number.
package parquetcolumns

import (
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

// Column is a column of a file, by its place at the top of the schema.
type Column struct {
	Name string
	// Type is what its arrays hold: texts come as arrays of bytes whatever it says, and whole numbers of 8 or 16 bits as
	// those of 32. That of a struct, of a map and of lists in lists is a struct without fields. Open refuses it, and decimals.
	Type arrow.DataType

	source *file.Reader
	leaf   int // -1: none that can be read
	item   arrow.DataType
	level  file.LevelInfo
	list   bool
	filled int16 // definition level from which on a list is one, and not missing
}

// Of returns the columns of a file in their order.
func Of(source *file.Reader) []Column {
	root := source.MetaData().Schema.Root()
	columns := make([]Column, root.NumFields())
	for i := range columns {
		columns[i] = of(source, root.Field(i))
	}
	return columns
}

func of(source *file.Reader, node schema.Node) Column {
	c := Column{Name: node.Name(), source: source, leaf: -1, Type: arrow.StructOf(), level: file.LevelInfo{NullSlotUsage: 1}}
	leaf := c.descend(node)
	if leaf == nil {
		return c
	}
	c.leaf = source.MetaData().Schema.ColumnIndexByNode(leaf)
	c.item = typeOf(leaf)
	c.Type = c.item
	if c.list {
		c.Type = arrow.ListOf(c.item)
	}
	return c
}

// descend goes down to the values of a column, and counts its levels; nil: they cannot be read here.
func (c *Column) descend(node schema.Node) *schema.PrimitiveNode {
	if leaf, ok := node.(*schema.PrimitiveNode); ok {
		c.list = leaf.RepetitionType() == parquet.Repetitions.Repeated // as protocol buffers write lists
		c.level.Increment(leaf)
		return leaf
	}
	group, ok := node.(*schema.GroupNode)
	if !ok || group.NumFields() != 1 || group.RepetitionType() == parquet.Repetitions.Repeated ||
		!group.LogicalType().Equals(schema.NewListLogicalType()) {
		return nil
	}
	c.level.Increment(group)
	c.list, c.filled = true, c.level.DefLevel
	repeated := group.Field(0)
	if repeated.RepetitionType() != parquet.Repetitions.Repeated {
		return nil
	}
	c.level.IncrementRepeated()
	item, ok := repeated.(*schema.PrimitiveNode)
	if ok { // lists of two levels, of old writers
		return item
	}
	inner, ok := repeated.(*schema.GroupNode)
	// By these names the format says that the item is a struct, of however few fields.
	if !ok || inner.NumFields() != 1 || inner.Name() == "array" || inner.Name() == group.Name()+"_tuple" {
		return nil
	}
	item, ok = inner.Field(0).(*schema.PrimitiveNode)
	if !ok || item.RepetitionType() == parquet.Repetitions.Repeated {
		return nil
	}
	c.level.Increment(item)
	return item
}

// typeOf is the type of a column's values. What a type that this package does not know is written as is what counts.
func typeOf(leaf *schema.PrimitiveNode) arrow.DataType {
	logical := leaf.LogicalType()
	if !logical.IsValid() || logical.Equals(schema.NullLogicalType{}) {
		return arrow.Null
	}
	if decimal, ok := logical.(*schema.DecimalLogicalType); ok {
		return &arrow.Decimal128Type{Precision: decimal.Precision(), Scale: decimal.Scale()}
	}
	switch leaf.PhysicalType() {
	case parquet.Types.Boolean:
		return arrow.FixedWidthTypes.Boolean
	case parquet.Types.Int32, parquet.Types.Int64:
		return typeOfNumber(leaf, logical)
	case parquet.Types.Int96:
		return arrow.FixedWidthTypes.Timestamp_ns
	case parquet.Types.Float:
		return arrow.PrimitiveTypes.Float32
	case parquet.Types.Double:
		return arrow.PrimitiveTypes.Float64
	case parquet.Types.FixedLenByteArray:
		if logical.Equals(schema.Float16LogicalType{}) {
			return arrow.FixedWidthTypes.Float16
		}
		return &arrow.FixedSizeBinaryType{ByteWidth: leaf.TypeLength()}
	}
	if logical.Equals(schema.StringLogicalType{}) {
		return arrow.BinaryTypes.String
	}
	return arrow.BinaryTypes.Binary
}

func typeOfNumber(leaf *schema.PrimitiveNode, logical schema.LogicalType) arrow.DataType {
	wide := leaf.PhysicalType() == parquet.Types.Int64
	switch logical := logical.(type) {
	case *schema.IntLogicalType:
		switch {
		case wide && !logical.IsSigned():
			return arrow.PrimitiveTypes.Uint64
		case !wide && !logical.IsSigned() && logical.BitWidth() == 32:
			return arrow.PrimitiveTypes.Uint32
		}
	case schema.DateLogicalType:
		if !wide {
			return arrow.FixedWidthTypes.Date32
		}
	case *schema.TimeLogicalType:
		switch {
		case !wide:
			return arrow.FixedWidthTypes.Time32ms
		case logical.TimeUnit() == schema.TimeUnitNanos:
			return arrow.FixedWidthTypes.Time64ns
		}
		return arrow.FixedWidthTypes.Time64us
	case *schema.TimestampLogicalType:
		if wide {
			return timestampOf(logical)
		}
	}
	if wide {
		return arrow.PrimitiveTypes.Int64
	}
	return arrow.PrimitiveTypes.Int32
}

func timestampOf(logical *schema.TimestampLogicalType) arrow.DataType {
	zone := ""
	if logical.IsAdjustedToUTC() || logical.IsFromConvertedType() {
		zone = "UTC"
	}
	unit := arrow.Microsecond
	switch logical.TimeUnit() {
	case schema.TimeUnitMillis:
		unit = arrow.Millisecond
	case schema.TimeUnitNanos:
		unit = arrow.Nanosecond
	}
	return &arrow.TimestampType{Unit: unit, TimeZone: zone}
}

// Open returns a reader of the column in one row group, in memory of an allocator.
func (c *Column) Open(group int, mem memory.Allocator) (*Reader, error) {
	if c.leaf < 0 || arrow.IsDecimal(c.item.ID()) {
		return nil, fmt.Errorf("its type %s is not one that is read", c.Type)
	}
	pages, err := c.source.RowGroup(group).GetColumnPageReader(c.leaf)
	if err != nil {
		return nil, err
	}
	descr := c.source.MetaData().Schema.Column(c.leaf)
	r := &Reader{column: c, pages: pages,
		records: file.NewRecordReader(descr, c.level, arrow.BinaryTypes.Binary, mem, c.source.BufferPool())}
	r.records.SetPageReader(pages)
	return r, nil
}

// Reader reads a column of a row group.
type Reader struct {
	column  *Column
	pages   file.PageReader
	records file.RecordReader
}

// Next returns the next n rows, or as many as there are; io.EOF at the end. An array is valid as long as somebody has it.
func (r *Reader) Next(n int64) (arrow.Array, error) {
	r.records.Reset()
	if err := r.records.Reserve(n); err != nil {
		return nil, err
	}
	for left := n; left > 0; {
		got, err := r.records.ReadRecords(left)
		if err == nil && got == 0 {
			err = r.pages.Err()
		}
		if err != nil && err != io.EOF { // that is no more than the end of the pages
			return nil, err
		}
		if got == 0 {
			break
		}
		left -= got
	}
	rows, err := r.array()
	switch {
	case err != nil:
		return nil, err
	case rows.Len() == 0:
		return nil, io.EOF
	}
	return rows, nil
}

var errLevels = errors.New("the levels of a list do not fit its values")
