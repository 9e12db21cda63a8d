package hashing

import "golang.org/x/sys/cpu"

// hasLanes says whether the assembly of this package runs here.
var hasLanes = cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL && cpu.X86.HasBMI2

// sumLanes does what sum128 does for eight texts. Lane i has counts[i] words, at most most, of which the first holds the
// domain and the last the length.
//
//go:noescape
func sumLanes(key *[2]uint64, words *[laneWords][laneCount]uint64, counts *[laneCount]uint64, most int, low, high *[laneCount]uint64)

// foldLine writes n bytes, 1 to 64, in lower case, and zeros up to 64. It returns a bit for each @, for each space
// and for each byte that is not printable ASCII.
//
//go:noescape
func foldLine(to *[wideText]byte, from *byte, n int) (at, spaces, odd uint64)
