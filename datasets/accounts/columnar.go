package accounts

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// chunks yields one column of a columnar export, some rows at a time; io.EOF at the end. An array
// is valid until the next call.
type chunks func() (arrow.Array, error)

// column is a column's cursor. Each moves by itself: writers may cut columns at different rows.
type column struct {
	load  chunks
	array arrow.Array
	row   int
}

func (c *column) next() (field, error) {
	for c.array == nil || c.row == c.array.Len() {
		a, err := c.load()
		if err != nil {
			return field{}, err
		}
		c.array, c.row = a, 0
	}
	c.row++
	return cell(c.array, c.row-1)
}

// columnar is the part that Parquet and Arrow share: rows out of columns.
type columnar struct {
	columns [slotCount]*column // nil: the export has no such column
	names   [slotCount]string
	rows    int64        // not yet read
	refill  func() error // called when no rows are left; io.EOF, or more of them
	close   func() error
}

func (t *columnar) next(row *[slotCount]field) (err error) {
	defer recoverDecoder(&err)
	for t.rows == 0 {
		if err := t.refill(); err != nil {
			return err
		}
	}
	t.rows--
	for r, c := range t.columns {
		row[r] = field{}
		if c == nil {
			continue
		}
		if row[r], err = c.next(); err == io.EOF {
			// A clean end here would pass for the end of the accounts.
			err = errors.New("ends before the last row")
		}
		if err != nil {
			return fmt.Errorf("column %q %w", t.names[r], err)
		}
	}
	return nil
}

func (t *columnar) Close() error { return t.close() }

// recoverDecoder turns a panic into an error: the Arrow and Parquet decoders panic on damaged
// files.
func recoverDecoder(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the file is damaged: its decoder failed: %v", p)
	}
}

// maxBuffer is far more than one column of one batch needs. The decoders allocate what lengths in
// the file say, and running out of memory, unlike a panic, cannot be recovered from.
const maxBuffer = 1 << 30

// boundedAllocator refuses what no whole file asks for; recoverDecoder makes the panic an error.
type boundedAllocator struct{ memory.Allocator }

func (a boundedAllocator) Allocate(size int) []byte {
	if size < 0 || size > maxBuffer {
		panic(fmt.Sprintf("a buffer of %d bytes is over the limit", size))
	}
	return a.Allocator.Allocate(size)
}

func (a boundedAllocator) Reallocate(size int, b []byte) []byte {
	if size < 0 || size > maxBuffer {
		panic(fmt.Sprintf("a buffer of %d bytes is over the limit", size))
	}
	return a.Allocator.Reallocate(size, b)
}

var bounded = boundedAllocator{memory.NewGoAllocator()}

// readable says whether cell knows a type, so that a wrong one is refused before the first row.
func readable(t arrow.DataType) bool {
	switch t := t.(type) {
	case *arrow.StringType, *arrow.LargeStringType, *arrow.BinaryType, *arrow.LargeBinaryType,
		*arrow.BooleanType, *arrow.TimestampType, *arrow.Date32Type, *arrow.NullType:
		return true
	case *arrow.DictionaryType:
		return readable(t.ValueType)
	case arrow.ListLikeType:
		_, nested := t.Elem().(arrow.ListLikeType)
		return !nested && readable(t.Elem())
	}
	return arrow.IsInteger(t.ID())
}

func unreadable(column string, t arrow.DataType) error {
	return fmt.Errorf("column %q has type %s, which cannot be read; write it as text, a number or a time",
		column, t)
}

const secondsOfDay = 24 * 60 * 60

// cell reads one value. Text is copied: the array's memory is used again for the next rows.
func cell(a arrow.Array, i int) (field, error) {
	if a.IsNull(i) {
		return field{}, nil
	}
	switch a := a.(type) {
	case *array.Timestamp:
		unit := a.DataType().(*arrow.TimestampType).Unit
		return field{at: timestamp(int64(a.Value(i)), unit)}, nil
	case *array.Date32: // its first moment, as of a database's date
		return field{at: timestamp(int64(a.Value(i))*secondsOfDay, arrow.Second)}, nil
	case *array.Dictionary:
		return cell(a.Dictionary(), a.GetValueIndex(i))
	case array.ListLike:
		return listCell(a, i)
	}
	text, ok := cellText(a, i)
	if !ok {
		return field{}, fmt.Errorf("has type %s, which cannot be read", a.DataType())
	}
	return field{text: text}, nil
}

func listCell(a array.ListLike, i int) (field, error) {
	f := field{isList: true}
	from, to := a.ValueOffsets(i)
	for j := from; j < to; j++ {
		item, err := cell(a.ListValues(), int(j))
		if err != nil {
			return field{}, err
		}
		f.list = append(f.list, item.text)
	}
	return f, nil
}

func cellText(a arrow.Array, i int) (string, bool) {
	switch a := a.(type) {
	case *array.String:
		return strings.Clone(a.Value(i)), true
	case *array.LargeString:
		return strings.Clone(a.Value(i)), true
	case *array.Binary:
		return string(a.Value(i)), true
	case *array.LargeBinary:
		return string(a.Value(i)), true
	case *array.Boolean:
		return strconv.FormatBool(a.Value(i)), true
	case *array.Int8, *array.Int16, *array.Int32, *array.Int64,
		*array.Uint8, *array.Uint16, *array.Uint32, *array.Uint64:
		return a.ValueStr(i), true
	}
	return "", false
}

// timestamp differs from arrow's own conversion in that zero, like an empty field, is unknown.
func timestamp(v int64, unit arrow.TimeUnit) time.Time {
	if v == 0 {
		return time.Time{}
	}
	return arrow.Timestamp(v).ToTime(unit)
}
