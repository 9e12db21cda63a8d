package prune

import (
	"context"

	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/spool"
)

// Sample is the pairs of the accounts that say where a budget ends. A nil one takes none, and has none.
type Sample struct {
	lots  *Lots
	parts pair.Parts
	byRow *spool.Spool
	dir   string
	limit int64
	read  pair.Pair
}

// NewSample returns an empty sample of an index with so many rows. More than limit bytes go to a sealed file in dir.
func NewSample(lots *Lots, rows int64, dir string, limit int64) *Sample {
	return &Sample{
		lots: lots, parts: pair.NewParts(rows), byRow: spool.New(dir, pair.Partitions, limit), dir: dir, limit: limit,
	}
}

// Add takes an encoded pair, if its account is asked.
func (s *Sample) Add(entry []byte) error {
	if s == nil {
		return nil
	}
	if s.read.Decode(entry); !s.lots.Asked(s.read.Account) {
		return nil
	}
	return s.byRow.Add(s.parts.Of(s.read.Account), entry)
}

// Each visits the encoded pairs, those of one account in the order in which they came. The sample is empty afterwards.
func (s *Sample) Each(visit func(entry []byte) error) error {
	if s == nil {
		return nil
	}
	for part := range pair.Partitions {
		if err := s.byRow.Read(part, visit); err != nil {
			return err
		}
	}
	return nil
}

// Cut decides where a budget ends, by the rules that the pairs of all accounts are pruned by: so many seconds of verifying when it is
// timed, else so many pairs. Each pair was added once. The sample is empty afterwards.
func (s *Sample) Cut(ctx context.Context, rules Rules, budget float64, timed bool) (*Cut, error) {
	defer s.Close()
	rules.draft, rules.Lots, rules.Drop = newDraft(rules.Survey.Inputs, s.lots, s.dir, s.limit), s.lots, func(*pair.Pair, pair.State) {}
	defer rules.draft.Close()
	rules.draft.timed = timed
	if err := rules.All(ctx, s.byRow, nil); err != nil { // the draft takes them
		return nil, err
	}
	return rules.draft.decide(budget)
}

// Close gives everything free. It may be called more than once.
func (s *Sample) Close() {
	if s != nil {
		s.byRow.Close()
	}
}
