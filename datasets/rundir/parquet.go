package rundir

import (
	"io"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
)

func (k columnKind) arrowType() arrow.DataType {
	switch k {
	case intColumn:
		return arrow.PrimitiveTypes.Int64
	case floatColumn:
		return arrow.PrimitiveTypes.Float64
	default:
		return arrow.BinaryTypes.String
	}
}

func writeListParquet(w io.Writer, rows []Row, showIdentifiers bool) error {
	cols := columns(showIdentifiers)
	fields := make([]arrow.Field, len(cols))
	for i, c := range cols {
		fields[i] = arrow.Field{Name: c.name, Type: c.kind.arrowType()}
	}
	schema := arrow.NewSchema(fields, nil)
	record := buildRecord(schema, cols, rows)
	defer record.Release()

	properties := parquet.NewWriterProperties(
		parquet.WithCompression(compress.Codecs.Snappy),
		// The writer's own name holds no version of ours, so that the bytes change only with the rows.
		parquet.WithCreatedBy("credsieve"),
	)
	// The writer closes what it writes to when it can; the file's owner does that here.
	out, err := pqarrow.NewFileWriter(schema, struct{ io.Writer }{w}, properties,
		pqarrow.DefaultWriterProps())
	if err != nil {
		return err
	}
	if err := out.Write(record); err != nil {
		return err
	}
	return out.Close()
}

func buildRecord(schema *arrow.Schema, cols []column, rows []Row) arrow.Record {
	builder := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer builder.Release()
	for i, c := range cols {
		switch field := builder.Field(i).(type) {
		case *array.Int64Builder:
			for r := range rows {
				field.Append(int64(c.num(&rows[r])))
			}
		case *array.Float64Builder:
			for r := range rows {
				field.Append(c.num(&rows[r]))
			}
		case *array.StringBuilder:
			for r := range rows {
				field.Append(c.text(&rows[r]))
			}
		}
	}
	return builder.NewRecord()
}
