//go:build unix

package calibrate

import (
	"syscall"
	"time"
)

// processorTime is what this process and its children that have ended have used, 0 where the system does not say.
func processorTime() time.Duration {
	total := int64(0)
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var used syscall.Rusage
		if syscall.Getrusage(who, &used) == nil {
			total += used.Utime.Nano() + used.Stime.Nano()
		}
	}
	return time.Duration(total)
}
