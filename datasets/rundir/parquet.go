package rundir

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/schema"
	"github.com/credsieve/credsieve/datasets/internal/durable"
)

// A list has a few flat columns without NULLs. They are written and read as Parquet knows them: the way over Arrow's
// tables (package pqarrow) links its network protocol and its engine into everything that reads a run.

// node is a column as the schema of a file has it.
func (k columnKind) node(name string) (schema.Node, error) {
	var logical schema.LogicalType = schema.StringLogicalType{}
	physical := parquet.Types.ByteArray
	switch k {
	case intColumn:
		logical, physical = schema.NewIntLogicalType(64, true), parquet.Types.Int64
	case floatColumn:
		logical, physical = schema.NoLogicalType{}, parquet.Types.Double
	case textColumn:
	}
	const none = -1 // of a length, and of a number of the field
	return schema.NewPrimitiveNodeLogical(name, parquet.Repetitions.Required, logical, physical, none, none)
}

func writeListParquet(w io.Writer, rows []Row, showIdentifiers bool) error {
	const endless = 1 << 30 // bytes
	cols := columns(showIdentifiers)
	properties := parquet.NewWriterProperties(
		// A column that changes to plain values, because its dictionary has grown too long, has other bytes each time: how
		// many pages have which encoding is noted in the order of a map. So none changes.
		parquet.WithDictionaryPageSizeLimit(endless),
		parquet.WithCompression(compress.Codecs.Snappy),
		// The writer's own name holds no version of ours, so that the bytes change only with the rows.
		parquet.WithCreatedBy("credsieve"),
	)
	fields := make(schema.FieldList, len(cols))
	for i, c := range cols {
		var err error
		if fields[i], err = c.kind.node(c.name); err != nil {
			return err
		}
	}
	root, err := schema.NewGroupNode(properties.RootName(), properties.RootRepetition(), fields, -1)
	if err != nil {
		return err
	}
	// The writer closes what it writes to when it can; the file's owner does that here.
	out := file.NewParquetWriter(struct{ io.Writer }{w}, root,
		file.WithWriterProps(properties), file.WithWriteMetadata(metadata.KeyValueMetadata{}))
	group := out.AppendRowGroup()
	for _, c := range cols {
		chunk, err := group.NextColumn()
		if err == nil && len(rows) > 0 {
			err = c.write(chunk, rows)
		}
		if err != nil {
			return err
		}
	}
	if err := group.Close(); err != nil {
		return err
	}
	return errors.Join(out.FlushWithFooter(), out.Close()) // Close alone keeps errors to itself
}

// write writes the column's values of all rows.
func (c *column) write(chunk file.ColumnChunkWriter, rows []Row) (err error) {
	switch chunk := chunk.(type) {
	case *file.Int64ColumnChunkWriter:
		values := make([]int64, len(rows))
		for r := range rows {
			values[r] = int64(c.num(&rows[r]))
		}
		_, err = chunk.WriteBatch(values, nil, nil)
	case *file.Float64ColumnChunkWriter:
		values := make([]float64, len(rows))
		for r := range rows {
			values[r] = c.num(&rows[r])
		}
		_, err = chunk.WriteBatch(values, nil, nil)
	case *file.ByteArrayColumnChunkWriter:
		values := make([]parquet.ByteArray, len(rows))
		for r := range rows {
			values[r] = parquet.ByteArray(c.text(&rows[r]))
		}
		_, err = chunk.WriteBatch(values, nil, nil)
	}
	return err
}

// readListParquet returns the rows of a list, the header first.
func readListParquet(ctx context.Context, path string) (rows [][]string, err error) {
	defer func() {
		// The decoder panics on some damaged files; a run with such a file is not whole, no more.
		if r := recover(); r != nil {
			err = fmt.Errorf("%q: damaged Parquet file", filepath.Base(path))
		}
		// Nor does it tell an interrupt from damage, and a run must not be called damaged that is not.
		if ctx.Err() != nil {
			err = ctx.Err()
		}
	}()
	f, err := durable.OpenRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read; the reader closes it as well
	source, err := file.NewParquetReader(f)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", filepath.Base(path), err)
	}
	defer source.Close()
	names := source.MetaData().Schema
	rows = [][]string{make([]string, names.NumColumns())}
	for i := range names.NumColumns() {
		cells, err := readColumn(ctx, source, i)
		if err != nil {
			return nil, fmt.Errorf("%q: damaged Parquet file: column %q: %w", filepath.Base(path), names.Column(i).Name(), err)
		}
		for i == 0 && len(rows) <= len(cells) {
			rows = append(rows, make([]string, names.NumColumns()))
		}
		if len(cells) != len(rows)-1 {
			return nil, fmt.Errorf("%q: damaged Parquet file: column %q has %d rows, the others have %d", filepath.Base(path),
				names.Column(i).Name(), len(cells), len(rows)-1)
		}
		rows[0][i] = names.Column(i).Name()
		for r, cell := range cells {
			rows[1+r][i] = cell
		}
	}
	return rows, nil
}

// readColumn returns the cells of a column of all row groups.
func readColumn(ctx context.Context, source *file.Reader, column int) (cells []string, err error) {
	descr := source.MetaData().Schema.Column(column)
	if descr.MaxDefinitionLevel() > 0 || descr.MaxRepetitionLevel() > 0 {
		return nil, errors.New("it has values that may be missing, and a list has none")
	}
	reader := file.NewRecordReader(descr, file.LevelInfo{NullSlotUsage: 1}, arrow.BinaryTypes.Binary, memory.DefaultAllocator,
		source.BufferPool())
	defer reader.Release()
	for g := range source.NumRowGroups() {
		group := source.RowGroup(g)
		pages, err := group.GetColumnPageReader(column)
		if err != nil {
			return nil, err
		}
		reader.SetPageReader(pages)
		for left := group.NumRows(); left > 0; {
			reader.Reset()
			n, err := reader.ReadRecords(left)
			switch {
			case err != nil:
				return nil, err
			case ctx.Err() != nil:
				return nil, ctx.Err()
			case n == 0 && pages.Err() != nil:
				return nil, pages.Err()
			case n == 0:
				return nil, fmt.Errorf("it ends %d rows too early", left)
			}
			left -= n
			if cells, err = appendCells(cells, reader); err != nil {
				return nil, err
			}
		}
	}
	return cells, nil
}

// appendCells writes what was just read as the list has it in CSV.
func appendCells(cells []string, reader file.RecordReader) ([]string, error) {
	n := reader.ValuesWritten()
	switch reader.Type() {
	case parquet.Types.Int64:
		for _, v := range arrow.Int64Traits.CastFromBytes(reader.Values())[:n] {
			cells = append(cells, strconv.FormatInt(v, 10))
		}
	case parquet.Types.Double:
		for _, v := range arrow.Float64Traits.CastFromBytes(reader.Values())[:n] {
			cells = append(cells, strconv.FormatFloat(v, 'f', 1, 64))
		}
	case parquet.Types.ByteArray:
		for _, chunk := range reader.(file.BinaryRecordReader).GetBuilderChunks() {
			texts := chunk.(*array.Binary)
			for i := range texts.Len() {
				cells = append(cells, string(texts.Value(i)))
			}
		}
	default:
		return nil, fmt.Errorf("it has the type %s, which no column of a list has", reader.Type())
	}
	return cells, nil
}
