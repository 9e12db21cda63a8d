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
	marks  marks
}

// Done reports a stretch of the block: a record with the cuts made, or a reject when there is a
// reason. What its text says outright of users is added, in records of their own where there is no room.
func (c *Collector) Done(start, length int, line int64, reason leak.Reason) {
	at := leak.Position{Offset: c.Block.Offset + int64(start), Length: int64(length), Line: line}
	header, url := c.marks.within(c.Block.Data, start, start+length)
	said := cut.StatementsOf(c.Block.Data[start:start+length], header, url)
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

// marks remembers where a block goes on with what a statement begins with: most records hold neither mark, and are not
// looked through.
type marks struct {
	from        int // nothing is known of what stands before
	header, url int // where the next ones stand, or may
}

// within reports which marks may stand in a stretch.
func (m *marks) within(data []byte, start, end int) (header, url bool) {
	if start < m.from {
		m.header, m.url = -1, -1
	}
	m.from = start
	if m.header < start {
		m.header = start + cut.NextHeader(data[start:])
	}
	if m.url < start {
		m.url = start + cut.NextURL(data[start:])
	}
	return m.header < end, m.url < end
}
