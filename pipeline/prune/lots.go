package prune

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"

	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// AskedAccounts is about how many accounts say where a budget ends: it is within a percent or two of where all would have it end.
// Those of a smaller index all do, and it ends at the very pair.
const AskedAccounts = 1 << 16

// Lots are drawn for a budget: which accounts say where it ends, and in which order the pairs of one class come. They depend on
// the key alone, so that all who ask draw the same, and nobody without it can foresee them. They are not safe for concurrent use.
type Lots struct {
	oneIn int64 // accounts are asked
	seed  uint64
	mac   hash.Hash
	text  []byte
	sum   []byte
}

// NewLots returns the lots of an index with so many rows, of which about so many are asked.
func NewLots(key *hashing.Key, rows, asked int64) *Lots {
	sub := key.Derive(hashing.PurposeLots, nil, 8+sha256.Size)
	return &Lots{
		oneIn: max((rows+asked-1)/asked, 1), seed: binary.LittleEndian.Uint64(sub), mac: hmac.New(sha256.New, sub[8:]),
	}
}

// Asked reports whether an account is one of those that say where a budget ends.
func (l *Lots) Asked(row uint32) bool {
	return l.oneIn == 1 || mix(mix(uint64(row)^l.seed)+l.seed)%uint64(l.oneIn) == 0
}

// of is the lot of a pair.
func (l *Lots) of(p *pair.Pair) uint64 {
	l.text = append(binary.LittleEndian.AppendUint32(l.text[:0], p.Account), byte(order(p.Digest)))
	l.text = append(l.text, p.Secret...)
	l.mac.Reset()
	l.mac.Write(l.text)
	clear(l.text)
	l.sum = l.mac.Sum(l.sum[:0])
	return binary.LittleEndian.Uint64(l.sum)
}
