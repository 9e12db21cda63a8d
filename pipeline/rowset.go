package pipeline

import (
	"maps"
	"math/bits"
	"slices"
)

// rowSet is a set of accounts by row: a bit each, in pages of which only those touched take memory.
type rowSet struct {
	pages map[uint32]*rowPage
	count int64
}

const rowPageShift = 9

// rowPage is the bits of 512 rows.
type rowPage [1 << rowPageShift / 64]uint64

func newRowSet() *rowSet { return &rowSet{pages: make(map[uint32]*rowPage)} }

func (s *rowSet) add(row uint32) {
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

func (s *rowSet) has(row uint32) bool {
	page, ok := s.pages[row>>rowPageShift]
	return ok && page[row%(1<<rowPageShift)/64]&(1<<(row%64)) != 0
}

// each visits the rows in ascending order.
func (s *rowSet) each(visit func(row uint32)) {
	for _, number := range slices.Sorted(maps.Keys(s.pages)) {
		for i, word := range s.pages[number] {
			for ; word != 0; word &= word - 1 {
				visit(number<<rowPageShift | uint32(i*64+bits.TrailingZeros64(word)))
			}
		}
	}
}

// eachIn visits the rows from one up to, not including, another.
func (s *rowSet) eachIn(from, to int64, visit func(row uint32)) {
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

// addAll puts the rows of another set in.
func (s *rowSet) addAll(other *rowSet) { other.each(s.add) }

func (s *rowSet) clear() {
	clear(s.pages)
	s.count = 0
}
