package parquetcolumns_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"

	"github.com/credsieve/credsieve/datasets/internal/parquetcolumns"
)

// flat are the types of columns that are read.
var flat = []arrow.DataType{
	arrow.FixedWidthTypes.Boolean, arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int32,
	arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Uint8, arrow.PrimitiveTypes.Uint16, arrow.PrimitiveTypes.Uint32,
	arrow.PrimitiveTypes.Uint64, arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64, arrow.FixedWidthTypes.Float16,
	arrow.BinaryTypes.String, arrow.BinaryTypes.Binary, arrow.BinaryTypes.LargeString, &arrow.FixedSizeBinaryType{ByteWidth: 3},
	arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Time32ms, arrow.FixedWidthTypes.Time64us, arrow.FixedWidthTypes.Time64ns,
	arrow.FixedWidthTypes.Timestamp_ms, arrow.FixedWidthTypes.Timestamp_us, arrow.FixedWidthTypes.Timestamp_ns,
}

// schemaOf has each type as a column without and with NULLs and as a list.
func schemaOf() *arrow.Schema {
	fields := []arrow.Field{{Name: "nothing", Type: arrow.Null, Nullable: true}}
	for i, t := range flat {
		fields = append(fields,
			arrow.Field{Name: fmt.Sprint("required", i), Type: t}, arrow.Field{Name: fmt.Sprint("optional", i), Type: t, Nullable: true},
			arrow.Field{Name: fmt.Sprint("list", i), Type: arrow.ListOf(t), Nullable: true},
			arrow.Field{Name: fmt.Sprint("there", i), Type: arrow.ListOfNonNullable(t)})
	}
	return arrow.NewSchema(fields, nil)
}

// fill appends a random value, now and then none.
func fill(r *rand.Rand, b array.Builder, nullable bool) {
	if nullable && r.IntN(4) == 0 {
		b.AppendNull()
		return
	}
	switch b := b.(type) {
	case *array.ListBuilder:
		b.Append(true)
		for range r.IntN(4) {
			fill(r, b.ValueBuilder(), b.Type().(*arrow.ListType).ElemField().Nullable)
		}
	case *array.BooleanBuilder:
		b.Append(r.IntN(2) == 0)
	case *array.FixedSizeBinaryBuilder:
		b.Append([]byte{byte(r.IntN(256)), 0, byte(r.IntN(3))})
	case *array.BinaryBuilder:
		b.Append(bytes.Repeat([]byte{byte(r.IntN(256))}, r.IntN(9)))
	case *array.NullBuilder:
		b.AppendNull()
	case array.StringLikeBuilder:
		b.Append(fmt.Sprint("text ", r.IntN(50)))
	default:
		text := fmt.Sprint(r.IntN(128)) // in the range of all numbers
		switch b.Type().ID() {
		case arrow.DATE32:
			text = "2024-01-0" + fmt.Sprint(1+r.IntN(9))
		case arrow.TIME32, arrow.TIME64:
			text = "10:11:0" + fmt.Sprint(r.IntN(10))
		case arrow.TIMESTAMP:
			text = "2024-01-02T03:04:0" + fmt.Sprint(r.IntN(10)) + "Z"
		}
		if err := b.AppendValueFromString(text); err != nil {
			panic(err)
		}
	}
}

// TestColumns_as_the_library reads files of every kind of page, in steps of several sizes, as pqarrow reads them.
func TestColumns_as_the_library(t *testing.T) {
	t.Parallel()
	for i, options := range [][]parquet.WriterProperty{
		nil,
		{parquet.WithDictionaryDefault(false), parquet.WithDataPageSize(200)},
		{parquet.WithDataPageVersion(parquet.DataPageV2), parquet.WithDataPageSize(100), parquet.WithCompression(compress.Codecs.Zstd)},
		{parquet.WithVersion(parquet.V1_0), parquet.WithBatchSize(7), parquet.WithDataPageSize(64)},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			const rows, groupRows = 300, 130
			r := rand.New(rand.NewPCG(1, uint64(i)))
			builder := array.NewRecordBuilder(memory.DefaultAllocator, schemaOf())
			for range rows {
				for i, b := range builder.Fields() {
					fill(r, b, builder.Schema().Field(i).Nullable)
				}
			}
			record := builder.NewRecord()
			var out bytes.Buffer
			table := array.NewTableFromRecords(record.Schema(), []arrow.Record{record})
			if err := pqarrow.WriteTable(table, &out, groupRows, parquet.NewWriterProperties(options...),
				pqarrow.DefaultWriterProps()); err != nil {
				t.Fatal(err)
			}
			want := byLibrary(t, out.Bytes())
			for _, step := range []int64{3, 64, 5000} {
				compareColumns(t, out.Bytes(), want, step)
			}
		})
	}
}

// byLibrary returns the cells of each column, as text.
func byLibrary(t *testing.T, data []byte) (columns [][]string) {
	t.Helper()
	table, err := pqarrow.ReadTable(t.Context(), bytes.NewReader(data), parquet.NewReaderProperties(nil),
		pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	for i := range int(table.NumCols()) {
		var cells []string
		for _, chunk := range table.Column(i).Data().Chunks() {
			cells = appendCells(cells, chunk)
		}
		columns = append(columns, cells)
	}
	return columns
}

func appendCells(cells []string, a arrow.Array) []string {
	for i := range a.Len() {
		cells = append(cells, cell(a, i))
	}
	return cells
}

func cell(a arrow.Array, i int) string {
	if a.IsNull(i) {
		return "NULL"
	}
	switch a := a.(type) {
	case *array.List:
		from, to := a.ValueOffsets(i)
		text := "["
		for j := from; j < to; j++ {
			text += cell(a.ListValues(), int(j)) + ","
		}
		return text + "]"
	case *array.String:
		return fmt.Sprintf("%q", a.Value(i))
	case *array.Binary:
		return fmt.Sprintf("%q", a.Value(i))
	}
	return a.ValueStr(i)
}

func compareColumns(t *testing.T, data []byte, want [][]string, step int64) {
	t.Helper()
	source, err := file.NewParquetReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	columns := parquetcolumns.Of(source)
	if len(columns) != len(want) {
		t.Fatalf("%d columns, want %d", len(columns), len(want))
	}
	for i := range columns {
		var got []string
		for group := range source.NumRowGroups() {
			reader, err := columns[i].Open(group, memory.DefaultAllocator)
			for err == nil {
				var rows arrow.Array
				if rows, err = reader.Next(columns[i].Rows(group, step)); err == nil {
					got = appendCells(got, rows)
				}
			}
			if err != io.EOF {
				t.Fatalf("column %q of type %s: %v", columns[i].Name, columns[i].Type, err)
			}
		}
		if len(got) != len(want[i]) {
			t.Errorf("column %q of type %s, in steps of %d: %d rows, want %d", columns[i].Name, columns[i].Type, step, len(got), len(want[i]))
			continue
		}
		for row := range got {
			if got[row] != want[i][row] {
				t.Errorf("column %q of type %s, in steps of %d, row %d: %s, want %s", columns[i].Name, columns[i].Type, step, row,
					got[row], want[i][row])
				break
			}
		}
	}
}

// TestOpen_refuses what it cannot read, and says which type that is.
func TestOpen_refuses(t *testing.T) {
	t.Parallel()
	item := arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Int8}
	types := map[string]arrow.DataType{
		"struct":  arrow.StructOf(item),
		"map":     arrow.MapOf(arrow.BinaryTypes.String, arrow.BinaryTypes.String),
		"lists":   arrow.ListOf(arrow.ListOf(arrow.BinaryTypes.String)),
		"structs": arrow.ListOf(arrow.StructOf(item, arrow.Field{Name: "y", Type: arrow.PrimitiveTypes.Int8})),
		"decimal": &arrow.Decimal128Type{Precision: 10, Scale: 2},
	}
	var fields []arrow.Field
	for name, is := range types {
		fields = append(fields, arrow.Field{Name: name, Type: is, Nullable: true})
	}
	builder := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	for _, b := range builder.Fields() {
		b.AppendNull()
	}
	record := builder.NewRecord()
	var out bytes.Buffer
	err := pqarrow.WriteTable(array.NewTableFromRecords(record.Schema(), []arrow.Record{record}), &out, 10,
		parquet.NewWriterProperties(), pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	source, err := file.NewParquetReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for _, column := range parquetcolumns.Of(source) {
		if _, err := column.Open(0, memory.DefaultAllocator); err == nil {
			t.Errorf("column %q of type %s is read", column.Name, column.Type)
		}
	}
}
