package pipeline

import (
	"encoding/binary"
	"hash/maphash"
	"slices"

	"github.com/credsieve/credsieve/pipeline/spool"
)

// partitions of the stages between the phases. Each is worked on alone, so that memory holds one of them.
const partitions = 256

// spoolShare is the part of the memory of a run within which candidates do not touch the disk. It is small
// so that memory is the same for a small dump and a big one; 4 MiB hold about 100,000 candidates.
const (
	spoolShare   = 128
	smallestPile = 4 << 20
)

func (c Config) spoolLimit() int64 { return max(c.Memory/spoolShare, smallestPile) }

// intake takes the candidates as the dumps are read. A pair always comes to the same partition, so that
// each can be rid of duplicates on its own. Which one it is depends on a random seed, so that nobody can
// make a dump that fills one of them; what comes out does not depend on it.
type intake struct {
	spool   *spool.Spool
	balance *balance
	seed    maphash.Seed
	units   uint64
	scratch []byte
}

func newIntake(dir string, limit int64, b *balance) *intake {
	return &intake{spool: spool.New(dir, partitions, limit), balance: b, seed: maphash.MakeSeed()}
}

// add takes the pairs of one record.
//
// Of a made-up dump only the pairs are noted: its spelling of an identifier is no evidence.
func (t *intake) add(input uint32, evidence bool, found []joined) error {
	several := t.balance.record(len(found))
	inputs := [1]uint32{input}
	var seen map[uint32]struct{}
	if len(found) > fewAccounts {
		seen = make(map[uint32]struct{})
	}
	for i, f := range found {
		if !evidence {
			f.attribution, f.kind, f.ownPage = 0, 0, false
		}
		p := pair{
			account: f.account, secret: f.secret, digest: f.digest, kind: f.kind, attribution: f.attribution,
			ownPage: f.ownPage, inputs: inputs[:], unit: t.units, several: several,
			further: isFurther(found[:i], seen, f.account),
		}
		t.scratch = p.appendTo(t.scratch[:0])
		if err := t.spool.Add(t.partition(&p), t.scratch); err != nil {
			return err
		}
	}
	t.units++
	return nil
}

// isFurther reports whether an earlier pair of the record is of the same account. Of many accounts, seen are
// those of the pairs that it was asked about.
func isFurther(earlier []joined, seen map[uint32]struct{}, account uint32) bool {
	if seen == nil {
		return slices.ContainsFunc(earlier, func(f joined) bool { return f.account == account })
	}
	_, known := seen[account]
	seen[account] = struct{}{}
	return known
}

func (t *intake) partition(p *pair) int {
	var hash maphash.Hash
	hash.SetSeed(t.seed)
	hash.Write(binary.LittleEndian.AppendUint32(nil, p.account))
	hash.Write(p.secret)
	return int(hash.Sum64() % partitions)
}

// unify visits each pair once, with all its evidence. What visit is given it may keep.
func (t *intake) unify(visit func(p *pair) error) error {
	defer t.spool.Close()
	var kept keeper
	for part := range partitions {
		known := make(map[string]*pair)
		var all []*pair // in the order of the dumps
		var key []byte
		var read pair
		err := t.spool.Read(part, func(entry []byte) error {
			read.decode(entry)
			key = read.appendKey(key[:0])
			if first, ok := known[string(key)]; ok {
				first.merge(&read)
				t.balance.again(&read)
				return nil
			}
			p := kept.keep(&read)
			known[string(key)] = p
			all = append(all, p)
			t.balance.first(p)
			return nil
		})
		if err != nil {
			return err
		}
		clear(known)
		for _, p := range all {
			if err := visit(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// appendKey appends what makes two pairs the same.
func (p *pair) appendKey(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, p.account)
	if p.digest {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	return append(b, p.secret...)
}
