package main

import "golang.org/x/sys/unix"

// harden keeps leaked passwords that are in memory out of core files, and this process from being looked into by
// others of the same user. Both can fail only where a system forbids the calls, and then no more than before is open:
// a scan is not refused for it. It holds for the reader's child, too, which is this program.
func harden() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}
