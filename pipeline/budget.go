package pipeline

import "github.com/credsieve/credsieve/datasets/dump"

// MinMemory is the least that a run needs: it holds the blocks under way and one verification at common costs.
const MinMemory = 64 << 20

// spoolShare is the part of the memory of a run within which candidates do not touch the disk. It is small
// so that memory is the same for a small dump and a big one; 4 MiB hold about 100,000 candidates.
const (
	spoolShare   = 128
	smallestPile = 4 << 20
)

func (c Config) spoolLimit() int64 { return max(c.Memory/spoolShare, smallestPile) }

// blockSize bounds what the blocks under way and their results take: a byte of a dump can become 40 of
// rejects, and three blocks for each worker are under way.
func (c Config) blockSize() int {
	if c.block > 0 {
		return c.block
	}
	const smallest, largest, factor = 64 << 10, 1 << 20, 128
	return int(min(max(c.Memory/int64(factor*c.Workers), smallest), largest))
}

// unpackLimits are those of each input. The texts of a workbook lie in memory while it is read, and memory is what the
// run was given; beyond the largest a sheet cannot hold them.
func (c Config) unpackLimits() dump.Limits {
	const smallest, largest = 256 << 20, 2 << 30
	limits := c.Unpack
	if limits.Texts == 0 {
		limits.Texts = min(max(c.Memory, smallest), largest)
	}
	return limits
}

// hashMemory is what verifications under way may take together.
func (c Config) hashMemory() int64 { return max(c.Memory-c.spoolLimit(), MinMemory) }

// atOnce is how many verifications of so much memory each run side by side.
func (c Config) atOnce(memory int64) int64 {
	return max(min(int64(c.Workers), c.hashMemory()/max(memory, 1)), 1)
}
