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
// reason. What its text says outright of users is added, in records of their own where there is no room.
func (c *Collector) Done(start, length int, line int64, reason leak.Reason) {
	at := leak.Position{Offset: c.Block.Offset + int64(start), Length: int64(length), Line: line}
	said := cut.StatementsOf(c.Block.Data[start : start+length])
	if reason != "" {
		c.Cuts.Reset()
	}
	full := reason == "" && !c.Cuts.Room()
	if full {
		c.record(at)
		c.Cuts.Reset()
	}
	for c.Cuts.Stated(&said) {
		if reason = ""; !c.Cuts.Room() {
			c.record(at)
			c.Cuts.Reset()
			full = true
		}
	}
	switch {
	case reason != "":
		c.Reject(leak.Reject{Position: at, Reason: reason})
	case !full || c.Cuts.Count() > 0:
		c.record(at)
	}
}

// Known reports a record of which the reader knows each field: nothing else is looked for in its text.
func (c *Collector) Known(start, length int, line int64) {
	c.record(leak.Position{Offset: c.Block.Offset + int64(start), Length: int64(length), Line: line})
}

func (c *Collector) record(at leak.Position) {
	c.Cuts.Unpack()
	c.out.Position, c.out.Cuts = at, c.Cuts.All()
	c.Record(&c.out)
}
