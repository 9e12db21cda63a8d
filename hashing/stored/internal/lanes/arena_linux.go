package lanes

import "golang.org/x/sys/unix"

// outsideHeap says that the garbage collector does not see arenas.
const outsideHeap = true

// mapArena asks the system for memory that the garbage collector does not see, in huge pages where it has them: argon2
// jumps about in it.
func mapArena(n int) []byte {
	b, err := unix.Mmap(-1, 0, n, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return make([]byte, n)
	}
	_ = unix.Madvise(b, unix.MADV_HUGEPAGE) // it is as right without
	return b
}

// unmapArena frees what mapArena returned. What is not of the system is the garbage collector's.
func unmapArena(b []byte) { _ = unix.Munmap(b) }
