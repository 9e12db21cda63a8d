package dump

import (
	"github.com/credsieve/credsieve/datasets/dump/internal/claims"
	"github.com/credsieve/credsieve/datasets/dump/internal/sweep"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// The names of the sweep, for whoever asks [Block.Sweep].
type (
	// Mention is an address that stands in a block and that no record claims, with the texts beside it.
	Mention = sweep.Mention
	// SweepCounts are what a sweep has seen.
	SweepCounts = sweep.Counts
	// Sweeper finds what the records of blocks leave out. Each goroutine has its own.
	Sweeper = claims.Sweeper
	// Swept says what a sweep asks and tells.
	Swept = claims.Ask
)

// NewSweeper returns a sweeper.
func NewSweeper() *Sweeper { return claims.NewSweeper() }

// Look has the sweep of a block look at a record again, because it names one of ours: where the reader guesses, as in
// a list, what stands beside the address may have been cut in another way. It reports whether the record is loose: a line
// that the reader has only guessed at. It is called after Parse, with the number of the record in the block, in
// ascending order.
func (b *Block) Look(s *Sweeper, record int64) (loose bool) {
	return b.claims != nil && s.Look(b.claims, record)
}

// Loose reports what Look does, without having anything looked at again.
func (b *Block) Loose(record int64) bool { return b.claims != nil && b.claims.Loose(record) }

// Sweep looks at the text of a block without any notion of its format: at each e-mail address that no
// record of the block claims. It is called after Parse and before Release, on the same goroutine.
func (b *Block) Sweep(s *Sweeper, ask Swept) SweepCounts {
	if b.claims == nil {
		return SweepCounts{}
	}
	return s.Sweep(b.claims, ask)
}

// Place returns where a mention stands in its member.
func (b *Block) Place(m *Mention) leak.Position { return b.claims.Place(m) }
