//go:build unix

package workplace

import (
	"syscall"
	"testing"
	"time"
)

// CPUTime is what this process has used of all processors: on a shared machine it says more than the
// clock does.
func CPUTime(tb testing.TB) time.Duration {
	tb.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
