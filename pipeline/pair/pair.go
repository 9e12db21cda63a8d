package pair

import (
	"encoding/binary"
	"slices"

	"github.com/credsieve/credsieve/hashing"
)

// A Pair is one leaked password for one account, with everything that the dumps say about it.
//
// A record and a pair are different things: one record can name two accounts (a shared address) or can be
// cut in two ways, and many records can hold the same pair. The counts are in records, so each pair
// belongs to the first record that brought it, its unit; a record that brings no new pair is a duplicate.
type Pair struct {
	Account     uint32 // row of the index
	Secret      []byte
	Digest      bool // Secret is a digest of the password, see Found
	Kind        hashing.Kind
	Attribution hashing.Attribution
	Inputs      []uint32 // inputs that hold it, ascending
	Unit        Unit     // of the record that brought it
	Several     bool     // that record brought other pairs too
	OwnPage     bool     // a record says that it was typed into our own login page
	Further     bool     // not that record's first reading for the account
}

// Alone returns a copy for a finding, which lives until the end of the run: without the secret, that nobody
// needs any more, and without whatever the pair shares its memory with.
func (p *Pair) Alone() *Pair {
	alone := *p
	alone.Secret, alone.Inputs = nil, slices.Clone(p.Inputs)
	return &alone
}

// The ways in which a pair is verified.
const (
	MatchExact   = "exact"
	MatchWrapped = "wrapped"
)

// Match names the way in which the pair is verified.
func (p *Pair) Match() string {
	if p.Digest {
		return MatchWrapped
	}
	return MatchExact
}

// Merge notes one more record with the same pair; records come in the order of the dumps. It is not a further reading
// any more when it is the first reading of any record that is evidence.
func (p *Pair) Merge(q *Pair) {
	switch {
	case q.Attribution == hashing.AttributionUnspecified:
	case p.Attribution == hashing.AttributionUnspecified:
		p.Further = q.Further
	default:
		p.Further = p.Further && q.Further
	}
	if last := q.Inputs[0]; p.Inputs[len(p.Inputs)-1] != last {
		p.Inputs = append(p.Inputs, last)
	}
	p.OwnPage = p.OwnPage || q.OwnPage
	if q.Attribution.Better(p.Attribution) {
		p.Attribution, p.Kind = q.Attribution, q.Kind
	}
}

// Flags beside the kind in an entry.
const (
	flagSeveral = 1 << 4
	flagOwnPage = 1 << 5
	flagFurther = 1 << 6
	flagDigest  = 1 << 7
	flags       = flagSeveral | flagOwnPage | flagFurther | flagDigest
)

// AppendTo encodes a pair as an entry of a spool.
func (p *Pair) AppendTo(b []byte) []byte {
	kind := byte(p.Kind)
	if p.Several {
		kind |= flagSeveral
	}
	if p.OwnPage {
		kind |= flagOwnPage
	}
	if p.Further {
		kind |= flagFurther
	}
	if p.Digest {
		kind |= flagDigest
	}
	b = append(b, kind, byte(p.Attribution))
	b = binary.AppendUvarint(b, uint64(p.Account))
	b = binary.AppendUvarint(b, uint64(p.Unit.Input))
	b = binary.AppendUvarint(b, p.Unit.Record)
	b = binary.AppendUvarint(b, uint64(len(p.Inputs)))
	last := uint32(0)
	for _, in := range p.Inputs {
		b = binary.AppendUvarint(b, uint64(in-last))
		last = in
	}
	return append(b, p.Secret...)
}

// Decode reads what AppendTo wrote. The secret points into the entry; the room of p.Inputs is used again.
func (p *Pair) Decode(b []byte) {
	number := func() uint64 {
		v, n := binary.Uvarint(b)
		b = b[n:]
		return v
	}
	*p = Pair{
		Kind: hashing.Kind(b[0] &^ flags), Attribution: hashing.Attribution(b[1]),
		Several: b[0]&flagSeveral != 0, Further: b[0]&flagFurther != 0,
		Digest: b[0]&flagDigest != 0, OwnPage: b[0]&flagOwnPage != 0,
		Inputs: p.Inputs[:0],
	}
	b = b[2:]
	p.Account = uint32(number())
	p.Unit.Input = uint32(number())
	p.Unit.Record = number()
	last := uint32(0)
	for n := number(); n > 0; n-- {
		last += uint32(number())
		p.Inputs = append(p.Inputs, last)
	}
	p.Secret = b
}

// appendKey appends what makes two pairs the same.
func (p *Pair) appendKey(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, p.Account)
	if p.Digest {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	return append(b, p.Secret...)
}
