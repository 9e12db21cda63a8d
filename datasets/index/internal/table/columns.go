package table

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/arrow"
)

// BatchRows is how many rows each record batch has but the last one.
const (
	BatchRows  = 1 << batchShift
	batchShift = 16
)

// Columns are the columns of a table in a file.
type Columns struct {
	pages   *Pages
	schema  *arrow.Schema
	rows    int64
	blocks  []block
	batches []atomic.Pointer[batch] // read when they are first used
	end     int                     // of the batches
}

// block is where a record batch lies in the file.
type block struct{ offset, meta, body int64 }

// batch is a record batch as its description says.
type batch struct {
	rows  int64
	parts []columnPart
	first uint64 // how the first value of the first column begins
}

// columnPart is one column of one batch. Columns of a fixed width have no offsets.
type columnPart struct{ offsets, values span }

// span is a stretch of the file.
type span struct{ from, size int }

// Rows of the table.
func (c *Columns) Rows() int64 { return c.rows }

// Err returns the damage that was met, if any, in this table or in any other with the same Failure.
func (c *Columns) Err() error { return c.pages.failed.Err() }

// VerifyAll checks every page, with some workers.
func (c *Columns) VerifyAll(ctx context.Context, workers int) error {
	return c.pages.verifyAll(ctx, workers)
}

// batch returns a record batch, nil when it is damaged. To read them all at once would touch a page
// of each before the first question is asked.
func (c *Columns) batch(i int) *batch {
	if b := c.batches[i].Load(); b != nil {
		return b
	}
	b, err := c.readBatch(i)
	if err != nil {
		c.pages.failed.Note(fmt.Errorf("file %q: record batch %d: %w", c.pages.name, i, err))
		return nil
	}
	c.batches[i].Store(b) // whoever else reads it reads the same
	return b
}

func (c *Columns) readBatch(i int) (b *batch, err error) {
	// As in Parse: a number that points outside the file panics.
	defer func() {
		if recover() != nil {
			b, err = nil, errArrow
		}
	}()
	parts, rows, err := parseBatch(c.pages, c.end, c.blocks[i], c.schema)
	if err != nil {
		return nil, err
	}
	if rows < 1 || rows > BatchRows || (i < len(c.blocks)-1 && rows != BatchRows) {
		return nil, fmt.Errorf("it has %d rows", rows)
	}
	b = &batch{rows: rows, parts: parts}
	if t, fixed := c.schema.Field(0).Type.(arrow.FixedWidthDataType); fixed && t.Bytes() >= 8 {
		first := c.pages.at(parts[0].values.from, 8)
		if first == nil {
			return nil, errPages
		}
		b.first = binary.BigEndian.Uint64(first)
	}
	return b, nil
}

// Fixed returns the value of a row in a column of a fixed width, nil when its page is damaged.
func (c *Columns) Fixed(row, column, width int) []byte {
	b := c.batch(row >> batchShift)
	if b == nil {
		return nil
	}
	return c.pages.at(b.parts[column].values.from+(row&(BatchRows-1))*width, width)
}

// Text returns the value of a row in a column of a variable width. It checks the offsets when they
// are used, because to check them all would read the whole file.
func (c *Columns) Text(row, column int) ([]byte, error) {
	b := c.batch(row >> batchShift)
	if b == nil {
		return nil, c.pages.failed.Err()
	}
	p, i := &b.parts[column], row&(BatchRows-1)
	offsets := c.pages.at(p.offsets.from+i*4, 8)
	if offsets == nil {
		return nil, c.pages.failed.Err()
	}
	from := int(binary.LittleEndian.Uint32(offsets))
	to := int(binary.LittleEndian.Uint32(offsets[4:]))
	if from > to || to > p.values.size {
		err := fmt.Errorf("file %q is damaged: a value of row %d lies outside its column",
			c.pages.name, row)
		c.pages.failed.Note(err)
		return nil, err
	}
	if from == to {
		return nil, nil
	}
	value := c.pages.at(p.values.from+from, to-from)
	if value == nil {
		return nil, c.pages.failed.Err()
	}
	return value, nil
}
