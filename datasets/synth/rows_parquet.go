package synth

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

// rowGroupSize bounds what is held in memory before it is written.
const rowGroupSize = 1 << 16

// parquetRows writes missing values as nulls and times as UTC seconds kept in microseconds, the
// unit that every reader knows.
type parquetRows struct {
	w       *file.Writer
	columns []parquetColumn
	rows    int // in columns
}

// parquetColumn is what waits of a column: one definition level for each row, 0 where it has no value.
type parquetColumn struct {
	name     string
	physical parquet.Type
	levels   []int16
	texts    []parquet.ByteArray
	times    []int64 // microseconds
	flags    []bool
}

// columnType is how the schemas of Parquet and of Arrow call a column's type.
type columnType struct {
	physical parquet.Type
	logical  schema.LogicalType
	arrow    arrow.DataType
}

func typeOf(column string) columnType {
	switch column {
	case "password_changed_at", "last_active_at":
		return columnType{parquet.Types.Int64, schema.NewTimestampLogicalTypeForce(true, schema.TimeUnitMicros),
			arrow.FixedWidthTypes.Timestamp_us}
	case "mfa_enabled":
		return columnType{parquet.Types.Boolean, schema.NoLogicalType{}, arrow.FixedWidthTypes.Boolean}
	}
	return columnType{parquet.Types.ByteArray, schema.StringLogicalType{}, arrow.BinaryTypes.String}
}

func newParquetRows(w io.Writer) (rowWriter, error) {
	nodes, fields := make(schema.FieldList, len(columnNames)), make([]arrow.Field, len(columnNames))
	columns := make([]parquetColumn, len(columnNames))
	for i, name := range columnNames {
		t := typeOf(name)
		var err error
		nodes[i], err = schema.NewPrimitiveNodeLogical(name, parquet.Repetitions.Optional, t.logical, t.physical, -1, -1)
		if err != nil {
			return nil, err
		}
		fields[i] = arrow.Field{Name: name, Type: t.arrow, Nullable: true}
		columns[i].name, columns[i].physical = name, t.physical
	}
	props := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Snappy))
	root, err := schema.NewGroupNode(props.RootName(), props.RootRepetition(), nodes, -1)
	if err != nil {
		return nil, err
	}
	meta, err := storedSchema(arrow.NewSchema(fields, nil))
	if err != nil {
		return nil, err
	}
	// The writer would close w, which is not its own.
	out := file.NewParquetWriter(struct{ io.Writer }{w}, root, file.WithWriterProps(props), file.WithWriteMetadata(meta))
	return &parquetRows{w: out, columns: columns}, nil
}

// storedSchema is what readers that know Arrow take its types from: an empty stream of them.
func storedSchema(of *arrow.Schema) (metadata.KeyValueMetadata, error) {
	var stream bytes.Buffer
	if err := ipc.NewWriter(&stream, ipc.WithSchema(of)).Close(); err != nil {
		return nil, err
	}
	meta := metadata.KeyValueMetadata{}
	return meta, meta.Append("ARROW:schema", base64.StdEncoding.EncodeToString(stream.Bytes()))
}

func (p *parquetRows) write(r *row) error {
	for i, text := range []string{r.id, r.email, r.username, r.phone, r.hash,
		timeText(r.changedAt), timeText(r.activeAt), r.mfa, r.privilege, r.status} {
		if err := p.columns[i].add(text); err != nil {
			return err
		}
	}
	p.rows++
	if p.rows == rowGroupSize {
		return p.flush()
	}
	return nil
}

func (c *parquetColumn) add(text string) error {
	if text == "" {
		c.levels = append(c.levels, 0)
		return nil
	}
	c.levels = append(c.levels, 1)
	switch c.physical {
	case parquet.Types.Int64:
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return fmt.Errorf("column %q: %w", c.name, err)
		}
		c.times = append(c.times, at.UnixMicro())
	case parquet.Types.Boolean:
		c.flags = append(c.flags, text == "true")
	default:
		c.texts = append(c.texts, parquet.ByteArray(text))
	}
	return nil
}

// flush writes a row group of what waits.
func (p *parquetRows) flush() error {
	if p.rows == 0 {
		return nil
	}
	group := p.w.AppendRowGroup()
	for i := range p.columns {
		chunk, err := group.NextColumn()
		if err != nil {
			return err
		}
		if err := p.columns[i].flush(chunk); err != nil {
			return err
		}
	}
	p.rows = 0
	return group.Close()
}

func (c *parquetColumn) flush(chunk file.ColumnChunkWriter) (err error) {
	switch chunk := chunk.(type) {
	case *file.Int64ColumnChunkWriter:
		_, err = chunk.WriteBatch(c.times, c.levels, nil)
	case *file.BooleanColumnChunkWriter:
		_, err = chunk.WriteBatch(c.flags, c.levels, nil)
	case *file.ByteArrayColumnChunkWriter:
		_, err = chunk.WriteBatch(c.texts, c.levels, nil)
	}
	c.levels, c.texts, c.times, c.flags = c.levels[:0], c.texts[:0], c.times[:0], c.flags[:0]
	return err
}

func (p *parquetRows) close() error {
	err := p.flush()
	return errors.Join(err, p.w.FlushWithFooter(), p.w.Close()) // Close alone keeps errors to itself
}
