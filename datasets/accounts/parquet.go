package accounts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"

	"github.com/credsieve/credsieve/datasets/accounts/internal/stream"
	"github.com/credsieve/credsieve/datasets/internal/deltapacked"
)

// parquetBatch is how many rows of a column are decoded at a time.
const parquetBatch = 1 << 13

// parquetTable is a Parquet export.
type parquetTable struct {
	columnar
	ctx    context.Context
	reader *pqarrow.FileReader
}

func openParquet(ctx context.Context, path string, _ Options) (table, error) {
	f, err := openColumnarFile(path)
	if err != nil {
		return nil, err
	}
	t, err := newParquet(ctx, f)
	if err != nil {
		f.Close() // read only
		return nil, err
	}
	return t, nil
}

// openColumnarFile opens a file that must not be compressed from outside, whatever its name says.
func openColumnarFile(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	head := make([]byte, 4)
	n, err := io.ReadFull(f, head)
	switch {
	case n == 0 && err == io.EOF:
		err = stream.ErrEmpty
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("the file is too short")
	case string(head) == string(stream.MagicZstd), string(head[:2]) == string(stream.MagicGzip):
		err = stream.ErrOuterCompression
	}
	if err != nil {
		f.Close() // read only
		return nil, err
	}
	return f, nil
}

func newParquet(ctx context.Context, f *os.File) (t *parquetTable, err error) {
	defer recoverDecoder(&err)
	raw, err := file.NewParquetReader(f, file.WithReadProps(parquet.NewReaderProperties(bounded)))
	if err != nil {
		return nil, err
	}
	props := pqarrow.ArrowReadProperties{BatchSize: parquetBatch}
	reader, err := pqarrow.NewFileReader(raw, props, bounded)
	if err != nil {
		return nil, err
	}
	t = &parquetTable{ctx: ctx, reader: reader}
	if t.rows = raw.NumRows(); t.rows < 0 {
		return nil, errors.New("the file is damaged: its number of rows is negative")
	}
	t.refill = t.end
	t.close = f.Close
	return t, nil
}

// end is reached when as many rows were read as the footer names. A column that goes on means that
// the footer is wrong, and that accounts would have been left out.
func (t *parquetTable) end() error {
	for r, c := range t.columns {
		if c == nil {
			continue
		}
		if _, err := c.next(); err != io.EOF {
			return fmt.Errorf("column %q goes on after the last row", t.names[r])
		}
	}
	return io.EOF
}

func (t *parquetTable) header() []string {
	var names []string
	for _, f := range t.reader.Manifest.Fields {
		names = append(names, f.Field.Name)
	}
	return names
}

func (t *parquetTable) bind(bindings []binding) (err error) {
	defer recoverDecoder(&err)
	for _, b := range bindings {
		for i, f := range t.reader.Manifest.Fields {
			if b.column == "" || f.Field.Name != b.column {
				continue
			}
			if !readable(f.Field.Type) {
				return unreadable(b.column, f.Field.Type)
			}
			load, err := t.chunks(i)
			if err != nil {
				return fmt.Errorf("column %q: %w", b.column, err)
			}
			t.columns[b.role], t.names[b.role] = &column{load: load}, b.column
		}
	}
	return nil
}

// chunks reads one top-level field. The library's own reader of whole records would start
// goroutines, whose panics on a damaged file could not be recovered here.
func (t *parquetTable) chunks(i int) (chunks, error) {
	leaves := map[int]bool{}
	collectLeaves(&t.reader.Manifest.Fields[i], leaves)
	groups := make([]int, t.reader.ParquetReader().NumRowGroups())
	for g := range groups {
		groups[g] = g
	}
	r, err := t.reader.GetFieldReader(t.ctx, i, leaves, groups)
	if err != nil {
		return nil, err
	}
	batches := t.batches(leaves)
	return func() (arrow.Array, error) {
		batch, err := r.NextBatch(batches())
		if err != nil {
			return nil, err
		}
		// Go's collector owns the memory, so nothing is released here or below.
		if batch.Len() == 0 {
			return nil, io.EOF
		}
		if parts := batch.Chunks(); len(parts) > 1 {
			return array.Concatenate(parts, bounded)
		}
		return batch.Chunk(0), nil
	}, nil
}

// batches tells how many rows of a field to read next: some, or all of a row group where a column of it must
// be read at once.
func (t *parquetTable) batches(leaves map[int]bool) func() int64 {
	var groups []int64
	packed := false
	meta := t.reader.ParquetReader().MetaData()
	for g := range meta.RowGroups {
		group := meta.RowGroup(g)
		for leaf := range leaves {
			packed = packed || deltapacked.Is(group, leaf)
		}
		if n := group.NumRows(); n > 0 {
			groups = append(groups, n)
		}
	}
	return func() int64 {
		if !packed || len(groups) == 0 {
			return parquetBatch
		}
		n := groups[0]
		groups = groups[1:]
		return n
	}
}

func collectLeaves(f *pqarrow.SchemaField, leaves map[int]bool) {
	if f.IsLeaf() {
		leaves[f.ColIndex] = true
	}
	for i := range f.Children {
		collectLeaves(&f.Children[i], leaves)
	}
}
