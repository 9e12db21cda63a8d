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
	said := cut.StatementsOf(nil)
	if c.marks.within(c.Block.Data, start, start+length) {
		said = cut.StatementsOf(c.Block.Data[start : start+length])
	}
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

// marks remembers where statements may begin. Most records have none, and to look through several at once costs no more
// than to look through one; of a list only lines that are not plain come here, with others between them.
type marks struct {
	start, end int // what was looked through
	next       int // the first place there, else the end
}

// within reports whether a statement may begin in a stretch.
func (m *marks) within(data []byte, start, end int) bool {
	const records = 8
	if start < m.start || end > m.end || m.next < start {
		m.start, m.end = start, min(len(data), start+records*(end-start))
		m.next = start + cut.NextStatement(data[start:m.end])
	}
	return m.next < end
}
