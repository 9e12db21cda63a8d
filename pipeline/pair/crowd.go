package pair

import (
	"encoding/binary"

	"github.com/dchest/siphash"

	"github.com/credsieve/credsieve/hashing"
)

// crowdCells is the size of one row of a crowd: 4 MiB, which tells some million passwords apart.
const crowdCells = 1 << 22

// Crowd estimates how many accounts were met with a password, in fixed memory: a count-min sketch (Cormode and
// Muthukrishnan, 2005) of two rows whose cells stop at 255, less what a cell holds on average. It is exact
// as long as the passwords are few, and the same whatever the order.
type Crowd struct {
	k0, k1 uint64
	rows   [2][]uint8
	added  int64
}

// NewCrowd returns a crowd that has met nobody.
func NewCrowd(key *hashing.Key) *Crowd { return newCrowd(key, crowdCells) }

// newCrowd is NewCrowd with so many cells a row.
func newCrowd(key *hashing.Key, cells int) *Crowd {
	// Keyed, so that who writes a dump cannot make passwords meet in a cell.
	sub := key.Derive(hashing.PurposeToken, []byte("crowd"), 16)
	return &Crowd{
		k0: binary.LittleEndian.Uint64(sub), k1: binary.LittleEndian.Uint64(sub[8:]),
		rows: [2][]uint8{make([]uint8, cells), make([]uint8, cells)},
	}
}

// cells returns the cell of each row.
func (c *Crowd) cells(secret []byte) [2]*uint8 {
	low, high := siphash.Hash128(c.k0, c.k1, secret)
	n := uint64(len(c.rows[0]))
	return [2]*uint8{&c.rows[0][low%n], &c.rows[1][high%n]}
}

// Add notes one account that was met with a password.
func (c *Crowd) Add(secret []byte) {
	c.added++
	for _, cell := range c.cells(secret) {
		if *cell < 255 {
			*cell++
		}
	}
}

// Merge adds what another crowd under the same key was told. It is associative and commutative: a cell that stops
// at 255 in a part stops there in the whole.
func (c *Crowd) Merge(other *Crowd) {
	c.added += other.added
	for i, row := range c.rows {
		for j, n := range other.rows[i] {
			row[j] = uint8(min(int(row[j])+int(n), 255))
		}
	}
}

// Of estimates how many accounts were met with a password.
func (c *Crowd) Of(secret []byte) int {
	cells := c.cells(secret)
	return int(min(*cells[0], *cells[1])) - int(c.added/int64(len(c.rows[0])))
}
