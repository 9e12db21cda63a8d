package accounts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"

	"github.com/credsieve/credsieve/datasets/accounts/internal/stream"
	"github.com/credsieve/credsieve/datasets/internal/parquetcolumns"
)

// parquetBatch is how many rows of a column are decoded at a time.
const parquetBatch = 1 << 13

// parquetTable is a Parquet export.
type parquetTable struct {
	columnar
	ctx    context.Context
	groups int
	all    []parquetcolumns.Column
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
	t = &parquetTable{ctx: ctx, groups: raw.NumRowGroups(), all: parquetcolumns.Of(raw)}
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
	for _, c := range t.all {
		names = append(names, c.Name)
	}
	return names
}

func (t *parquetTable) bind(bindings []binding) (err error) {
	defer recoverDecoder(&err)
	for _, b := range bindings {
		for i := range t.all {
			c := &t.all[i]
			if b.column == "" || c.Name != b.column {
				continue
			}
			if !readable(c.Type) {
				return unreadable(b.column, c.Type)
			}
			t.columns[b.role], t.names[b.role] = &column{load: t.chunks(c)}, b.column
		}
	}
	return nil
}

// chunks reads one column, from row group to row group. No goroutine does: its panics on a damaged file could not be
// recovered here.
func (t *parquetTable) chunks(c *parquetcolumns.Column) chunks {
	var reader *parquetcolumns.Reader
	group := -1
	return func() (arrow.Array, error) {
		for {
			if reader != nil {
				// Go's collector owns the memory, so nothing is released.
				if rows, err := reader.Next(c.Rows(group, parquetBatch)); err != io.EOF {
					return rows, err
				}
			}
			if group++; group >= t.groups {
				return nil, io.EOF
			}
			if err := t.ctx.Err(); err != nil {
				return nil, err
			}
			var err error
			if reader, err = c.Open(group, bounded); err != nil {
				return nil, err
			}
		}
	}
}
