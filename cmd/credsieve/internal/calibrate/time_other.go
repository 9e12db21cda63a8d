//go:build !unix

package calibrate

import "time"

var began = time.Now()

// processorTime is the clock, where the system has nothing better in the same form for all.
func processorTime() time.Duration { return time.Since(began) }
