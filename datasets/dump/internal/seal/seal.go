// Package seal takes from a process what it does not need to take apart what strangers have packed. After [Process] it
// can still compute, and read and write the descriptors that it has; where the system allows it, it can not open a file
// or a connection, start a program, write a file, or have more memory or processor time than it may.
//
// On Linux: no new descriptor (RLIMIT_NOFILE is as low as the next one), no growing file (RLIMIT_FSIZE), [MaxMemory] of
// writable memory (RLIMIT_DATA), and, since a path can be harmed without a descriptor, no path and no port (Landlock,
// https://docs.kernel.org/userspace-api/landlock.html). A thread restricts only itself by Landlock, and Go can have all do
// it only in a program that is not linked with C: one built with cgo goes without. Elsewhere nothing is taken, and the
// process is separate all the same.
package seal

// MaxMemory is what a process may have of writable memory, in bytes: three times what an archive may hold, and the lengths in
// a damaged file are anything.
const MaxMemory = 3 << 30
