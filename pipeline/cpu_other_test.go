//go:build !unix

package pipeline

import (
	"testing"
	"time"
)

var processStart = time.Now()

// cpuTime is the clock where the system is not asked for more.
func cpuTime(testing.TB) time.Duration { return time.Since(processStart) }
