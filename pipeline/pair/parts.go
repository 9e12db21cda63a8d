package pair

// Partitions of the stages between the phases. Each is worked on alone, so that memory holds one of them.
const Partitions = 256

// Parts divides the accounts of an index, by row, into stretches of equal size.
type Parts struct{ first, size int64 }

// NewParts divides so many accounts into Partitions.
func NewParts(rows int64) Parts { return Divide(0, rows, Partitions) }

// Divide divides the accounts from one row up to, not including, another into at most so many partitions.
func Divide(from, to, partitions int64) Parts {
	return Parts{from, max((to-from+partitions-1)/partitions, 1)}
}

// Of returns the partition of an account.
func (p Parts) Of(row uint32) int { return int((int64(row) - p.first) / p.size) }

// Rows returns the first account of a partition, and the first after it.
func (p Parts) Rows(part int) (from, to int64) {
	return p.first + int64(part)*p.size, p.first + int64(part+1)*p.size
}
