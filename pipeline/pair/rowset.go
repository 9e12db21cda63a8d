package pair

import (
	"maps"
	"math/bits"
	"slices"
)

// RowSet is a set of accounts by row: a bit each, in pages of which only those touched take memory.
type RowSet struct {
	pages map[uint32]*rowPage
	count int64
}

const rowPageShift = 9

// rowPage is the bits of 512 rows.
type rowPage [1 << rowPageShift / 64]uint64

// NewRowSet returns an empty set.
func NewRowSet() *RowSet { return &RowSet{pages: make(map[uint32]*rowPage)} }

// Add puts a row in.
func (s *RowSet) Add(row uint32) {
	page, ok := s.pages[row>>rowPageShift]
	if !ok {
		page = new(rowPage)
		s.pages[row>>rowPageShift] = page
	}
	word, bit := &page[row%(1<<rowPageShift)/64], uint64(1)<<(row%64)
	if *word&bit == 0 {
		*word |= bit
		s.count++
	}
}

// Count is how many rows are in.
func (s *RowSet) Count() int64 { return s.count }

// Has reports whether a row is in.
func (s *RowSet) Has(row uint32) bool {
	page, ok := s.pages[row>>rowPageShift]
	return ok && page[row%(1<<rowPageShift)/64]&(1<<(row%64)) != 0
}

// Each visits the rows in ascending order.
func (s *RowSet) Each(visit func(row uint32)) {
	for _, number := range slices.Sorted(maps.Keys(s.pages)) {
		for i, word := range s.pages[number] {
			for ; word != 0; word &= word - 1 {
				visit(number<<rowPageShift | uint32(i*64+bits.TrailingZeros64(word)))
			}
		}
	}
}

// EachIn visits the rows from one up to, not including, another.
func (s *RowSet) EachIn(from, to int64, visit func(row uint32)) {
	for number := from >> rowPageShift; number<<rowPageShift < to; number++ {
		page, ok := s.pages[uint32(number)]
		if !ok {
			continue
		}
		for i, word := range page {
			for ; word != 0; word &= word - 1 {
				row := number<<rowPageShift | int64(i*64+bits.TrailingZeros64(word))
				if row >= from && row < to {
					visit(uint32(row))
				}
			}
		}
	}
}

// AddAll puts the rows of another set in.
func (s *RowSet) AddAll(other *RowSet) { other.Each(s.Add) }

// Clear takes all rows out.
func (s *RowSet) Clear() {
	clear(s.pages)
	s.count = 0
}
