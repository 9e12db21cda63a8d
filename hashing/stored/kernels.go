package stored

import "github.com/credsieve/credsieve/hashing/stored/internal/lanes"

// Kernels compute stored hashes faster than the libraries that are the reference: those of [WithKernels]. They are checked
// against the reference before their first use, and by samples afterwards: whoever publishes what came of them asks Err
// first, and verifies each match once more without them. Close wipes what they keep.
type Kernels = lanes.Kernels

// Difference is the error of Kernels that computed something else than the reference.
type Difference = lanes.Difference

// KernelOff is a kernel that the check before its first use switched off.
type KernelOff = lanes.Off

// NewKernels returns the kernels of this machine, for so many workers and bytes of memory.
func NewKernels(workers int, memory int64) *Kernels {
	return lanes.New(lanes.Options{Workers: workers, Memory: memory})
}

// WithKernels returns a hash that kernels verify, where they have its scheme; nil kernels change nothing. It must be called
// before the hash is used.
func WithKernels(h Hash, k *Kernels) Hash {
	if fast, ok := h.(interface{ withKernels(k *Kernels) Hash }); ok && k != nil {
		return fast.withKernels(k)
	}
	return h
}
