package screen

import (
	"hash/crc32"
	"slices"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// Config is what a screener needs.
type Config struct {
	Index      *index.Index
	Key        *hashing.Key
	Recipes    *verify.Recipes
	OwnDomains []string // of our own login pages, with all below them
}

// Screener asks for each record of a block whether it names an account of ours. It is not safe for concurrent
// use: each worker has its own.
type Screener struct {
	index    *index.Index
	judge    *judge
	ownPages ownPages
	rows     []uint32
	named    []named // accounts under the identifier looked at last
	aliases  int     // of them that are named by an alias only, the last ones
	many     map[uint32]struct{}
	batch    *batch // records that are still to be screened
	hit      Hit    // of the record looked at last
	kept     hitKeeper
	expected int // hits in the next block: as many as in the one before, and some more
	result   *Result

	sweeper  *dump.Sweeper
	swept    Swept // of the block under way
	mentions map[uint32]Mention
	asked    [1]leak.Cut
}

// named is an account under one form of an identifier.
type named struct {
	account     uint32
	kind        hashing.Kind
	attribution hashing.Attribution
}

// New returns a screener.
func New(cfg Config) *Screener {
	return &Screener{
		index: cfg.Index, ownPages: newOwnPages(cfg.OwnDomains),
		batch: newBatch(hashing.NewCanonicalizer(), hashing.NewTokenizer(cfg.Key)),
		judge: newJudge(cfg.Index, cfg.Recipes), many: make(map[uint32]struct{}),
		sweeper: dump.NewSweeper(), mentions: make(map[uint32]Mention),
	}
}

// Block screens the records of a block to its end, sweeps what they leave out, and releases it.
func (s *Screener) Block(block *dump.Block) *Result {
	defer block.Release()
	s.result = &Result{Member: block.Member, Rejects: block.Rejects, Hits: make([]Hit, 0, s.expected)}
	block.Parse(s.record, func(r leak.Reject) { s.result.Rejects = append(s.result.Rejects, r) })
	s.flush()
	s.result.Swept = s.sweep(block, s.result.Hits)
	s.expected = len(s.result.Hits) * 5 / 4
	slices.SortStableFunc(s.result.Rejects, func(a, b leak.Reject) int {
		return int(a.Offset - b.Offset)
	})
	return s.result
}

// record takes a record into the batch.
func (s *Screener) record(rec *leak.Record) {
	if s.batch.full() {
		s.flush()
	}
	s.result.Records++
	s.batch.add(rec)
}

// flush screens the batch: what the filter knows nothing of is done.
func (s *Screener) flush() {
	b := s.batch
	b.ask(s.index.MayContainAll)
	if known := b.known(); len(known) > 1 {
		s.index.Touch(known)
	}
	cut, token := 0, 0
	first := s.result.Records - int64(b.n)
	for i, rec := range b.records[:b.n] {
		if slices.Contains(b.passed[token:rec.tokens], true) {
			s.join(first+int64(i), cut, rec.cuts, token)
		} else {
			s.result.ScreenedOut++
		}
		cut, token = rec.cuts, rec.tokens
	}
	b.reset()
}

// join tries the cuts of one record of the batch: the filter knows our users, and so which cut is right.
func (s *Screener) join(record int64, cut, end, token int) {
	h := &s.hit
	h.reset(record)
	first, token0 := cut, token
	for ; cut < end; cut++ {
		c := &s.batch.cuts[cut]
		if !c.shares {
			s.look(token, c.tokens)
			token = c.tokens
		}
		for i, n := range s.named {
			o := s.judge.of(n.account, &c.Cut)
			if !s.hasTurn(i, c.Secret) {
				h.add(n, nil, opinion{equal: o.equal}, false)
				h.Untried = append(h.Untried, n.account)
				continue
			}
			h.add(n, c.Secret, o, s.ownPages.are(c.Host))
		}
	}
	if len(h.Accounts) > 0 {
		s.further(h, first, end, token0)
		s.result.Hits = append(s.result.Hits, s.kept.keep(h))
	} else {
		s.result.FalseHits++
	}
}

// maxFurther bounds how many verifications the further readings of a record can cost an account.
const maxFurther = 8

// further tries what the secrets of a record may stand for beside themselves, after all that they are. Few records come
// here.
func (s *Screener) further(h *Hit, cut, end, token int) {
	had := len(h.Pairs)
	for ; cut < end && len(h.Pairs) < had+maxFurther*len(h.Accounts); cut++ {
		c := &s.batch.cuts[cut]
		readings := s.sweeper.Further(c.Secret)
		if !c.shares {
			if len(readings) > 0 || cut+1 < end && s.batch.cuts[cut+1].shares {
				s.look(token, c.tokens)
			}
			token = c.tokens
		}
		for _, text := range readings {
			for i, n := range s.named {
				if s.hasTurn(i, text) {
					h.add(n, text, s.judge.of(n.account, &leak.Cut{Secret: text, Testable: true}), s.ownPages.are(c.Host))
				}
			}
		}
	}
}

// look fills named with the accounts under the forms of an identifier.
func (s *Screener) look(token, end int) {
	s.named, s.aliases = s.named[:0], 0
	clear(s.many)
	for ; token < end; token++ {
		if !s.batch.passed[token] {
			continue
		}
		form := s.batch.forms[token]
		s.rows = s.index.Lookup(s.batch.tokens[token], s.rows[:0])
		for _, row := range s.rows {
			if !s.isNamed(row) { // exact forms come first, so an alias never hides an exact match
				s.named = append(s.named, named{row, form.kind, form.attribution})
				if form.attribution == hashing.AttributionAlias {
					s.aliases++
				}
			}
		}
	}
}

// MaxAliasAccounts is how many accounts a password is tried for that a dump names under a variant of their address only.
// A mailbox has one user, perhaps with a few accounts; whoever registers a thousand variants of an address must not have a
// thousand verifications for each leaked password of it.
const MaxAliasAccounts = 16

// hasTurn chooses the accounts under an alias that a password is tried for: the same for the same password, others for
// another one, so that no account is left out for good.
func (s *Screener) hasTurn(place int, secret []byte) bool {
	exact := len(s.named) - s.aliases // they come first
	if s.aliases <= MaxAliasAccounts || place < exact {
		return true
	}
	first := int(crc32.ChecksumIEEE(secret) % uint32(s.aliases))
	return (place-exact-first+s.aliases)%s.aliases < MaxAliasAccounts
}

// isNamed looks at each of a few accounts, and keeps many in a map.
func (s *Screener) isNamed(row uint32) bool {
	if len(s.named) <= pair.FewAccounts {
		return slices.ContainsFunc(s.named, func(n named) bool { return n.account == row })
	}
	for _, n := range s.named[len(s.many):] { // each is named once
		s.many[n.account] = struct{}{}
	}
	_, known := s.many[row]
	return known
}

// Meet returns the accounts that an identifier names, by row, as the filter and the vault find them: those that a
// record would meet. The list is valid until the screener is used again.
func (s *Screener) Meet(kind hashing.Kind, identifier string) []uint32 {
	defer s.batch.reset()
	cut := leak.Cut{Kind: kind, Identifier: []byte(identifier)}
	s.batch.add(&leak.Record{Cuts: []leak.Cut{cut}})
	s.batch.ask(s.index.MayContainAll)
	s.look(0, len(s.batch.tokens))
	s.rows = s.rows[:0]
	for _, n := range s.named {
		s.rows = append(s.rows, n.account)
	}
	return s.rows
}
