package list

import "golang.org/x/sys/cpu"

// markAll marks 64 bytes of text for each mark in out.
func markAll(text []byte, out []mark) {
	if len(out) == 0 {
		return
	}
	if !cpu.X86.HasAVX2 {
		markPortable(text, out)
		return
	}
	_ = text[len(out)*markBytes-1] // the assembly checks no bounds
	markAVX2(&text[0], &out[0], len(out), &markTables.low, &markTables.high)
}

// markAVX2 does what markPortable does for n marks.
//
//go:noescape
func markAVX2(text *byte, out *mark, n int, low, high *[16]uint8)
