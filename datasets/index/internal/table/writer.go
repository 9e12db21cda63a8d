package table

import (
	"encoding/binary"
	"errors"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// Writer writes rows in batches of BatchRows, so that memory holds one batch.
type Writer struct {
	file   *File
	ipc    *ipc.FileWriter
	schema *arrow.Schema
	batch  *Chunk
	rows   int64
}

// NewWriter begins a table of a schema in a file, which Finish finishes.
func NewWriter(f *File, schema *arrow.Schema) (*Writer, error) {
	w, err := ipc.NewFileWriter(f, ipc.WithSchema(schema))
	if err != nil {
		return nil, err
	}
	return &Writer{file: f, ipc: w, schema: schema, batch: NewChunk(schema)}, nil
}

// Rows is how many were appended.
func (t *Writer) Rows() int64 { return t.rows }

// Append appends the rows of a chunk.
func (t *Writer) Append(c *Chunk) error {
	for first := 0; first < c.Rows; {
		n := min(c.Rows-first, BatchRows-t.batch.Rows)
		t.batch.take(c, first, n)
		first += n
		t.rows += int64(n)
		if t.batch.Rows == BatchRows {
			if err := t.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush hands the batch to Arrow as it lies in memory.
func (t *Writer) flush() error {
	columns := make([]arrow.Array, len(t.batch.Columns))
	for i := range columns {
		c := &t.batch.Columns[i]
		buffers := []*memory.Buffer{nil, memory.NewBufferBytes(c.Values)}
		if c.width == 0 {
			offsets := make([]byte, 4, (len(c.ends)+1)*4) // the first one is zero
			for _, end := range c.ends {
				offsets = binary.LittleEndian.AppendUint32(offsets, end)
			}
			buffers = []*memory.Buffer{nil, memory.NewBufferBytes(offsets),
				memory.NewBufferBytes(c.Values)}
		}
		data := array.NewData(t.schema.Field(i).Type, t.batch.Rows, buffers, nil, 0, 0)
		columns[i] = array.MakeFromData(data)
		data.Release()
	}
	batch := array.NewRecord(t.schema, columns, int64(t.batch.Rows))
	err := t.ipc.Write(batch)
	batch.Release()
	for i := range columns {
		columns[i].Release()
	}
	t.batch.Reset()
	return err
}

// Finish makes the table durable and describes it.
func (t *Writer) Finish() (FileMeta, error) {
	var err error
	if t.batch.Rows > 0 {
		err = t.flush()
	}
	if err = errors.Join(err, t.ipc.Close()); err != nil {
		return FileMeta{}, err
	}
	return t.file.Finish(t.rows)
}
