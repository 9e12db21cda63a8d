package index

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"

	"github.com/apache/arrow/go/v17/arrow"

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

var tokenSchema = arrow.NewSchema([]arrow.Field{
	{Name: "token", Type: &arrow.FixedSizeBinaryType{ByteWidth: tokenSize}},
	{Name: "account", Type: arrow.PrimitiveTypes.Uint32},
	{Name: "kind", Type: arrow.PrimitiveTypes.Uint8},
	{Name: "attribution", Type: arrow.PrimitiveTypes.Uint8},
}, nil)

// tokenWriter writes the token table; entries come in order.
type tokenWriter struct {
	*tableWriter
	block *chunk
}

func (s *staging) createTokens(name string) (*tokenWriter, error) {
	t, err := s.createTable(name, tokenSchema)
	return &tokenWriter{t, newChunk(tokenSchema)}, err
}

func (w *tokenWriter) write(sorted []entry) error {
	c := w.block.columns
	w.block.reset()
	for i := range sorted {
		e := &sorted[i]
		c[0].values = binary.BigEndian.AppendUint64(c[0].values, e.high)
		c[0].values = binary.BigEndian.AppendUint64(c[0].values, e.low)
		c[1].u32(e.account)
		c[2].u8(uint8(e.kind))
		c[3].u8(uint8(e.attribution))
	}
	w.block.rows = len(sorted)
	return w.append(w.block)
}

// keyTable is a table sorted by its first column, which is uniform, with an account in its second.
type keyTable struct {
	columns
	width int // of the key
}

// key, like the others below, returns nothing when the page is damaged; the index keeps the error.
func (t *keyTable) key(row int) []byte { return t.fixed(row, 0, t.width) }

func (t *keyTable) account(row int) (uint32, bool) {
	b := t.fixed(row, 1, 4)
	if b == nil {
		return 0, false
	}
	return binary.LittleEndian.Uint32(b), true
}

// lookup appends the accounts of a key.
func (t *keyTable) lookup(key []byte, dst []uint32) []uint32 {
	row, ok := t.lowerBound(key)
	for ; ok && row < int(t.rows) && bytes.Equal(t.key(row), key); row++ {
		if account, ok := t.account(row); ok {
			dst = append(dst, account)
		}
	}
	return dst
}

// tokenTable answers from the mapped file.
type tokenTable struct{ keyTable }

func parseTokens(file *pages) (*tokenTable, error) {
	c, err := parseColumns(file, tokenSchema)
	if err != nil {
		return nil, fmt.Errorf("the token table cannot be read: %w", err)
	}
	return &tokenTable{keyTable{*c, tokenSize}}, nil
}

func (t *tokenTable) kind(row int) hashing.Kind {
	if b := t.fixed(row, 2, 1); b != nil {
		return hashing.Kind(b[0])
	}
	return hashing.KindUnspecified
}

func (t *tokenTable) attribution(row int) hashing.Attribution {
	if b := t.fixed(row, 3, 1); b != nil {
		return hashing.Attribution(b[0])
	}
	return hashing.AttributionUnspecified
}

// maxGuesses is about twice what a billion uniform tokens need. Tokens are uniform unless somebody
// who knows the key chose them; then halving takes over.
const maxGuesses = 12

// lowerBound returns the first row whose key is not smaller than the one given. It guesses the
// row from the value of the first 8 bytes: keys are uniform, so the guess is good, and each one
// touches memory that may still be on disk. It is false when a page on the way is damaged.
func (t *keyTable) lowerBound(want []byte) (int, bool) {
	key := binary.BigEndian.Uint64(want)
	low, high, lowKey, highKey, ok := t.bounds(key)
	if !ok {
		return 0, false
	}
	for guesses := 0; low < high; guesses++ {
		row := low + (high-low)/2
		if guesses < maxGuesses {
			row = low + guess(high-low, key-lowKey, highKey-lowKey)
		}
		found := t.key(row)
		if found == nil {
			return 0, false
		}
		if bytes.Compare(found, want) < 0 {
			low, lowKey = row+1, binary.BigEndian.Uint64(found)
		} else {
			high, highKey = row, binary.BigEndian.Uint64(found)
		}
	}
	return low, true
}

// bounds returns between which rows, that begin record batches, the first row with a key lies, and
// bounds of the keys between them. Within one batch the second guess is nearly always in the right
// cache line.
func (t *keyTable) bounds(key uint64) (low, high int, lowKey, highKey uint64, ok bool) {
	highKey = math.MaxUint64
	first, last := 0, len(t.batches) // the number of batches that begin below key lies between
	for steps := 0; first < last; steps++ {
		i := first + (last-first)/2
		switch {
		case steps == 0:
			over, _ := bits.Mul64(key, uint64(last))
			i = int(over)
		case steps < 4 && lowKey > 0:
			i = first // the guess was near: the neighbour decides
		case steps < 4:
			i = last - 1
		}
		b := t.batch(i)
		if b == nil {
			return 0, 0, 0, 0, false
		}
		if b.first < key {
			first, low, lowKey = i+1, i<<batchShift, b.first
		} else {
			last = i
		}
	}
	// Keys may agree in their beginnings: the batch that begins with the same may hold the answer.
	for ; first < len(t.batches); first++ {
		b := t.batch(first)
		if b == nil {
			return 0, 0, 0, 0, false
		}
		if b.first > key {
			return low, first << batchShift, lowKey, b.first, true
		}
	}
	return low, int(t.rows), lowKey, highKey, true
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
