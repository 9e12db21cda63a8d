package masks

import "golang.org/x/sys/cpu"

// All looks at Size bytes of text for each mask in out.
func All(text []byte, out []Mask) {
	if len(out) == 0 {
		return
	}
	if !cpu.X86.HasAVX2 {
		portable(text, out)
		return
	}
	_ = text[len(out)*Size-1] // the assembly checks no bounds
	lookAVX2(&text[0], &out[0], len(out), &tables.low, &tables.high)
}

// lookAVX2 does what portable does for n masks.
//
//go:noescape
func lookAVX2(text *byte, out *Mask, n int, low, high *[16]uint8)
