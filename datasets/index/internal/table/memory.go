package table

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// Zeroed returns n zero values outside of the heap, and how to give them back. They count only where they are
// touched. T must not hold a pointer: the garbage collector does not look there.
func Zeroed[T any](n int) ([]T, func(), error) {
	var one T
	raw, free, err := anonymous(n * int(unsafe.Sizeof(one)))
	if err != nil {
		return nil, nil, err
	}
	// The memory begins with a page, so it is aligned for any T.
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(raw))), n), free, nil
}

// Words sees little-endian bytes as the 64-bit words that they are. The bytes must be aligned as words are, and
// are the words' memory from now on; where the machine is big-endian they change.
func Words(raw []byte) []uint64 {
	words := unsafe.Slice((*uint64)(unsafe.Pointer(unsafe.SliceData(raw))), len(raw)/8)
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		for i := range words {
			words[i] = bits.ReverseBytes64(words[i])
		}
	}
	return words
}
