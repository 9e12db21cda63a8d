package lanes

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
)

// Options of kernels.
type Options struct {
	Workers int   // batches that are computed at once
	Memory  int64 // bytes that arenas may take together, those that are in use and those that are kept

	// Held, if it is not nil, is told how many bytes of memory that the garbage collector does not see are held, whenever
	// that changes.
	Held func(int64)
}

// Kernels compute tasks. They are safe for concurrent use. The caller admits no more tasks at a time than the memory
// that he gave them holds.
type Kernels struct {
	byScheme map[Scheme]*kernel
	slots    chan struct{}
	arenas   *arenas
	samples  samples

	mu      sync.Mutex
	waiting []*member
	leaders int

	err atomic.Pointer[Difference]
}

// kernel computes the tasks of one scheme.
type kernel struct {
	name  string
	lanes int
	least int // fewer tasks than these are left to the reference, which is faster then
	// run puts the keys of tasks of one class, at most as many as there are lanes, into keys.
	run func(a *arenas, tasks []*Task, keys [][]byte)
	// trial is a cheap class for checking the kernel, and salt the bytes of salt that it must have; 0: any number.
	trial Class
	salt  int

	checked sync.Once
	off     atomic.Bool
}

// Off is a kernel that computed something else than the reference when it was checked.
type Off struct{ Scheme, Kernel string }

// machine are the kernels of this machine. All Kernels of a process share them, so that each is checked once, however many
// runs there are: the code does not change in between.
var machine = sync.OnceValue(native)

// New returns the kernels of this machine. None is checked before it is asked for.
func New(o Options) *Kernels { return newKernels(o, machine()) }

func newKernels(o Options, list []*kernel) *Kernels {
	k := &Kernels{
		byScheme: make(map[Scheme]*kernel), slots: make(chan struct{}, max(o.Workers, 1)), arenas: newArenas(o.Memory, o.Held),
	}
	for _, kernel := range list {
		k.byScheme[kernel.trial.Scheme] = kernel
	}
	return k
}

// Close wipes and frees what is kept from task to task. Tasks after it keep nothing.
func (k *Kernels) Close() {
	if k != nil {
		k.arenas.close()
	}
}

// Slots bounds the batches that are computed at once: one is put in for each. Whoever computes something else on the same
// cores takes its place in the same way.
func (k *Kernels) Slots() chan struct{} {
	if k == nil {
		return nil
	}
	return k.slots
}

// Width says how many tasks of a scheme are computed at once: 0 when it has no kernel, 1 when the goroutine that asks
// computes it by itself, without waiting for others.
func (k *Kernels) Width(s Scheme) int {
	if k == nil {
		return 0
	}
	if kernel := k.usable(s); kernel != nil {
		return kernel.lanes
	}
	return 0
}

// MostWidth is the largest width that any scheme can have here.
func (k *Kernels) MostWidth() int {
	most := 0
	if k != nil {
		for _, kernel := range k.byScheme {
			most = max(most, kernel.lanes)
		}
	}
	return most
}

// usable returns the kernel of a scheme, checked.
func (k *Kernels) usable(s Scheme) *kernel {
	kernel := k.byScheme[s]
	if kernel == nil {
		return nil
	}
	kernel.checked.Do(func() { k.check(kernel) })
	if kernel.off.Load() {
		return nil
	}
	return kernel
}

// Key computes a task, by the reference where there is no kernel. It must not be called by who holds a slot, unless the
// width is 1 or 0.
func (k *Kernels) Key(t *Task) []byte {
	kernel := k.usable(t.Scheme)
	switch {
	case kernel == nil:
		return Reference(t)
	case kernel.lanes > 1:
		return k.together(kernel, t)
	}
	alone := &member{task: t}
	k.compute(kernel, []*member{alone})
	return alone.key
}

// Err is the first difference between a kernel and the reference, after the check. Nothing that kernels computed can
// be believed then.
func (k *Kernels) Err() error {
	if k == nil {
		return nil
	}
	if err := k.err.Load(); err != nil { // not a nil pointer in an error
		return err
	}
	return nil
}

// Off are the kernels that were switched off, sorted.
func (k *Kernels) Off() []Off {
	var list []Off
	if k != nil {
		for scheme, kernel := range k.byScheme {
			if kernel.off.Load() {
				list = append(list, Off{string(scheme), kernel.name})
			}
		}
	}
	slices.SortFunc(list, func(a, b Off) int { return cmp.Compare(a.Scheme, b.Scheme) })
	return list
}
