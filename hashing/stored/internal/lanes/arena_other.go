//go:build !linux

package lanes

import "unsafe"

// outsideHeap says that the garbage collector does not see arenas.
const outsideHeap = false

// mapArena returns n bytes that begin where a word may.
func mapArena(n int) []byte {
	words := make([]uint64, (n+7)/8)
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), n)
}

func unmapArena([]byte) {}
