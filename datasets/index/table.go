package index

import (
	"errors"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// tableWriter writes rows in batches of batchRows, so that memory holds one batch.
type tableWriter struct {
	file *dataFile
	ipc  *ipc.FileWriter
	row  *array.RecordBuilder // append one value to each field, then call endRow
	rows int64
}

func (s *staging) createTable(name string, schema *arrow.Schema) (*tableWriter, error) {
	f, err := s.create(name)
	if err != nil {
		return nil, err
	}
	w, err := ipc.NewFileWriter(f, ipc.WithSchema(schema))
	if err != nil {
		f.abandon()
		return nil, err
	}
	row := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	row.Reserve(batchRows)
	return &tableWriter{file: f, ipc: w, row: row}, nil
}

func (t *tableWriter) endRow() error {
	t.rows++
	if t.rows%batchRows != 0 {
		return nil
	}
	return t.flush()
}

func (t *tableWriter) flush() error {
	batch := t.row.NewRecord()
	defer batch.Release()
	t.row.Reserve(batchRows)
	return t.ipc.Write(batch)
}

func (t *tableWriter) finish() (FileMeta, error) {
	var err error
	if t.rows%batchRows != 0 {
		err = t.flush()
	}
	err = errors.Join(err, t.ipc.Close())
	if err != nil {
		t.file.abandon()
		return FileMeta{}, err
	}
	return t.file.finish(t.rows)
}
