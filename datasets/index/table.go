package index

import (
	"encoding/binary"
	"errors"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// chunk holds some rows as the bytes of their columns, so that taking it over is a copy. Rows are
// made by several workers, but a file is written by one.
type chunk struct {
	rows    int
	columns []chunkColumn
}

// chunkColumn is a column of a fixed width, or of a variable one with the end of each value.
type chunkColumn struct {
	width  int // 0: variable
	values []byte
	ends   []uint32
}

func newChunk(schema *arrow.Schema) *chunk {
	c := &chunk{columns: make([]chunkColumn, schema.NumFields())}
	for i := range c.columns {
		if t, fixed := schema.Field(i).Type.(arrow.FixedWidthDataType); fixed {
			c.columns[i].width = t.Bytes()
		}
	}
	return c
}

func (c *chunk) reset() {
	c.rows = 0
	for i := range c.columns {
		c.columns[i].values, c.columns[i].ends = c.columns[i].values[:0], c.columns[i].ends[:0]
	}
}

// text appends a value of variable width; sealed below does so in place.
func (c *chunkColumn) text(s string) {
	c.values = append(c.values, s...)
	c.end()
}

func (c *chunkColumn) end() { c.ends = append(c.ends, uint32(len(c.values))) }

func (c *chunkColumn) u8(n uint8) { c.values = append(c.values, n) }

func (c *chunkColumn) u32(n uint32) { c.values = binary.LittleEndian.AppendUint32(c.values, n) }

func (c *chunkColumn) u64(n uint64) { c.values = binary.LittleEndian.AppendUint64(c.values, n) }

// take appends rows of another chunk.
func (c *chunk) take(from *chunk, first, n int) {
	for i := range c.columns {
		to, of := &c.columns[i], &from.columns[i]
		if to.width > 0 {
			to.values = append(to.values, of.values[first*to.width:(first+n)*to.width]...)
			continue
		}
		start := uint32(0)
		if first > 0 {
			start = of.ends[first-1]
		}
		base := uint32(len(to.values))
		to.values = append(to.values, of.values[start:of.ends[first+n-1]]...)
		for _, end := range of.ends[first : first+n] {
			to.ends = append(to.ends, base+end-start)
		}
	}
	c.rows += n
}

// tableWriter writes rows in batches of batchRows, so that memory holds one batch.
type tableWriter struct {
	file   *dataFile
	ipc    *ipc.FileWriter
	schema *arrow.Schema
	batch  *chunk
	rows   int64
}

func (s *staging) createTable(name string, schema *arrow.Schema) (*tableWriter, error) {
	f, err := s.create(name)
	if err != nil {
		return nil, err
	}
	w, err := ipc.NewFileWriter(f, ipc.WithSchema(schema))
	if err != nil {
		return nil, err
	}
	return &tableWriter{file: f, ipc: w, schema: schema, batch: newChunk(schema)}, nil
}

func (t *tableWriter) append(c *chunk) error {
	for first := 0; first < c.rows; {
		n := min(c.rows-first, batchRows-t.batch.rows)
		t.batch.take(c, first, n)
		first += n
		t.rows += int64(n)
		if t.batch.rows == batchRows {
			if err := t.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush hands the batch to Arrow as it lies in memory.
func (t *tableWriter) flush() error {
	columns := make([]arrow.Array, len(t.batch.columns))
	for i := range columns {
		c := &t.batch.columns[i]
		buffers := []*memory.Buffer{nil, memory.NewBufferBytes(c.values)}
		if c.width == 0 {
			offsets := make([]byte, 4, (len(c.ends)+1)*4) // the first one is zero
			for _, end := range c.ends {
				offsets = binary.LittleEndian.AppendUint32(offsets, end)
			}
			buffers = []*memory.Buffer{nil, memory.NewBufferBytes(offsets),
				memory.NewBufferBytes(c.values)}
		}
		data := array.NewData(t.schema.Field(i).Type, t.batch.rows, buffers, nil, 0, 0)
		columns[i] = array.MakeFromData(data)
		data.Release()
	}
	batch := array.NewRecord(t.schema, columns, int64(t.batch.rows))
	err := t.ipc.Write(batch)
	batch.Release()
	for i := range columns {
		columns[i].Release()
	}
	t.batch.reset()
	return err
}

func (t *tableWriter) finish() (FileMeta, error) {
	var err error
	if t.batch.rows > 0 {
		err = t.flush()
	}
	if err = errors.Join(err, t.ipc.Close()); err != nil {
		return FileMeta{}, err
	}
	return t.file.finish(t.rows)
}
