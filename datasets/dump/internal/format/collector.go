package format

import (
	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// Collector reports what was found in a block. It keeps one record for all, so that a record costs
// no allocation.
type Collector struct {
	Block  *Block
	Record func(*leak.Record)
	Reject func(leak.Reject)
	Cuts   cut.Cutter
	out    leak.Record
}

// Done reports a stretch of the block: a record with the cuts made, or a reject when there is a
// reason.
func (c *Collector) Done(start, length int, line int64, reason leak.Reason) {
	at := leak.Position{Offset: c.Block.Offset + int64(start), Length: int64(length), Line: line}
	if reason != "" {
		c.Reject(leak.Reject{Position: at, Reason: reason})
		return
	}
	c.out.Position, c.out.Cuts = at, c.Cuts.All()
	c.Record(&c.out)
}
