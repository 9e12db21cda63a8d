//go:build !purego

package lanes

import "golang.org/x/sys/cpu"

// native are the kernels of this processor.
func native() []*kernel {
	list := []*kernel{bcryptKernel("blowfish-x4", expandX4)}
	if cpu.X86.HasAVX2 {
		for _, scheme := range []Scheme{Argon2d, Argon2i, Argon2id} {
			list = append(list, argon2Kernel(scheme, "blamka-avx2", fillBlockAVX2))
		}
	}
	return list
}
