package synth

import (
	"io"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
)

// rowGroupSize bounds what is held in memory before it is written.
const rowGroupSize = 1 << 16

// parquetRows writes missing values as nulls and times as UTC seconds kept in microseconds, the
// unit that every reader knows.
type parquetRows struct {
	w    *pqarrow.FileWriter
	b    *array.RecordBuilder
	rows int
}

func newParquetRows(w io.Writer) (rowWriter, error) {
	types := map[string]arrow.DataType{
		"password_changed_at": arrow.FixedWidthTypes.Timestamp_us,
		"last_active_at":      arrow.FixedWidthTypes.Timestamp_us,
		"mfa_enabled":         arrow.FixedWidthTypes.Boolean,
	}
	fields := make([]arrow.Field, len(columnNames))
	for i, name := range columnNames {
		fields[i] = arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true}
		if t, ok := types[name]; ok {
			fields[i].Type = t
		}
	}
	schema := arrow.NewSchema(fields, nil)
	props := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Snappy))
	// The writer would close w, which is not its own.
	f, err := pqarrow.NewFileWriter(schema, struct{ io.Writer }{w}, props,
		pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err != nil {
		return nil, err
	}
	return &parquetRows{w: f, b: array.NewRecordBuilder(memory.DefaultAllocator, schema)}, nil
}

func (p *parquetRows) write(r *row) error {
	for i, text := range []string{r.id, r.email, r.username, r.phone, r.hash,
		timeText(r.changedAt), timeText(r.activeAt), r.mfa, r.privilege, r.status} {
		if text == "" {
			p.b.Field(i).AppendNull()
			continue
		}
		// Every builder reads the text form of its type; RFC 3339 is that of a timestamp.
		if err := p.b.Field(i).AppendValueFromString(text); err != nil {
			return err
		}
	}
	p.rows++
	if p.rows%rowGroupSize == 0 {
		return p.flush()
	}
	return nil
}

func (p *parquetRows) flush() error {
	rec := p.b.NewRecord()
	defer rec.Release()
	if rec.NumRows() == 0 {
		return nil
	}
	return p.w.Write(rec)
}

func (p *parquetRows) close() error {
	defer p.b.Release()
	if err := p.flush(); err != nil {
		return err
	}
	return p.w.Close()
}
