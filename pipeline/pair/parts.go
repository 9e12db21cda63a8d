package pair

// Partitions of the stages between the phases. Each is worked on alone, so that memory holds one of them.
const Partitions = 256

// Parts divides the accounts of an index, by row, into Partitions stretches of equal size.
type Parts struct{ size int64 }

// NewParts divides so many accounts.
func NewParts(rows int64) Parts { return Parts{max((rows+Partitions-1)/Partitions, 1)} }

// Of returns the partition of an account.
func (p Parts) Of(row uint32) int { return int(int64(row) / p.size) }

// Rows returns the first account of a partition, and the first after it.
func (p Parts) Rows(part int) (from, to int64) { return int64(part) * p.size, int64(part+1) * p.size }
