package accounts

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"
)

// arrowTable is an export in the Arrow IPC file format, also called Feather version 2.
type arrowTable struct {
	columnar
	reader  *ipc.FileReader
	batch   int            // number of the next one
	indexes [slotCount]int // of the columns, by role
}

// openArrow trusts one thing: the numbers of fields in the schema, which the library allocates by
// before anybody can look. A wrong one ends the process for want of memory, and nothing is built.
func openArrow(_ context.Context, path string, _ Options) (table, error) {
	f, err := openColumnarFile(path)
	if err != nil {
		return nil, err
	}
	t, err := newArrow(f)
	if err != nil {
		f.Close() // read only
		return nil, err
	}
	return t, nil
}

func newArrow(f *os.File) (t *arrowTable, err error) {
	defer recoverDecoder(&err)
	head := make([]byte, len(magicArrowFile))
	if _, err := f.ReadAt(head, 0); err != nil || string(head) != string(magicArrowFile) {
		return nil, errors.New("it is not an Arrow file; the stream format must be converted first")
	}
	reader, err := ipc.NewFileReader(f, ipc.WithAllocator(bounded))
	if err != nil {
		return nil, err
	}
	t = &arrowTable{reader: reader}
	t.refill = t.nextBatch
	t.close = f.Close
	return t, nil
}

func (t *arrowTable) header() []string {
	var names []string
	for _, f := range t.reader.Schema().Fields() {
		names = append(names, f.Name)
	}
	return names
}

func (t *arrowTable) bind(bindings []binding) error {
	for _, b := range bindings {
		for i, f := range t.reader.Schema().Fields() {
			if b.column == "" || f.Name != b.column {
				continue
			}
			if !readable(f.Type) {
				return unreadable(b.column, f.Type)
			}
			// nextBatch fills the cursors; one that runs dry before has no more to load.
			t.columns[b.role] = &column{load: func() (arrow.Array, error) { return nil, io.EOF }}
			t.names[b.role], t.indexes[b.role] = b.column, i
		}
	}
	return nil
}

// nextBatch moves all columns to the next record batch, which holds the same rows of each.
func (t *arrowTable) nextBatch() error {
	if t.batch == t.reader.NumRecords() {
		return io.EOF
	}
	// RecordAt, not Record: the latter would free the memory of the batch before.
	record, err := t.reader.RecordAt(t.batch)
	if err != nil {
		return err
	}
	t.batch++
	t.rows = record.NumRows()
	for r, c := range t.columns {
		if c != nil {
			c.array, c.row = record.Column(t.indexes[r]), 0
		}
	}
	return nil
}
