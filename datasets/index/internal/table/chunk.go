package table

import (
	"encoding/binary"

	"github.com/apache/arrow/go/v17/arrow"
)

// Chunk holds some rows as the bytes of their columns, so that taking it over is a copy. Rows are
// made by several workers, but a file is written by one.
type Chunk struct {
	Rows    int
	Columns []ChunkColumn // in the order of the schema, each with a value for every row
}

// ChunkColumn is a column of a fixed width, or of a variable one with the end of each value. Whoever appends a
// value of variable width to Values himself says so by End.
type ChunkColumn struct {
	Values []byte // one after the other, numbers in little-endian order
	width  int    // in bytes; 0: variable
	ends   []uint32
}

// NewChunk returns an empty chunk for rows of a schema.
func NewChunk(schema *arrow.Schema) *Chunk {
	c := &Chunk{Columns: make([]ChunkColumn, schema.NumFields())}
	for i := range c.Columns {
		if t, fixed := schema.Field(i).Type.(arrow.FixedWidthDataType); fixed {
			c.Columns[i].width = t.Bytes()
		}
	}
	return c
}

// Reset forgets the rows and keeps their memory.
func (c *Chunk) Reset() {
	c.Rows = 0
	for i := range c.Columns {
		c.Columns[i].Values, c.Columns[i].ends = c.Columns[i].Values[:0], c.Columns[i].ends[:0]
	}
}

// Text appends a value of variable width.
func (c *ChunkColumn) Text(s string) {
	c.Values = append(c.Values, s...)
	c.End()
}

// End ends a value of variable width that was appended to Values.
func (c *ChunkColumn) End() { c.ends = append(c.ends, uint32(len(c.Values))) }

// U8 appends a value of one byte.
func (c *ChunkColumn) U8(n uint8) { c.Values = append(c.Values, n) }

// U32 appends a value of four bytes.
func (c *ChunkColumn) U32(n uint32) { c.Values = binary.LittleEndian.AppendUint32(c.Values, n) }

// U64 appends a value of eight bytes.
func (c *ChunkColumn) U64(n uint64) { c.Values = binary.LittleEndian.AppendUint64(c.Values, n) }

// take appends rows of another chunk.
func (c *Chunk) take(from *Chunk, first, n int) {
	for i := range c.Columns {
		to, of := &c.Columns[i], &from.Columns[i]
		if to.width > 0 {
			to.Values = append(to.Values, of.Values[first*to.width:(first+n)*to.width]...)
			continue
		}
		start := uint32(0)
		if first > 0 {
			start = of.ends[first-1]
		}
		base := uint32(len(to.Values))
		to.Values = append(to.Values, of.Values[start:of.ends[first+n-1]]...)
		for _, end := range of.ends[first : first+n] {
			to.ends = append(to.ends, base+end-start)
		}
	}
	c.Rows += n
}
