package seal

import (
	"os"
	"os/signal"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Process seals this process for good, and reports what could not be taken. Each step is on its own: an old kernel does
// without Landlock.
func Process() (failed []error) {
	time.Sleep(time.Microsecond) // Go's runtime opens its own descriptors with the first timer
	limit := func(what int, n uint64) {
		if err := unix.Setrlimit(what, &unix.Rlimit{Cur: n, Max: n}); err != nil {
			failed = append(failed, os.NewSyscallError("setrlimit", err))
		}
	}
	limit(unix.RLIMIT_CORE, 0)
	limit(unix.RLIMIT_FSIZE, 0)
	limit(unix.RLIMIT_DATA, MaxMemory)
	if err := landlock(); err != nil {
		failed = append(failed, err)
	}
	if lowest, err := unix.FcntlInt(0, unix.F_DUPFD_CLOEXEC, 0); err == nil {
		_ = unix.Close(lowest)
		limit(unix.RLIMIT_NOFILE, uint64(lowest))
	}
	return failed
}

// Work lets the process compute for another while, and calls over when that is used up. The parent's patience is
// longer; this holds when nobody waits any more.
func Work(d time.Duration) error {
	var used unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &used); err != nil {
		return err
	}
	seconds := uint64(used.Utime.Sec + used.Stime.Sec + int64(d/time.Second) + 1)
	return unix.Setrlimit(unix.RLIMIT_CPU, &unix.Rlimit{Cur: seconds, Max: unix.RLIM_INFINITY})
}

// WorkIsOver receives when the time of Work is used up.
func WorkIsOver() <-chan os.Signal {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGXCPU)
	return c
}

// landlock leaves no path and no port to any thread.
func landlock() error {
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return os.NewSyscallError("landlock_create_ruleset", errno)
	}
	rules := handled(int(version))
	const known = 3 * 8 // the fields that this code fills
	size := uintptr(known)
	if version < 4 {
		size = 8
	} else if version < 6 {
		size = 16
	}
	fd, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&rules)), size, 0)
	if errno != 0 {
		return os.NewSyscallError("landlock_create_ruleset", errno)
	}
	defer unix.Close(int(fd)) // what it says holds for the threads
	if _, _, errno := syscall.AllThreadsSyscall6(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0); errno != 0 {
		return os.NewSyscallError("prctl", errno)
	}
	if _, _, errno := syscall.AllThreadsSyscall(unix.SYS_LANDLOCK_RESTRICT_SELF, fd, 0, 0); errno != 0 {
		return os.NewSyscallError("landlock_restrict_self", errno)
	}
	return nil
}

// handled are the rights that a version of Landlock knows: all of them, and no rule gives one back.
func handled(version int) unix.LandlockRulesetAttr {
	const first = unix.LANDLOCK_ACCESS_FS_MAKE_SYM<<1 - 1 // all of version 1
	r := unix.LandlockRulesetAttr{Handled_access_fs: first}
	if version >= 2 {
		r.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if version >= 3 {
		r.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if version >= 4 {
		r.Handled_access_net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if version >= 5 {
		r.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	}
	if version >= 6 {
		r.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	}
	return r
}
