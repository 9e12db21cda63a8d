package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

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
	batchShift                                                               = 16
	batchRows                                                                = 1 << batchShift
	arrowMagic                                                               = "ARROW1"
)

// columns are the columns of a table in a file.
type columns struct {
	rows    int64
	batches [][]columnPart // by batch, then column
}

// columnPart is one column of one batch. Columns of a fixed width have no offsets.
type columnPart struct{ offsets, values []byte }

// bytesAt returns value i of a column of a variable width. It checks the offsets when they are
// used, because to check them all would read the whole file.
func (p columnPart) bytesAt(i int) ([]byte, error) {
	from := binary.LittleEndian.Uint32(p.offsets[i*4:])
	to := binary.LittleEndian.Uint32(p.offsets[i*4+4:])
	if from > to || uint64(to) > uint64(len(p.values)) {
		return nil, fmt.Errorf("value %d lies outside its column", i)
	}
	return p.values[from:to], nil
}

var errArrow = errors.New("it is not an Arrow file as this program writes it")

// parseColumns finds the columns in data, whose schema must be want.
func parseColumns(data []byte, want *arrow.Schema) (c *columns, err error) {
	// Every access below is a slice expression or the library's own, so a number that points
	// outside the file panics and cannot read elsewhere.
	defer func() {
		if recover() != nil {
			c, err = nil, errArrow
		}
	}()
	footer, end, err := findFooter(data)
	if err != nil {
		return nil, err
	}
	if err := checkSchema(data, footer, want); err != nil {
		return nil, err
	}
	start, n := vector(footer, slotFooterBatches)
	if n > len(footer.Bytes)/sizeBlock {
		return nil, errArrow
	}
	c = &columns{batches: make([][]columnPart, 0, n)}
	for i := range n {
		block := start + flatbuffers.UOffsetT(i*sizeBlock)
		parts, rows, err := parseBatch(data[:end], footer, block, want)
		if err != nil {
			return nil, err
		}
		if rows < 1 || rows > batchRows || (i < n-1 && rows != batchRows) {
			return nil, fmt.Errorf("record batch %d has %d rows", i, rows)
		}
		c.batches = append(c.batches, parts)
		c.rows += rows
	}
	return c, nil
}

// findFooter returns the footer's table and where the footer begins.
func findFooter(data []byte) (*flatbuffers.Table, int, error) {
	const lead, trail = 8, 4 + len(arrowMagic)
	if len(data) < lead+trail || string(data[:6]) != arrowMagic ||
		string(data[len(data)-6:]) != arrowMagic {
		return nil, 0, errArrow
	}
	size := int64(binary.LittleEndian.Uint32(data[len(data)-trail:]))
	if size > int64(len(data)-lead-trail) {
		return nil, 0, errArrow
	}
	end := len(data) - trail - int(size)
	return root(data[end : end+int(size)]), end, nil
}

// checkSchema lets Arrow's reader decode the schema, but only after it is known to be flat: that
// reader allocates as many fields as a number in the file says.
func checkSchema(data []byte, footer *flatbuffers.Table, want *arrow.Schema) error {
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
	r, err := ipc.NewFileReader(bytes.NewReader(data))
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

// parseBatch reads one record batch; data ends where the footer begins.
func parseBatch(data []byte, footer *flatbuffers.Table, block flatbuffers.UOffsetT,
	want *arrow.Schema) ([]columnPart, int64, error) {
	offset, bodySize := footer.GetInt64(block), footer.GetInt64(block+16)
	metaSize := int64(footer.GetInt32(block + 8))
	size := int64(len(data))
	if offset < 0 || offset > size || metaSize < 8 || metaSize > size-offset ||
		bodySize < 0 || bodySize > size-offset-metaSize {
		return nil, 0, errArrow
	}
	meta := data[offset : offset+metaSize]
	// With its capacity cut, so that no buffer can reach beyond the body.
	body := data[offset+metaSize : offset+metaSize+bodySize : offset+metaSize+bodySize]
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
	if rows < 1 || rows > batchRows {
		return nil, 0, errArrow
	}
	parts, err := parseParts(batch, body, rows, want)
	return parts, rows, err
}

// parseParts reads a batch's buffers, which lie in the order of the columns: validity, which no
// column has, then offsets of the columns of a variable width, then values.
func parseParts(batch *flatbuffers.Table, body []byte, rows int64,
	want *arrow.Schema) ([]columnPart, error) {
	nodes, n := vector(batch, slotBatchNodes)
	next, left := vector(batch, slotBatchBuffers)
	if n != want.NumFields() {
		return nil, errArrow
	}
	buffer := func() []byte {
		offset, size := batch.GetInt64(next), batch.GetInt64(next+8)
		next += sizeBuffer
		left--
		return body[offset:][:size]
	}
	parts := make([]columnPart, n)
	for i := range parts {
		node := nodes + flatbuffers.UOffsetT(i*sizeNode)
		validity := buffer()
		if batch.GetInt64(node) != rows || batch.GetInt64(node+8) != 0 || len(validity) != 0 {
			return nil, errArrow
		}
		p := &parts[i]
		if t, fixed := want.Field(i).Type.(arrow.FixedWidthDataType); fixed {
			p.values = buffer()
			if int64(len(p.values)) < rows*int64(t.Bytes()) {
				return nil, errArrow
			}
			continue
		}
		p.offsets, p.values = buffer(), buffer()
		if int64(len(p.offsets)) < (rows+1)*4 {
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

// child returns the table in a slot; without one it panics, and parseColumns refuses the file.
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
