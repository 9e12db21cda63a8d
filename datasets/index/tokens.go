package index

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/credsieve/credsieve/hashing"
)

// entry is a row of the token table while it is built. The token is held as two big-endian numbers,
// which sort as its bytes do, only faster.
type entry struct {
	high, low   uint64
	account     uint32
	kind        hashing.Kind
	attribution hashing.Attribution
}

func newEntry(t hashing.Token, account uint32, f hashing.Form) entry {
	return entry{
		high:        binary.BigEndian.Uint64(t[:8]),
		low:         binary.BigEndian.Uint64(t[8:]),
		account:     account,
		kind:        f.Kind,
		attribution: f.Attribution,
	}
}

func (e *entry) token() (t hashing.Token) {
	binary.BigEndian.PutUint64(t[:8], e.high)
	binary.BigEndian.PutUint64(t[8:], e.low)
	return t
}

func (e *entry) sameToken(o *entry) bool { return e.high == o.high && e.low == o.low }

// sortEntries sorts, and keeps one row where an account has a token twice: the exact one, if there
// is one.
func sortEntries(all []entry) []entry {
	slices.SortFunc(all, func(a, b entry) int {
		switch {
		case a.high != b.high:
			return cmp.Compare(a.high, b.high)
		case a.low != b.low:
			return cmp.Compare(a.low, b.low)
		}
		return cmp.Or(
			cmp.Compare(a.account, b.account),
			cmp.Compare(a.attribution, b.attribution),
			cmp.Compare(a.kind, b.kind))
	})
	return slices.CompactFunc(all, func(a, b entry) bool {
		return a.account == b.account && a.sameToken(&b)
	})
}

// distinctTokens counts the tokens of sorted entries.
func distinctTokens(sorted []entry) (n uint64) {
	for i := range sorted {
		if i == 0 || !sorted[i].sameToken(&sorted[i-1]) {
			n++
		}
	}
	return n
}

var tokenSchema = arrow.NewSchema([]arrow.Field{
	{Name: "token", Type: &arrow.FixedSizeBinaryType{ByteWidth: tokenSize}},
	{Name: "account", Type: arrow.PrimitiveTypes.Uint32},
	{Name: "kind", Type: arrow.PrimitiveTypes.Uint8},
	{Name: "attribution", Type: arrow.PrimitiveTypes.Uint8},
}, nil)

func (s *staging) writeTokens(ctx context.Context, name string, sorted []entry) (FileMeta, error) {
	w, err := s.createTable(name, tokenSchema)
	if err != nil {
		return FileMeta{}, err
	}
	token := w.row.Field(0).(*array.FixedSizeBinaryBuilder)
	account := w.row.Field(1).(*array.Uint32Builder)
	kind := w.row.Field(2).(*array.Uint8Builder)
	attribution := w.row.Field(3).(*array.Uint8Builder)
	for i := range sorted {
		e := &sorted[i]
		t := e.token()
		token.Append(t[:])
		account.Append(e.account)
		kind.Append(uint8(e.kind))
		attribution.Append(uint8(e.attribution))
		if err = w.endRow(); err == nil && i%batchRows == 0 {
			err = ctx.Err()
		}
		if err != nil {
			w.file.abandon()
			return FileMeta{}, err
		}
	}
	return w.finish()
}

// tokenTable answers from the mapped file. The zero value is an empty table.
type tokenTable struct{ columns }

func parseTokens(data []byte) (*tokenTable, error) {
	c, err := parseColumns(data, tokenSchema)
	if err != nil {
		return nil, fmt.Errorf("the token table cannot be read: %w", err)
	}
	return &tokenTable{*c}, nil
}

func (t *tokenTable) token(row int) []byte {
	i := (row & (batchRows - 1)) * tokenSize
	return t.batches[row>>batchShift][0].values[i : i+tokenSize]
}

func (t *tokenTable) account(row int) uint32 {
	i := row & (batchRows - 1)
	return binary.LittleEndian.Uint32(t.batches[row>>batchShift][1].values[i*4:])
}

func (t *tokenTable) kind(row int) hashing.Kind {
	return hashing.Kind(t.batches[row>>batchShift][2].values[row&(batchRows-1)])
}

func (t *tokenTable) attribution(row int) hashing.Attribution {
	return hashing.Attribution(t.batches[row>>batchShift][3].values[row&(batchRows-1)])
}

func (t *tokenTable) lookup(token hashing.Token, dst []uint32) []uint32 {
	row := t.lowerBound(&token)
	for ; row < int(t.rows) && bytes.Equal(t.token(row), token[:]); row++ {
		dst = append(dst, t.account(row))
	}
	return dst
}

// maxGuesses is about twice what a billion uniform tokens need. Tokens are uniform unless somebody
// who knows the key chose them; then halving takes over.
const maxGuesses = 12

// lowerBound returns the first row whose token is not smaller than the one given. It guesses the
// row from the value of the first 8 bytes: tokens are uniform, so the guess is good, and each one
// touches memory that may still be on disk.
func (t *tokenTable) lowerBound(token *hashing.Token) int {
	key := binary.BigEndian.Uint64(token[:8])
	low, high := 0, int(t.rows)                          // the answer lies in [low, high]
	lowKey, highKey := uint64(0), uint64(math.MaxUint64) // bounds of the keys between them
	for guesses := 0; low < high; guesses++ {
		row := low + (high-low)/2
		if guesses < maxGuesses {
			row = low + guess(high-low, key-lowKey, highKey-lowKey)
		}
		found := t.token(row)
		if bytes.Compare(found, token[:]) < 0 {
			low, lowKey = row+1, binary.BigEndian.Uint64(found)
		} else {
			high, highKey = row, binary.BigEndian.Uint64(found)
		}
	}
	return low
}

// guess returns rows * offset / span, at most rows-1. The key lies between the bounds, so offset <=
// span, and the quotient of the 128-bit product fits.
func guess(rows int, offset, span uint64) int {
	if span == 0 || offset >= span {
		return rows - 1
	}
	high, low := bits.Mul64(uint64(rows), offset)
	q, _ := bits.Div64(high, low, span)
	return int(min(q, uint64(rows-1)))
}
