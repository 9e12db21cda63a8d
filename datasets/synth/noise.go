package synth

import (
	"math/rand/v2"
	"strconv"
)

// noiseMaker makes records of people that are in no export. The record follows from its number
// alone, so that a later dump can repeat it without anybody having kept it. Made for the hot
// loop: PCG can be seeded again and again without an allocation, ChaCha8 costs ten times as much.
type noiseMaker struct {
	key          uint64
	pcg          rand.PCG
	id, password []byte
}

func newNoiseMaker(seed uint64) *noiseMaker {
	return &noiseMaker{key: newStream(seed, "noise").Uint64()}
}

// record returns noise record n; the slices are valid until the next call.
//
// The number stands inside the local part, with a syllable after it: no two records share an
// identifier, and none is an account's.
func (m *noiseMaker) record(n uint64) (id, password []byte) {
	m.pcg.Seed(m.key, n)
	x, y := m.pcg.Uint64(), m.pcg.Uint64()

	id = appendSyllable(m.id[:0], x)
	id = appendSyllable(id, x>>6)
	id = strconv.AppendUint(id, n, 10)
	id = appendSyllable(id, x>>12)
	if x>>18&7 != 0 {
		id = append(id, '@')
		id = append(id, noiseDomains[x>>21&3]...)
	}

	password = appendSyllable(m.password[:0], y)
	password = appendSyllable(password, y>>6)
	if y>>12&1 != 0 {
		password[0] -= 'a' - 'A'
		password = appendSyllable(password, y>>13)
	}
	password = strconv.AppendUint(password, 10+y>>19&0x3ff, 10)
	if y>>29&1 != 0 {
		password = append(password, "!#*?"[y>>30&3])
	}
	m.id, m.password = id, password
	return id, password
}
