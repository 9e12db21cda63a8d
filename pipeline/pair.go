package pipeline

import (
	"encoding/binary"
	"slices"

	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
)

// A pair is one leaked password for one account, with everything that the dumps say about it.
//
// A record and a pair are different things: one record can name two accounts (a shared address) or can be
// cut in two ways, and many records can hold the same pair. The counts are in records, so each pair
// belongs to the first record that brought it, its unit; a record that brings no new pair is a duplicate.
type pair struct {
	account     uint32
	secret      []byte
	digest      bool // secret is a digest of the password, see joined
	kind        hashing.Kind
	attribution hashing.Attribution
	inputs      []uint32 // inputs that hold it, ascending
	unit        uint64   // number of the record that brought it, among those with candidates
	several     uint32   // what balance gave that record: 0 when the pair is its only one
	ownPage     bool     // a record says that it was typed into our own login page
	further     bool     // not that record's first reading for the account
	truncated   bool     // the stored hash looked at the first bytes of it only
	score       float64  // expected yield, see yield.go
	state       pairState
	cause       stored.Cause // of an indeterminate pair
}

// pairState is what became of a pair. The order matters: a record that brought several pairs counts under
// the greatest of their states.
type pairState uint8

const (
	stateUnspecified pairState = iota
	statePending               // not decided yet
	statePrunedPolicy
	stateRemembered
	stateOverCap
	stateMoot
	stateRefuted
	stateUnchecked
	stateIndeterminate
	stateConfirmed
	stateCount
)

// alone returns a copy for a finding, which lives until the end of the run: without the secret, that nobody
// needs any more, and without whatever the pair shares its memory with.
func (p *pair) alone() *pair {
	alone := *p
	alone.secret, alone.inputs = nil, slices.Clone(p.inputs)
	return &alone
}

// match names the way in which the pair was verified.
func (p *pair) match() string {
	if p.digest {
		return "wrapped"
	}
	return "exact"
}

// merge notes one more record with the same pair. It is no further reading any more when it is the first
// reading of any record that is evidence.
func (p *pair) merge(q *pair) {
	switch {
	case q.attribution == hashing.AttributionUnspecified:
	case p.attribution == hashing.AttributionUnspecified:
		p.further = q.further
	default:
		p.further = p.further && q.further
	}
	if last := q.inputs[0]; p.inputs[len(p.inputs)-1] != last {
		p.inputs = append(p.inputs, last)
	}
	p.ownPage = p.ownPage || q.ownPage
	if (joined{attribution: q.attribution}).betters(p.attribution) {
		p.attribution, p.kind = q.attribution, q.kind
	}
}

// Flags beside the kind in an entry.
const (
	flagOwnPage = 1 << 5
	flagFurther = 1 << 6
	flagDigest  = 1 << 7
)

// appendTo encodes a pair as an entry of a spool; its state and cause are not part of it.
func (p *pair) appendTo(b []byte) []byte {
	kind := byte(p.kind)
	if p.further {
		kind |= flagFurther
	}
	if p.digest {
		kind |= flagDigest
	}
	if p.ownPage {
		kind |= flagOwnPage
	}
	b = append(b, kind, byte(p.attribution))
	b = binary.AppendUvarint(b, uint64(p.account))
	b = binary.AppendUvarint(b, p.unit)
	b = binary.AppendUvarint(b, uint64(p.several))
	b = binary.AppendUvarint(b, uint64(len(p.inputs)))
	last := uint32(0)
	for _, in := range p.inputs {
		b = binary.AppendUvarint(b, uint64(in-last))
		last = in
	}
	return append(b, p.secret...)
}

// decode reads what appendTo wrote. The secret points into the entry.
func (p *pair) decode(b []byte) {
	number := func() uint64 {
		v, n := binary.Uvarint(b)
		b = b[n:]
		return v
	}
	*p = pair{
		kind: hashing.Kind(b[0] &^ (flagFurther | flagDigest | flagOwnPage)), attribution: hashing.Attribution(b[1]),
		further: b[0]&flagFurther != 0, digest: b[0]&flagDigest != 0, ownPage: b[0]&flagOwnPage != 0,
		inputs: p.inputs[:0],
	}
	b = b[2:]
	p.account = uint32(number())
	p.unit = number()
	p.several = uint32(number())
	last := uint32(0)
	for n := number(); n > 0; n-- {
		last += uint32(number())
		p.inputs = append(p.inputs, last)
	}
	p.secret = b
}
