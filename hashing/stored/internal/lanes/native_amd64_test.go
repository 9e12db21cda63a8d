//go:build !purego

package lanes

import "golang.org/x/sys/cpu"

// fills are the ways of filling a block that this machine has, but for Go's own.
func fills() map[string]fillFunc {
	m := make(map[string]fillFunc)
	if cpu.X86.HasAVX2 {
		m["avx2"] = fillBlockAVX2
	}
	return m
}

// expands are the ways of expanding Blowfish.
func expands() map[string]expandFunc { return map[string]expandFunc{"x4": expandX4, "go": expandGo} }

// displaced are kernels that this machine could use and has better ones for.
func displaced() []*kernel {
	if cpu.X86.HasAVX2 && cpu.X86.HasAVX512F {
		return avx2Digests()
	}
	return nil
}

// mixes are the ways of BlockMix.
func mixes() map[string]blockMixFunc {
	m := map[string]blockMixFunc{"go": blockMix}
	if cpu.X86.HasAVX {
		m["avx"] = blockMixAVX
	}
	return m
}
