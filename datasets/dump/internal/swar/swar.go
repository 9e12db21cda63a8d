// Package swar looks at eight bytes of a text at once, as the bytes of a number, where what is looked for is rarely far
// away: in fields and in texts in quotes. A byte that is met is marked by its highest bit.
//
// Of the marks of a question the lowest is right; one above it may be wrong, because of what the subtraction borrows.
// So it is with the marks of several questions, put together.
package swar

import (
	"encoding/binary"
	"math/bits"
)

const (
	// Size is how many bytes a word has.
	Size = 8

	each  = 0x0101010101010101
	marks = 0x80 * each
)

// Load returns the word of text from i on. What is after the end of text is zero.
func Load(text []byte, i int) uint64 {
	if i+Size <= len(text) {
		return binary.LittleEndian.Uint64(text[i:])
	}
	return tail(text, i)
}

//go:noinline
func tail(text []byte, i int) uint64 {
	var word [Size]byte
	copy(word[:], text[i:])
	return binary.LittleEndian.Uint64(word[:])
}

// Are marks the bytes that are b.
func Are(word uint64, b byte) uint64 {
	word ^= each * uint64(b)
	return (word - each) &^ word & marks
}

// Below marks the bytes that are less than b, which is at most 0x80.
func Below(word uint64, b byte) uint64 { return (word - each*uint64(b)) &^ word & marks }

// First returns which byte of a word the first mark is at, Size without any.
func First(marked uint64) int { return bits.TrailingZeros64(marked) / 8 }

// Holds reports whether there is a byte in text that is one or the other.
func Holds(text []byte, one, other byte) bool {
	i := 0
	for ; i+Size <= len(text); i += Size {
		if word := binary.LittleEndian.Uint64(text[i:]); Are(word, one)|Are(word, other) != 0 {
			return true
		}
	}
	for _, b := range text[i:] {
		if b == one || b == other {
			return true
		}
	}
	return false
}
