package screen

import (
	"cmp"
	"maps"
	"slices"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// Swept is what the sweep of a block has found: addresses of ours that no record of it claims.
type Swept struct {
	Addresses   int64 // that were looked at = Claimed + ScreenedOut + Named
	Claimed     int64 // by records
	ScreenedOut int64 // not ours
	Named       int64 // ours = Tried + HashOnly + Untried
	Tried       int64 // with texts that can be verified
	HashOnly    int64 // with hashes that cannot
	Untried     int64 // with neither, or with more of them than a limit allows
	Cut         int64 // of which a limit kept texts back

	Mentions []Mention    // accounts that were named, by row, each once
	Texts    []pair.Found // in the order of the block
}

// Mention is an account that a block names beside its records.
type Mention struct {
	Account uint32
	Hash    bool // a hash stands beside it that cannot be tested
	Equal   bool // and it is the stored hash itself
	Cut     bool // a limit kept texts back
}

// sweep sweeps a block of which the records were screened.
func (s *Screener) sweep(block *dump.Block, hits []Hit) Swept {
	for i := range hits {
		hits[i].Loose = block.Look(s.sweeper, hits[i].Record)
	}
	s.swept = Swept{}
	clear(s.mentions)
	counts := block.Sweep(s.sweeper, dump.Swept{Ours: s.ours, Found: s.found})
	s.swept.Addresses, s.swept.Claimed = counts.Addresses, counts.Claimed
	s.swept.ScreenedOut, s.swept.Named = counts.Unknown, counts.Named
	s.swept.Mentions = slices.SortedFunc(maps.Values(s.mentions), func(a, b Mention) int {
		return cmp.Compare(a.Account, b.Account)
	})
	return s.swept
}

// ours reports whether an address names accounts, and leaves them in named.
func (s *Screener) ours(address []byte) bool {
	b := s.batch
	defer b.reset()
	s.asked[0] = leak.Cut{Kind: hashing.KindEmail, Identifier: address}
	b.add(&leak.Record{Cuts: s.asked[:]})
	b.ask(s.index.MayContainAll)
	s.named = s.named[:0]
	if slices.Contains(b.passed, true) {
		s.look(0, len(b.tokens))
	}
	return len(s.named) > 0
}

// found takes in an address of ours with what stands beside it.
func (s *Screener) found(m *dump.Mention) {
	s.ours(m.Address)
	tried, hash := false, false
	for i, n := range s.named {
		known := s.mentions[n.account]
		turn := s.hasTurn(i, m.Address)
		known.Account, known.Cut = n.account, known.Cut || m.Cut || !turn
		n.attribution = hashing.AttributionNearby
		first := len(s.swept.Texts)
		for _, text := range m.Texts {
			o := s.judge.of(n.account, &leak.Cut{Secret: text, Testable: true})
			known.Equal = known.Equal || o.equal
			if turn {
				s.text(n, text, o, first)
				tried = tried || o.plain || o.discarded || o.digest != nil
			}
		}
		for _, text := range m.Hashes {
			o := s.judge.of(n.account, &leak.Cut{Secret: text})
			if turn {
				s.text(n, text, o, first)
				tried = tried || o.digest != nil
			}
			known.Equal = known.Equal || o.equal
			if o.digest == nil {
				known.Hash, hash = true, true
			}
		}
		s.mentions[n.account] = known
	}
	if m.Cut {
		s.swept.Cut++
	}
	switch {
	case tried:
		s.swept.Tried++
	case hash:
		s.swept.HashOnly++
	default:
		s.swept.Untried++
	}
}

// text keeps what can be verified of a text; those of one mention begin at first.
func (s *Screener) text(n named, text []byte, o opinion, first int) {
	keep := func(secret []byte, digest bool) {
		s.swept.Texts = append(s.swept.Texts, pair.Found{
			Account: n.account, Kind: n.kind, Attribution: n.attribution, Digest: digest,
			Secret: s.kept.secrets.Clone(secret), Further: len(s.swept.Texts) > first,
		})
	}
	if o.digest != nil {
		keep(o.digest, true)
	}
	if o.plain {
		keep(text, false)
	}
}
