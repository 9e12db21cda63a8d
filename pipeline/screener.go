package pipeline

import (
	"bytes"
	"slices"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// blockResult is what one block held.
type blockResult struct {
	member      string
	records     int64
	screenedOut int64
	falseHits   int64
	hits        []hit // records that joined an account, in order
	rejects     []dump.Reject
}

// hit is one record that names an account of ours.
type hit struct {
	record    int64        // number in the block
	accounts  []uint32     // named by the record, each once
	pairs     []pair.Found // empty: the record holds nothing that can be verified
	equal     []uint32     // accounts whose stored hash the record holds
	discarded bool         // a password was left out because of an account's tag

	shared *sharing // nil: few accounts
}

// screener asks for each record of a block whether it names an account of ours. Each worker has its own.
type screener struct {
	index     *index.Index
	canonical *hashing.Canonicalizer
	tokens    hashing.Tokenizer
	judge     *judge
	ownPages  ownPages
	rows      []uint32
	named     []named // accounts under the identifier looked at last
	many      map[uint32]struct{}
	batch     *batch // records that are still to be screened
	hit       hit    // of the record looked at last
	kept      hitKeeper
	expected  int // hits in the next block: as many as in the one before, and some more
	result    *blockResult
}

// named is an account under one form of an identifier.
type named struct {
	account     uint32
	kind        hashing.Kind
	attribution hashing.Attribution
}

func newScreener(ix *index.Index, key *hashing.Key, recipes *verify.Recipes, own ownPages) *screener {
	return &screener{
		index: ix, ownPages: own, canonical: hashing.NewCanonicalizer(), tokens: hashing.NewTokenizer(key),
		batch: newBatch(),
		judge: newJudge(ix, recipes), many: make(map[uint32]struct{}),
	}
}

func (s *screener) screen(block *dump.Block) *blockResult {
	defer block.Release()
	s.result = &blockResult{member: block.Member, rejects: block.Rejects, hits: make([]hit, 0, s.expected)}
	block.Parse(s.record, func(r dump.Reject) { s.result.rejects = append(s.result.rejects, r) })
	s.flush()
	s.expected = len(s.result.hits) * 5 / 4
	slices.SortStableFunc(s.result.rejects, func(a, b dump.Reject) int {
		return int(a.Offset - b.Offset)
	})
	return s.result
}

// record takes a record into the batch.
func (s *screener) record(rec *dump.Record) {
	if s.batch.full() {
		s.flush()
	}
	s.result.records++
	s.batch.add(rec, s.canonical, s.tokens)
}

// flush screens the batch: what the filter knows nothing of is done.
func (s *screener) flush() {
	b := s.batch
	b.ask(s.index.MayContainAll)
	cut, token := 0, 0
	first := s.result.records - int64(b.n)
	for i, rec := range b.records[:b.n] {
		if slices.Contains(b.passed[token:rec.tokens], true) {
			s.join(first+int64(i), cut, rec.cuts, token)
		} else {
			s.result.screenedOut++
		}
		cut, token = rec.cuts, rec.tokens
	}
	b.reset()
}

// join tries the cuts of one record of the batch: the filter knows our users, and so which cut is right.
func (s *screener) join(record int64, cut, end, token int) {
	h := &s.hit
	h.reset(record)
	for ; cut < end; cut++ {
		c := &s.batch.cuts[cut]
		if !c.shares {
			s.look(token, c.tokens)
			token = c.tokens
		}
		for _, n := range s.named {
			h.add(n, c.Secret, s.judge.of(n.account, &c.Cut), s.ownPages.are(c.Host))
		}
	}
	if len(h.accounts) > 0 {
		s.result.hits = append(s.result.hits, s.kept.keep(h))
	} else {
		s.result.falseHits++
	}
}

// look fills named with the accounts under the forms of an identifier.
func (s *screener) look(token, end int) {
	s.named = s.named[:0]
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
			}
		}
	}
}

// isNamed looks at each of a few accounts, and keeps many in a map.
func (s *screener) isNamed(row uint32) bool {
	if len(s.named) <= pair.FewAccounts {
		return slices.ContainsFunc(s.named, func(n named) bool { return n.account == row })
	}
	for _, n := range s.named[len(s.many):] { // each is named once
		s.many[n.account] = struct{}{}
	}
	_, known := s.many[row]
	return known
}

// add notes that a cut of the record names an account.
func (h *hit) add(n named, text []byte, o opinion, ownPage bool) {
	if !h.names(n.account) {
		h.accounts = append(h.accounts, n.account)
		h.share(n.account)
	}
	if o.equal && !slices.Contains(h.equal, n.account) {
		h.equal = append(h.equal, n.account)
	}
	if o.digest != nil {
		h.pair(n, o.digest, true, ownPage)
	}
	if o.plain {
		h.pair(n, text, false, ownPage)
	}
	h.discarded = h.discarded || o.discarded
}

// pair adds a secret that can be verified, each once for an account.
func (h *hit) pair(n named, secret []byte, digest, ownPage bool) {
	for i := h.last(n.account); i >= 0; i = h.before(i) {
		have := &h.pairs[i]
		if have.Account == n.account && have.Digest == digest && bytes.Equal(have.Secret, secret) {
			have.OwnPage = have.OwnPage || ownPage
			if n.attribution.Better(have.Attribution) {
				have.Attribution, have.Kind = n.attribution, n.kind
			}
			return
		}
	}
	h.pairs = append(h.pairs, pair.Found{
		Account: n.account, Kind: n.kind, Attribution: n.attribution, Digest: digest, OwnPage: ownPage,
		Secret: secret,
	})
	if h.shared != nil {
		h.shared.link(n.account)
	}
}

func (h *hit) reset(record int64) {
	*h = hit{record: record, accounts: h.accounts[:0], pairs: h.pairs[:0], equal: h.equal[:0]}
}

// hitKeeper copies hits out of what the next record is looked at with.
type hitKeeper struct {
	accounts pair.Slab[uint32]
	pairs    pair.Slab[pair.Found]
	secrets  pair.Slab[byte]
}

// keep returns a copy; the block that holds its secrets is used again.
func (k *hitKeeper) keep(h *hit) hit {
	kept := hit{
		record:   h.record,
		accounts: k.accounts.Clone(h.accounts), pairs: k.pairs.Clone(h.pairs), equal: k.accounts.Clone(h.equal),
		discarded: h.discarded,
	}
	for i := range kept.pairs {
		kept.pairs[i].Secret = k.secrets.Clone(kept.pairs[i].Secret)
	}
	return kept
}
