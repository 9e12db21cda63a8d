package table

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/bits"
)

// Keys is a table sorted by its first column, a uniform key of 8 bytes or more, with an account in its second.
type Keys struct {
	Columns
	width int // of the key
}

// NewKeys sees columns as a table of keys of a width in bytes.
func NewKeys(c *Columns, width int) *Keys { return &Keys{*c, width} }

// Key returns the key of a row. Like the others below it returns nothing when the page is damaged, and Err keeps
// the error.
func (t *Keys) Key(row int) []byte { return t.Fixed(row, 0, t.width) }

// Account returns the account of a row.
func (t *Keys) Account(row int) (uint32, bool) {
	b := t.Fixed(row, 1, 4)
	if b == nil {
		return 0, false
	}
	return binary.LittleEndian.Uint32(b), true
}

// Lookup appends the accounts of a key.
func (t *Keys) Lookup(key []byte, dst []uint32) []uint32 {
	row, ok := t.lowerBound(key)
	for ; ok && row < int(t.rows) && bytes.Equal(t.Key(row), key); row++ {
		if account, ok := t.Account(row); ok {
			dst = append(dst, account)
		}
	}
	return dst
}

// Touch reads what Lookup of several keys is about to read, so that it is near by then: one after the other, lookups
// wait for memory three or four times each; here the reads of all keys are under way together. Of a key it wants the first
// 8 bytes, as a number. What it returns only keeps the compiler from leaving reads out.
func (t *Keys) Touch(keys []uint64) (read uint64) {
	var probes [touchedAtOnce]probe
	for len(keys) > 0 && t.rows > 0 {
		n := min(len(keys), touchedAtOnce)
		for i, key := range keys[:n] {
			p, ok := &probes[i], false
			p.low, p.high, p.lowKey, p.highKey, ok = t.bounds(key)
			if !ok {
				p.high = p.low
			}
			t.aim(p, key)
		}
		for range touchedGuesses {
			for i := range probes[:n] { // nothing but reads
				if p := &probes[i]; p.next != nil {
					p.found = binary.BigEndian.Uint64(p.next)
				}
			}
			for i, key := range keys[:n] {
				p := &probes[i]
				p.narrow(key)
				t.aim(p, key)
			}
		}
		for i := range probes[:n] {
			if account := t.Fixed(min(probes[i].row, int(t.rows)-1), 1, 4); account != nil {
				read += uint64(account[0])
			}
		}
		keys = keys[n:]
	}
	return read
}

const (
	// touchedAtOnce is about as many reads as a processor has under way.
	touchedAtOnce = 16
	// touchedGuesses end nearly always in the cache line of the answer.
	touchedGuesses = 2
)

// probe is a lookup as far as Touch goes.
type probe struct {
	low, high              int
	lowKey, highKey, found uint64
	row                    int
	next                   []byte // the key of row; nil: it is the answer, or damaged
}

// aim guesses the next row, as lowerBound does.
func (t *Keys) aim(p *probe, key uint64) {
	p.row, p.next = p.low, nil
	if p.low < p.high {
		p.row += guess(p.high-p.low, key-p.lowKey, p.highKey-p.lowKey)
		p.next = t.Key(p.row)
	}
}

// narrow takes in the key of the row that was guessed.
func (p *probe) narrow(key uint64) {
	switch {
	case p.next == nil:
	case p.found < key:
		p.low, p.lowKey = p.row+1, p.found
	default:
		p.high, p.highKey = p.row, p.found
	}
}

// maxGuesses is about twice what a billion uniform keys need. Keys are uniform unless somebody
// who knows the key chose them; then halving takes over.
const maxGuesses = 12

// lowerBound returns the first row whose key is not smaller than the one given. It guesses the
// row from the value of the first 8 bytes: keys are uniform, so the guess is good, and each one
// touches memory that may still be on disk. It is false when a page on the way is damaged.
func (t *Keys) lowerBound(want []byte) (int, bool) {
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
		found := t.Key(row)
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
func (t *Keys) bounds(key uint64) (low, high int, lowKey, highKey uint64, ok bool) {
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
