package parquetcolumns

import (
	"encoding/binary"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/bitutil"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
)

// array makes an array of what was just read.
func (r *Reader) array() (arrow.Array, error) {
	items := r.items()
	if !r.column.list {
		return items, nil
	}
	return r.lists(items)
}

// items are the values, of lists one after the other.
func (r *Reader) items() arrow.Array {
	switch r.column.item.ID() {
	case arrow.NULL:
		return array.NewNull(r.records.ValuesWritten())
	case arrow.STRING, arrow.BINARY, arrow.FIXED_SIZE_BINARY:
		return r.records.(file.BinaryRecordReader).GetBuilderChunks()[0] // one, but for dictionaries
	case arrow.FLOAT16:
		bytes := r.records.(file.BinaryRecordReader).GetBuilderChunks()[0].Data()
		return array.MakeFromData(array.NewData(r.column.item, bytes.Len(), bytes.Buffers(), nil, bytes.NullN(), bytes.Offset()))
	case arrow.BOOL:
		return r.fixed(r.bits())
	case arrow.TIMESTAMP:
		if r.records.Type() == parquet.Types.Int96 {
			return r.fixed(r.nanoseconds())
		}
	}
	return r.fixed(r.records.ReleaseValues())
}

// fixed makes an array of values of a fixed width.
func (r *Reader) fixed(values *memory.Buffer) arrow.Array {
	valid := r.records.ReleaseValidBits() // nil: all are
	return array.MakeFromData(array.NewData(r.column.item, r.records.ValuesWritten(), []*memory.Buffer{valid, values}, nil,
		int(r.records.NullCount()), 0))
}

// bits packs flags, of which each took a byte.
func (r *Reader) bits() *memory.Buffer {
	flags := r.records.Values()[:r.records.ValuesWritten()]
	packed := make([]byte, bitutil.BytesForBits(int64(len(flags))))
	for i, flag := range flags {
		if flag != 0 {
			bitutil.SetBit(packed, i)
		}
	}
	return memory.NewBufferBytes(packed)
}

// nanoseconds turns times of 96 bits, days and nanoseconds, into such since 1970.
func (r *Reader) nanoseconds() *memory.Buffer {
	values := parquet.Int96Traits.CastFromBytes(r.records.Values())[:r.records.ValuesWritten()]
	times := make([]int64, len(values))
	for i, v := range values {
		if binary.LittleEndian.Uint32(v[8:]) != 0 { // a missing value may be anything
			times[i] = v.ToTime().UnixNano()
		}
	}
	return memory.NewBufferBytes(arrow.Int64Traits.CastToBytes(times))
}

// lists cuts items into those of each row. A row begins where the repetition level is 0; one without items has a definition
// level below theirs.
func (r *Reader) lists(items arrow.Array) (arrow.Array, error) {
	read := r.records.LevelsPos()
	defined, repeated := r.records.DefLevels()[:read], r.records.RepLevels()[:read]
	var starts []int32
	var valid []byte
	nulls, at := 0, int32(0)
	for i, level := range defined {
		if repeated[i] == 0 {
			if len(starts)%8 == 0 {
				valid = append(valid, 0)
			}
			if level >= r.column.filled {
				bitutil.SetBit(valid, len(starts))
			} else {
				nulls++
			}
			starts = append(starts, at)
		} else if len(starts) == 0 {
			return nil, errLevels
		}
		if level >= r.column.level.RepeatedAncestorDefLevel {
			at++
		}
	}
	if int(at) != items.Len() {
		return nil, errLevels
	}
	rows := len(starts)
	starts = append(starts, at)
	return array.MakeFromData(array.NewData(r.column.Type, rows,
		[]*memory.Buffer{memory.NewBufferBytes(valid), memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(starts))},
		[]arrow.ArrayData{items.Data()}, nulls, 0)), nil
}
