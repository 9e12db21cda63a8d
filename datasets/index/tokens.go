package index

import (
	"encoding/binary"
	"fmt"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/credsieve/credsieve/datasets/index/internal/extsort"
	"github.com/credsieve/credsieve/datasets/index/internal/table"
	"github.com/credsieve/credsieve/hashing"
)

var tokenSchema = arrow.NewSchema([]arrow.Field{
	{Name: "token", Type: &arrow.FixedSizeBinaryType{ByteWidth: tokenSize}},
	{Name: "account", Type: arrow.PrimitiveTypes.Uint32},
	{Name: "kind", Type: arrow.PrimitiveTypes.Uint8},
	{Name: "attribution", Type: arrow.PrimitiveTypes.Uint8},
}, nil)

// tokenWriter writes the token table; entries come in order.
type tokenWriter struct {
	*table.Writer
	block *table.Chunk
}

const tokenSize = len(hashing.Token{})

func (s *staging) createTokens(name string) (*tokenWriter, error) {
	t, err := s.createTable(name, tokenSchema)
	return &tokenWriter{t, table.NewChunk(tokenSchema)}, err
}

func (w *tokenWriter) write(sorted []extsort.Entry) error {
	c := w.block.Columns
	w.block.Reset()
	for i := range sorted {
		e := &sorted[i]
		c[0].Values = binary.BigEndian.AppendUint64(c[0].Values, e.High)
		c[0].Values = binary.BigEndian.AppendUint64(c[0].Values, e.Low)
		c[1].U32(e.Account)
		c[2].U8(uint8(e.Kind))
		c[3].U8(uint8(e.Attribution))
	}
	w.block.Rows = len(sorted)
	return w.Append(w.block)
}

// tokenTable answers from the mapped file.
type tokenTable struct{ table.Keys }

func parseTokens(file *table.Pages) (*tokenTable, error) {
	c, err := table.Parse(file, tokenSchema)
	if err != nil {
		return nil, fmt.Errorf("the token table cannot be read: %w", err)
	}
	return &tokenTable{*table.NewKeys(c, tokenSize)}, nil
}

func (t *tokenTable) kind(row int) hashing.Kind {
	if b := t.Fixed(row, 2, 1); b != nil {
		return hashing.Kind(b[0])
	}
	return hashing.KindUnspecified
}

func (t *tokenTable) attribution(row int) hashing.Attribution {
	if b := t.Fixed(row, 3, 1); b != nil {
		return hashing.Attribution(b[0])
	}
	return hashing.AttributionUnspecified
}
