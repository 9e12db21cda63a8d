package dump

// collector reports what was found in a block. It keeps one record for all, so that a record costs
// no allocation.
type collector struct {
	block  *textBlock
	record func(*Record)
	reject func(Reject)
	cuts   cutter
	out    Record
}

// done reports a stretch of the block: a record with the cuts made, or a reject when there is a
// reason.
func (c *collector) done(start, length int, line int64, reason Reason) {
	at := Position{Offset: c.block.offset + int64(start), Length: int64(length), Line: line}
	if reason != "" {
		c.reject(Reject{Position: at, Reason: reason})
		return
	}
	c.out.Position, c.out.Cuts = at, c.cuts.all()
	c.record(&c.out)
}
