package stored

import "github.com/credsieve/credsieve/hashing/stored/internal/lanes"

// Kernels compute stored hashes faster than the libraries that are the reference, for those that [UseKernels] was told of. They are
// checked against the reference before their first use, and by samples afterwards: whoever publishes what came of them
// asks Err first, and verifies each match once more without them. Close wipes what they keep.
type Kernels = lanes.Kernels

// Difference is the error of Kernels that computed something else than the reference.
type Difference = lanes.Difference

// KernelOff is a kernel that the check before its first use switched off.
type KernelOff = lanes.Off

// NewKernels returns the kernels of this machine, for so many workers and bytes of memory. Held, if it is not nil, is told
// how many bytes they hold that the garbage collector does not see, whenever that changes.
func NewKernels(workers int, memory int64, held func(int64)) *Kernels {
	return lanes.New(lanes.Options{Workers: workers, Memory: memory, Held: held})
}

// engine computes the keys of one stored hash: the functions that its scheme is made of share it with the hash, which is told of
// kernels after it was parsed.
type engine struct {
	scheme  lanes.Scheme
	kernels *Kernels // nil: none
}

func (e *engine) width() int {
	if e == nil {
		return 0
	}
	return e.kernels.Width(e.scheme)
}

// key computes a key by a kernel, nil where there is none.
func (e *engine) key(costs [3]uint32, size int, password, salt []byte) []byte {
	if e.width() == 0 {
		return nil
	}
	return e.kernels.Key(&lanes.Task{
		Class: lanes.Class{Scheme: e.scheme, Costs: costs, Size: size}, Password: password, Salt: salt,
	})
}

// UseKernels lets kernels verify a hash that was just parsed and that nobody uses yet. Nil kernels, and hashes that none has
// the scheme of, change nothing.
func UseKernels(h Hash, k *Kernels) {
	if fast, ok := h.(interface{ useKernels(k *Kernels) }); ok && k != nil {
		fast.useKernels(k)
	}
}

// Width is how many verifications of hashes of its kind are computed at once: where it is more than 1, Verify waits for
// others, and computes with them in one of the slots of its kernels. Else it computes at once, and the caller holds a slot.
func Width(h Hash) int {
	if wide, ok := h.(interface{ width() int }); ok {
		return max(wide.width(), 1)
	}
	return 1
}
