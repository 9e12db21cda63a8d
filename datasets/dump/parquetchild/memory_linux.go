package parquetchild

import "syscall"

// childMemoryLimit is what the child can never go beyond: the lengths in a damaged file are anything.
const childMemoryLimit = 3 << 30

// rlimitData is RLIMIT_DATA, what a process may have of writable memory (getrlimit(2)). It does not
// count what the runtime merely reserves.
const rlimitData = 2

// childFiles is more descriptors than the child needs: the standard ones, its file, and those of the runtime.
const childFiles = 32

// limitMemory ends the process rather than the machine, and lets it write no file. When the system refuses, GOMEMLIMIT and
// the parent's patience remain.
func limitMemory() {
	_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: childFiles, Max: childFiles})
	_ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{})
	_ = syscall.Setrlimit(rlimitData, &syscall.Rlimit{Cur: childMemoryLimit, Max: childMemoryLimit})
}
