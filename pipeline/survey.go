package pipeline

import (
	"encoding/binary"

	"github.com/dchest/siphash"

	"github.com/credsieve/credsieve/hashing"
)

// survey is what ranking needs to know of all pairs together. Each pair is added once; what it takes in
// memory does not depend on how many there are.
type survey struct {
	screened *screened
	repeats  *repeats
	crowd    *crowd
}

func newSurvey(s *screened, key *hashing.Key) *survey {
	return &survey{screened: s, repeats: newRepeats(s), crowd: newCrowd(key)}
}

func (v *survey) add(p *pair) {
	v.repeats.add(v.screened.dumpsOf(p))
	v.crowd.add(p.secret)
}

// crowdCells is the size of one row of a crowd: 4 MiB, which tells some million passwords apart.
const crowdCells = 1 << 22

// crowd estimates how many accounts were met with a password, in fixed memory: a count-min sketch (Cormode and
// Muthukrishnan, 2005) of two rows whose cells stop at 255, less what a cell holds on average. It is exact
// as long as the passwords are few, and the same whatever the order.
type crowd struct {
	k0, k1 uint64
	rows   [2][]uint8
	added  int64
}

func newCrowd(key *hashing.Key) *crowd {
	// Keyed, so that who writes a dump cannot make passwords meet in a cell.
	sub := key.Derive(hashing.PurposeToken, []byte("crowd"), 16)
	return &crowd{
		k0: binary.LittleEndian.Uint64(sub), k1: binary.LittleEndian.Uint64(sub[8:]),
		rows: [2][]uint8{make([]uint8, crowdCells), make([]uint8, crowdCells)},
	}
}

// cells returns the cell of each row.
func (c *crowd) cells(secret []byte) [2]*uint8 {
	low, high := siphash.Hash128(c.k0, c.k1, secret)
	return [2]*uint8{&c.rows[0][low%crowdCells], &c.rows[1][high%crowdCells]}
}

func (c *crowd) add(secret []byte) {
	c.added++
	for _, cell := range c.cells(secret) {
		if *cell < 255 {
			*cell++
		}
	}
}

// of estimates how many accounts were met with a password.
func (c *crowd) of(secret []byte) int {
	cells := c.cells(secret)
	return int(min(*cells[0], *cells[1])) - int(c.added/crowdCells)
}
