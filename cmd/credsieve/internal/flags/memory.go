package flags

import (
	"os"
	"strconv"
	"strings"
)

// fallbackMemory stands for half of the machine's memory where that cannot be read.
const fallbackMemory = 2 << 30

// HalfOfMemory is the default of --memory: half of what the machine, or the container around this
// process, has.
func HalfOfMemory() Size {
	total := int64(0)
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		if fields := strings.Fields(string(text)); len(fields) > 1 && fields[0] == "MemTotal:" {
			kib, _ := strconv.ParseInt(fields[1], 10, 64)
			total = kib << 10
		}
	}
	// A container's limit is a number here; without a limit the file says "max" or is not there.
	if text, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if limit, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && limit > 0 {
			total = min(total, limit)
		}
	}
	if total <= 0 {
		return fallbackMemory
	}
	return Size(total / 2)
}
