package pair

import (
	"context"
	"encoding/binary"
	"hash/maphash"
	"slices"

	"github.com/credsieve/credsieve/datasets/fault"
	"github.com/credsieve/credsieve/pipeline/spool"
)

// Intake takes the candidates as the dumps are read. A pair always comes to the same partition, so that
// each can be rid of duplicates on its own. Which one it is depends on a random seed, so that nobody can
// make a dump that fills one of them; what comes out does not depend on it.
type Intake struct {
	spool   *spool.Spool
	balance *Balance
	seed    maphash.Seed
	parts   *Parts // of the accounts, nil: by seed
	scratch []byte
}

// NewIntake returns an empty intake, whose records b counts. More than limit bytes go to a sealed file in dir.
func NewIntake(dir string, limit int64, b *Balance) *Intake {
	return &Intake{spool: spool.New(dir, Partitions, limit), balance: b, seed: maphash.MakeSeed()}
}

// NewIntakeBy is NewIntake for candidates that are handed on: it keeps those of each of so many partitions of the
// accounts, for Each.
func NewIntakeBy(parts Parts, partitions int, dir string, limit int64, b *Balance) *Intake {
	return &Intake{spool: spool.New(dir, partitions, limit), balance: b, parts: &parts}
}

// Each visits the entries of a partition of an intake that NewIntakeBy made, in the order of the dumps, and frees it.
func (t *Intake) Each(part int, visit func(entry []byte) error) error {
	return t.spool.Read(part, visit)
}

// Restore takes an entry of another intake, whose balance knows its record. Entries come in the order of the dumps.
func (t *Intake) Restore(entry []byte) error {
	var p Pair
	p.Decode(entry)
	return t.spool.Add(t.partition(&p), entry)
}

// Add takes the pairs of one record, one at least; the records of an input come in the order of their units, and the
// texts of its sweep as well.
//
// Of a made-up dump, which is not evidence, only the pairs are noted: its spelling of an identifier says nothing.
func (t *Intake) Add(unit Unit, evidence bool, found []Found) error {
	several := t.balance.Record(unit, len(found))
	var seen map[uint32]struct{}
	if len(found) > FewAccounts {
		seen = make(map[uint32]struct{})
	}
	for i, f := range found {
		f.Further = isFurther(found[:i], seen, f.Account)
		if err := t.add(unit, several, evidence, f); err != nil {
			return err
		}
	}
	return nil
}

// AddSwept takes a text that a sweep has found beside an address.
func (t *Intake) AddSwept(unit Unit, evidence bool, f Found) error {
	return t.add(unit, false, evidence, f)
}

func (t *Intake) add(unit Unit, several, evidence bool, f Found) error {
	if !evidence {
		f.Attribution, f.Kind, f.OwnPage = 0, 0, false
	}
	inputs := [1]uint32{unit.Input}
	p := Pair{
		Account: f.Account, Secret: f.Secret, Digest: f.Digest, Kind: f.Kind, Attribution: f.Attribution,
		OwnPage: f.OwnPage, Inputs: inputs[:], Unit: unit, Several: several, Further: f.Further,
	}
	t.scratch = p.AppendTo(t.scratch[:0])
	return t.spool.Add(t.partition(&p), t.scratch)
}

// isFurther reports whether an earlier pair of the record is of the same account. Of many accounts, seen are
// those of the pairs that it was asked about.
func isFurther(earlier []Found, seen map[uint32]struct{}, account uint32) bool {
	if seen == nil {
		return slices.ContainsFunc(earlier, func(f Found) bool { return f.Account == account })
	}
	_, known := seen[account]
	seen[account] = struct{}{}
	return known
}

func (t *Intake) partition(p *Pair) int {
	if t.parts != nil {
		return t.parts.Of(p.Account)
	}
	var hash maphash.Hash
	hash.SetSeed(t.seed)
	hash.Write(binary.LittleEndian.AppendUint32(nil, p.Account))
	hash.Write(p.Secret)
	return int(hash.Sum64() % Partitions)
}

// Unify visits each pair once, with all its evidence, and leaves the intake empty. What visit is given it may keep.
// While it is at the pairs of one partition, those of the next are read.
func (t *Intake) Unify(visit func(p *Pair) error) error {
	defer t.spool.Close()
	unified := make(chan []*Pair, 1)
	group, ctx := fault.NewGroup(context.Background())
	group.Go(func() error {
		defer close(unified)
		var kept Keeper
		for part := range Partitions {
			all, err := t.unify(part, &kept)
			if err != nil {
				return err
			}
			select {
			case unified <- all:
			case <-ctx.Done():
				return nil // visit has failed
			}
		}
		return nil
	})
	group.Go(func() error {
		for all := range unified {
			for _, p := range all {
				if err := visit(p); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return group.Wait()
}

// unify returns the pairs of a partition, in the order of the dumps.
func (t *Intake) unify(part int, kept *Keeper) (all []*Pair, err error) {
	known := make(map[string]*Pair)
	var key []byte
	var read Pair
	err = t.spool.Read(part, func(entry []byte) error {
		read.Decode(entry)
		key = read.appendKey(key[:0])
		if first, ok := known[string(key)]; ok {
			first.Merge(&read)
			if first.Unit.Swept() && !read.Unit.Swept() { // the record it is that brought the pair
				first.Unit, first.Several = read.Unit, read.Several
				t.balance.First(&read)
			} else {
				t.balance.Again(&read)
			}
			return nil
		}
		p := kept.Keep(&read)
		known[string(key)] = p
		all = append(all, p)
		t.balance.First(p)
		return nil
	})
	return all, err
}

// OnDisk is how many bytes of candidates lie in the sealed file.
func (t *Intake) OnDisk() int64 { return t.spool.OnDisk() }

// Close gives everything free. It may be called more than once.
func (t *Intake) Close() { t.spool.Close() }
