package pair

import (
	"encoding/binary"

	"github.com/dchest/siphash"

	"github.com/credsieve/credsieve/hashing"
)

// crowdCells is the size of one row of a crowd: 4 MiB, which tells some million passwords apart.
const crowdCells = 1 << 22

// crowdPage is how many cells are made at a time: a night with few dumps touches few of them.
const crowdPage = 1 << 12

// Crowd estimates how many accounts were met with a password, in bounded memory: a count-min sketch (Cormode and
// Muthukrishnan, 2005) of two rows whose cells stop at 255, less what a cell holds on average. It is exact
// as long as the passwords are few, and the same whatever the order.
type Crowd struct {
	k0, k1 uint64
	cells  uint64                 // of a row
	rows   [2][]*[crowdPage]uint8 // pages of cells; nil: all of them are zero
	added  int64
}

// NewCrowd returns a crowd that has met nobody.
func NewCrowd(key *hashing.Key) *Crowd { return newCrowd(key, crowdCells) }

// newCrowd is NewCrowd with so many cells a row.
func newCrowd(key *hashing.Key, cells int) *Crowd {
	// Keyed, so that who writes a dump cannot make passwords meet in a cell.
	sub := key.Derive(hashing.PurposeToken, []byte("crowd"), 16)
	c := &Crowd{
		k0: binary.LittleEndian.Uint64(sub), k1: binary.LittleEndian.Uint64(sub[8:]), cells: uint64(cells),
	}
	for i := range c.rows {
		c.rows[i] = make([]*[crowdPage]uint8, (cells+crowdPage-1)/crowdPage)
	}
	return c
}

// Print stands for a password under the key of a crowd, and says nothing of it to whoever has not the key.
type Print [2]uint64

// Print returns what a password is known by.
func (c *Crowd) Print(secret []byte) Print {
	low, high := siphash.Hash128(c.k0, c.k1, secret)
	return Print{low, high}
}

// places returns where in each row the cell of a password is.
func (c *Crowd) places(p Print) [2]uint64 { return [2]uint64{p[0] % c.cells, p[1] % c.cells} }

// Add notes one account that was met with a password.
func (c *Crowd) Add(secret []byte) {
	c.added++
	for i, at := range c.places(c.Print(secret)) {
		page := &c.rows[i][at/crowdPage]
		if *page == nil {
			*page = new([crowdPage]uint8)
		}
		if cell := &(*page)[at%crowdPage]; *cell < 255 {
			*cell++
		}
	}
}

// Merge adds what another crowd under the same key was told. It is associative and commutative: a cell that stops
// at 255 in a part stops there in the whole.
func (c *Crowd) Merge(other *Crowd) {
	c.added += other.added
	for i, row := range c.rows {
		for j, page := range other.rows[i] {
			switch {
			case page == nil:
			case row[j] == nil:
				added := *page
				row[j] = &added
			default:
				for k, n := range page {
					row[j][k] = uint8(min(int(row[j][k])+int(n), 255))
				}
			}
		}
	}
}

// Of estimates how many accounts were met with a password.
func (c *Crowd) Of(secret []byte) int { return c.OfPrint(c.Print(secret)) }

// OfPrint is Of for the password of a print.
func (c *Crowd) OfPrint(p Print) int {
	least := 255
	for i, at := range c.places(p) {
		page := c.rows[i][at/crowdPage]
		if page == nil {
			least = 0
			continue
		}
		least = min(least, int(page[at%crowdPage]))
	}
	return least - int(c.added/int64(c.cells))
}
