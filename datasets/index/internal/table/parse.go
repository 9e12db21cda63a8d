package table

import (
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
