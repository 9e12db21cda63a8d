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

// The blocks under way and their results: a byte of a dump can become 40 of rejects, and three blocks for each worker
// are under way.
const (
	smallestBlock, largestBlock = 64 << 10, 1 << 20
	blockFactor                 = 128
	screenersMeant              = 16 // as many share the memory of a run, before there are fewer
)

// blockSize is the size of a block in bytes. What a sweep finds across the end of a block depends on where it lies, so that
// it depends on the memory of the run alone and not on the number of workers.
func (c Config) blockSize() int {
	if c.block > 0 {
		return c.block
	}
	return int(min(max(c.Memory/(blockFactor*screenersMeant), smallestBlock), largestBlock))
}

// screeners is how many workers screen at once: no more than the memory of the run holds the blocks of.
func (c Config) screeners() int {
	return int(max(min(int64(c.Workers), c.Memory/int64(blockFactor*c.blockSize())), 1))
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
