package lanes

import (
	"slices"
	"sync"
	"unsafe"
)

// arenas are pieces of memory that tasks use one after the other, so that none is cleared or faulted in for each. What
// is in use and what is kept is never more than the size, but for one that is larger by itself.
type arenas struct {
	mu     sync.Mutex
	size   int64
	held   int64 // bytes, in use and free
	closed bool
	told   func(held int64) // nil: nobody
	free   [][]byte         // each as long as the tasks that used it asked for
}

func newArenas(size int64, told func(held int64)) *arenas {
	if told == nil || !outsideHeap {
		told = func(int64) {}
	}
	return &arenas{size: size, told: told}
}

// get returns n bytes with anything in them.
func (a *arenas) get(n int) []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	if at := slices.IndexFunc(a.free, func(b []byte) bool { return len(b) == n }); at >= 0 {
		b := a.free[at]
		a.free = slices.Delete(a.free, at, at+1)
		return b
	}
	// Tasks of other costs are under way now: what those before them left makes room.
	for len(a.free) > 0 && a.held+int64(n) > a.size {
		a.drop(a.free[0])
		a.free = slices.Delete(a.free, 0, 1)
	}
	a.held += int64(n)
	a.told(a.held)
	return mapArena(n)
}

// put gives memory back.
func (a *arenas) put(b []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed || a.held > a.size {
		a.drop(b)
		return
	}
	a.free = append(a.free, b)
}

// drop is for the caller who holds the lock.
func (a *arenas) drop(b []byte) {
	clear(b)
	a.held -= int64(len(b))
	a.told(a.held)
	unmapArena(b)
}

// close wipes what is kept. What is in use, by who was not waited for, is wiped when it is given back.
func (a *arenas) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, b := range a.free {
		a.drop(b)
	}
	a.free, a.closed = nil, true
}

// asBlocks are the bytes as blocks of argon2.
func asBlocks(b []byte) []block {
	return unsafe.Slice((*block)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/int(unsafe.Sizeof(block{})))
}
