package table

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	flatbuffers "github.com/google/flatbuffers/go"
)

// Arrow's own reader copies every batch into memory. This one finds the columns where they lie, so
// that a mapped file of any size opens at once and is shared by all processes.
//
// What follows is the part of the IPC file format that our own writer uses, see
// https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format and the schemas File.fbs,
// Schema.fbs and Message.fbs beside it. Slots are the positions of fields in those tables: 4 +
// 2*index.
const (
	slotFooterSchema, slotFooterDictionaries, slotFooterBatches              = 6, 8, 10
	slotSchemaFields, slotSchemaMetadata                                     = 6, 8
	slotFieldType, slotFieldDictionary, slotFieldChildren, slotFieldMetadata = 8, 12, 14, 16
	slotMessageType, slotMessageHeader                                       = 6, 8
	slotBatchRows, slotBatchNodes, slotBatchBuffers, slotBatchCodec          = 4, 6, 8, 10
	sizeBlock, sizeNode, sizeBuffer                                          = 24, 16, 16
	headerRecordBatch                                                        = 3
	continuation                                                             = 0xFFFFFFFF
	arrowMagic                                                               = "ARROW1"
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

var errArrow = errors.New("it is not an Arrow file as this program writes it")

// Parse finds the columns in a file, whose schema must be want. It touches the file's footer
// and the description of the last record batch.
func Parse(file *Pages, want *arrow.Schema) (c *Columns, err error) {
	// Every access below is a slice expression or the library's own, so a number that points
	// outside the file panics and cannot read elsewhere.
	defer func() {
		if recover() != nil {
			c, err = nil, errArrow
		}
		if damage := file.failed.Err(); err != nil && damage != nil {
			c, err = nil, damage
		}
	}()
	footer, end, err := findFooter(file)
	if err != nil {
		return nil, err
	}
	if err := checkSchema(file, footer, want); err != nil {
		return nil, err
	}
	start, n := vector(footer, slotFooterBatches)
	if n > len(footer.Bytes)/sizeBlock {
		return nil, errArrow
	}
	c = &Columns{pages: file, schema: want, end: end, batches: make([]atomic.Pointer[batch], n)}
	for i := range n {
		at := start + flatbuffers.UOffsetT(i*sizeBlock)
		c.blocks = append(c.blocks, block{offset: footer.GetInt64(at),
			meta: int64(footer.GetInt32(at + 8)), body: footer.GetInt64(at + 16)})
	}
	if n > 0 {
		last := c.batch(n - 1)
		if last == nil {
			return nil, errArrow
		}
		c.rows = int64(n-1)*BatchRows + last.rows
	}
	return c, nil
}

// findFooter returns the footer's table and where the footer begins.
func findFooter(file *Pages) (*flatbuffers.Table, int, error) {
	const lead, trail = 8, 4 + len(arrowMagic)
	data := file.data
	if len(data) < lead+trail || !file.check(0, lead) || !file.check(len(data)-trail, trail) ||
		string(data[:6]) != arrowMagic || string(data[len(data)-6:]) != arrowMagic {
		return nil, 0, errArrow
	}
	size := int64(binary.LittleEndian.Uint32(data[len(data)-trail:]))
	if size > int64(len(data)-lead-trail) {
		return nil, 0, errArrow
	}
	end := len(data) - trail - int(size)
	if !file.check(end, int(size)) {
		return nil, 0, errArrow
	}
	return root(data[end : end+int(size)]), end, nil
}

// checkSchema lets Arrow's reader decode the schema, but only after it is known to be flat: that
// reader allocates as many fields as a number in the file says.
func checkSchema(file *Pages, footer *flatbuffers.Table, want *arrow.Schema) error {
	schema := child(footer, slotFooterSchema)
	start, n := vector(schema, slotSchemaFields)
	if n != want.NumFields() ||
		!absent(footer, slotFooterDictionaries) || !absent(schema, slotSchemaMetadata) {
		return errArrow
	}
	for i := range n {
		at := start + flatbuffers.UOffsetT(i)*flatbuffers.SizeUOffsetT
		field := &flatbuffers.Table{Bytes: schema.Bytes, Pos: schema.Indirect(at)}
		if !absent(field, slotFieldChildren) || !absent(field, slotFieldMetadata) ||
			field.Offset(slotFieldDictionary) != 0 ||
			!plainType(field.GetByteSlot(slotFieldType, 0)) {
			return errArrow
		}
	}
	r, err := ipc.NewFileReader(io.NewSectionReader(file, 0, int64(len(file.data))))
	if err != nil {
		return errArrow
	}
	defer r.Close()
	if !r.Schema().Equal(want) {
		return fmt.Errorf("it has other columns than %v", want)
	}
	return nil
}

// plainType says whether a type of Schema.fbs is a column without parts: integer, binary, text, or
// binary of a fixed size.
func plainType(t byte) bool { return t == 2 || t == 4 || t == 5 || t == 15 }

// parseBatch reads one record batch; the batches end where the footer begins.
func parseBatch(file *Pages, end int, at block, want *arrow.Schema) ([]columnPart, int64, error) {
	offset, metaSize, bodySize := at.offset, at.meta, at.body
	size := int64(end)
	if offset < 0 || offset > size || metaSize < 8 || metaSize > size-offset ||
		bodySize < 0 || bodySize > size-offset-metaSize {
		return nil, 0, errArrow
	}
	meta := file.at(int(offset), int(metaSize))
	if meta == nil {
		return nil, 0, errArrow
	}
	body := span{int(offset + metaSize), int(bodySize)}
	length := int64(binary.LittleEndian.Uint32(meta[4:]))
	if binary.LittleEndian.Uint32(meta) != continuation || length > metaSize-8 {
		return nil, 0, errArrow
	}
	message := root(meta[8 : 8+length])
	if message.GetByteSlot(slotMessageType, 0) != headerRecordBatch {
		return nil, 0, errArrow
	}
	batch := child(message, slotMessageHeader)
	if batch.Offset(slotBatchCodec) != 0 {
		return nil, 0, errArrow
	}
	rows := batch.GetInt64Slot(slotBatchRows, 0)
	if rows < 1 || rows > BatchRows {
		return nil, 0, errArrow
	}
	parts, err := parseParts(batch, body, rows, want)
	return parts, rows, err
}

// parseParts reads a batch's buffers, which lie in the order of the columns: validity, which no
// column has, then offsets of the columns of a variable width, then values.
func parseParts(batch *flatbuffers.Table, body span, rows int64,
	want *arrow.Schema) ([]columnPart, error) {
	nodes, n := vector(batch, slotBatchNodes)
	next, left := vector(batch, slotBatchBuffers)
	if n != want.NumFields() {
		return nil, errArrow
	}
	buffer := func() span {
		offset, size := batch.GetInt64(next), batch.GetInt64(next+8)
		next += sizeBuffer
		left--
		if offset < 0 || size < 0 || offset > int64(body.size) || size > int64(body.size)-offset {
			panic(errArrow)
		}
		return span{body.from + int(offset), int(size)}
	}
	parts := make([]columnPart, n)
	for i := range parts {
		node := nodes + flatbuffers.UOffsetT(i*sizeNode)
		validity := buffer()
		if batch.GetInt64(node) != rows || batch.GetInt64(node+8) != 0 || validity.size != 0 {
			return nil, errArrow
		}
		p := &parts[i]
		if t, fixed := want.Field(i).Type.(arrow.FixedWidthDataType); fixed {
			p.values = buffer()
			if int64(p.values.size) < rows*int64(t.Bytes()) {
				return nil, errArrow
			}
			continue
		}
		p.offsets, p.values = buffer(), buffer()
		if int64(p.offsets.size) < (rows+1)*4 {
			return nil, errArrow
		}
	}
	if left != 0 {
		return nil, errArrow
	}
	return parts, nil
}

func root(b []byte) *flatbuffers.Table {
	return &flatbuffers.Table{Bytes: b, Pos: flatbuffers.GetUOffsetT(b)}
}

// child returns the table in a slot; without one it panics, and Parse refuses the file.
func child(t *flatbuffers.Table, slot flatbuffers.VOffsetT) *flatbuffers.Table {
	o := flatbuffers.UOffsetT(t.Offset(slot))
	if o == 0 {
		panic(errArrow)
	}
	return &flatbuffers.Table{Bytes: t.Bytes, Pos: t.Indirect(t.Pos + o)}
}

// vector returns where the elements in a slot begin, and their number.
func vector(t *flatbuffers.Table, slot flatbuffers.VOffsetT) (flatbuffers.UOffsetT, int) {
	o := flatbuffers.UOffsetT(t.Offset(slot))
	if o == 0 {
		return 0, 0
	}
	return t.Vector(o), t.VectorLen(o)
}

func absent(t *flatbuffers.Table, slot flatbuffers.VOffsetT) bool {
	_, n := vector(t, slot)
	return n == 0
}
