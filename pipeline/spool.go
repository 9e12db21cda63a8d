package pipeline

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/credsieve/credsieve/hashing"
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
	truncated   bool // the stored hash looked at the first bytes of it only
	kind        hashing.Kind
	attribution hashing.Attribution
	inputs      []uint32 // inputs that hold it, ascending
	unit        uint32   // number of the record that brought it
	ownPage     bool     // a record says that it was typed into our own login page
	further     bool     // not that record's first reading for the account
	state       pairState
	cause       hashing.Cause // of an indeterminate pair
}

// match names the way in which the pair was verified.
func (p *pair) match() string {
	if p.digest {
		return "wrapped"
	}
	return "exact"
}

// pairState is what became of a pair. The order matters: a record that brought several pairs counts under
// the greatest of their states.
type pairState uint8

const (
	stateUnspecified pairState = iota
	statePrunedPolicy
	stateOverCap
	stateMoot
	stateRefuted
	stateUnchecked
	stateIndeterminate
	stateConfirmed
)

// spool keeps the candidates between the phases, each pair once. It lives in memory only.
type spool struct {
	byKey   map[string]*pair
	pairs   []*pair // in the order of the dumps
	units   uint32
	size    int64 // estimate, bytes
	limit   int64
	scratch []byte
}

// pairOverhead is what a pair costs in memory beside its secret: the struct, its place in map and slice,
// and the list of inputs.
const pairOverhead = 240

func newSpool(limit int64) *spool {
	return &spool{byKey: make(map[string]*pair), limit: limit}
}

// add takes the pairs of one record and reports whether any of them is new.
//
// Of a made-up dump only the pairs are noted: its spelling of an identifier is no evidence.
func (s *spool) add(input uint32, evidence bool, found []joined) (bool, error) {
	fresh := false
	for i, f := range found {
		if !evidence {
			f.attribution, f.kind, f.ownPage = hashing.AttributionUnspecified, hashing.KindUnspecified, false
		}
		s.scratch = binary.BigEndian.AppendUint32(s.scratch[:0], f.account)
		s.scratch = append(s.scratch, sort(f.digest))
		s.scratch = append(s.scratch, f.secret...)
		if known, ok := s.byKey[string(s.scratch)]; ok {
			known.merge(input, f)
			continue
		}
		key := string(s.scratch)
		p := &pair{
			account: f.account, secret: []byte(key)[5:], digest: f.digest, kind: f.kind, attribution: f.attribution,
			ownPage: f.ownPage, inputs: []uint32{input}, unit: s.units, further: names(found[:i], f.account),
		}
		s.byKey[key] = p
		s.pairs = append(s.pairs, p)
		s.size += pairOverhead + 2*int64(len(key))
		fresh = true
	}
	if fresh {
		s.units++
	}
	if s.size > s.limit {
		return false, &MemoryError{Limit: s.limit}
	}
	return fresh, nil
}

// sort keeps a password apart from a digest of the same text.
func sort(digest bool) byte {
	if digest {
		return 'd'
	}
	return 'p'
}

// names reports whether one of the pairs is of the account.
func names(pairs []joined, account uint32) bool {
	return slices.ContainsFunc(pairs, func(j joined) bool { return j.account == account })
}

// MemoryError says that the candidates of a run do not fit.
type MemoryError struct{ Limit int64 } // bytes

func (e *MemoryError) Error() string {
	return fmt.Sprintf("the candidates need more than %d MiB, half of the memory of this run", e.Limit>>20)
}

// Hint names the ways out.
func (e *MemoryError) Hint() string { return "raise --memory, or scan fewer dumps at once" }

// merge notes one more record with the same pair.
func (p *pair) merge(input uint32, f joined) {
	if p.inputs[len(p.inputs)-1] != input {
		p.inputs = append(p.inputs, input)
	}
	p.ownPage = p.ownPage || f.ownPage
	if f.betters(p.attribution) {
		p.attribution, p.kind = f.attribution, f.kind
	}
}
