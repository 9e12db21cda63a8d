//go:build !unix

package workplace

import (
	"testing"
	"time"
)

var processStart = time.Now()

// CPUTime is the clock where the system is not asked for more.
func CPUTime(testing.TB) time.Duration { return time.Since(processStart) }
