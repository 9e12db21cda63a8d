package screen

import (
	"bytes"
	"slices"

	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// Result is what one block held.
type Result struct {
	Member      string // of the input, empty when that is not an archive
	Records     int64
	ScreenedOut int64         // records that the filter knows nothing of
	FalseHits   int64         // records that only the filter knows
	Hits        []Hit         // records that joined an account, in order
	Rejects     []leak.Reject // in order
	Swept       Swept         // what the records leave out
}

// Hit is one record that names an account of ours.
type Hit struct {
	Record    int64        // number in the block
	Accounts  []uint32     // named by the record, each once
	Pairs     []pair.Found // empty: the record holds nothing that can be verified
	Equal     []uint32     // accounts whose stored hash the record holds
	Untried   []uint32     // accounts under an alias that has too many of them
	Discarded bool         // a password was left out because of an account's tag
	Loose     bool         // the reader has only guessed at it
	Hash      bool         // it holds something in the place of a password that cannot be tried

	shared *sharing // nil: few accounts
}

// add notes that a cut of the record names an account.
func (h *Hit) add(n named, text []byte, o opinion, ownPage bool) {
	if !h.names(n.account) {
		h.Accounts = append(h.Accounts, n.account)
		h.share(n.account)
	}
	if o.equal && !slices.Contains(h.Equal, n.account) {
		h.Equal = append(h.Equal, n.account)
	}
	if o.digest != nil {
		h.pair(n, o.digest, true, ownPage)
	}
	if o.plain {
		h.pair(n, text, false, ownPage)
	}
	h.Discarded = h.Discarded || o.discarded
	h.Hash = h.Hash || len(text) > 0 && !o.plain && !o.discarded && o.digest == nil
}

// pair adds a secret that can be verified, each once for an account.
func (h *Hit) pair(n named, secret []byte, digest, ownPage bool) {
	for i := h.last(n.account); i >= 0; i = h.before(i) {
		have := &h.Pairs[i]
		if have.Account == n.account && have.Digest == digest && bytes.Equal(have.Secret, secret) {
			have.OwnPage = have.OwnPage || ownPage
			if n.attribution.Better(have.Attribution) {
				have.Attribution, have.Kind = n.attribution, n.kind
			}
			return
		}
	}
	h.Pairs = append(h.Pairs, pair.Found{
		Account: n.account, Kind: n.kind, Attribution: n.attribution, Digest: digest, OwnPage: ownPage,
		Secret: secret,
	})
	if h.shared != nil {
		h.shared.link(n.account)
	}
}

func (h *Hit) reset(record int64) {
	*h = Hit{Record: record, Accounts: h.Accounts[:0], Pairs: h.Pairs[:0], Equal: h.Equal[:0], Untried: h.Untried[:0]}
}

// hitKeeper copies hits out of what the next record is looked at with.
type hitKeeper struct {
	accounts pair.Slab[uint32]
	pairs    pair.Slab[pair.Found]
	secrets  pair.Slab[byte]
}

// keep returns a copy; the block that holds its secrets is used again.
func (k *hitKeeper) keep(h *Hit) Hit {
	kept := Hit{
		Record:   h.Record,
		Accounts: k.accounts.Clone(h.Accounts), Pairs: k.pairs.Clone(h.Pairs), Equal: k.accounts.Clone(h.Equal),
		Untried: k.accounts.Clone(h.Untried), Discarded: h.Discarded, Hash: h.Hash,
	}
	for i := range kept.Pairs {
		kept.Pairs[i].Secret = k.secrets.Clone(kept.Pairs[i].Secret)
	}
	return kept
}

// sharing finds the pairs of an account among those of a record that names many.
type sharing struct {
	newest map[uint32]int // pair of each account, -1: none yet
	older  []int          // for each pair, the one before it of its account, -1: none
}

// link notes the next pair, which is of an account that is known.
func (s *sharing) link(account uint32) {
	s.older = append(s.older, s.newest[account])
	s.newest[account] = len(s.older) - 1
}

// share notes the account that was added last.
func (h *Hit) share(account uint32) {
	switch {
	case h.shared != nil:
		h.shared.newest[account] = -1
	case len(h.Accounts) > pair.FewAccounts:
		h.shared = &sharing{newest: make(map[uint32]int)}
		for _, a := range h.Accounts {
			h.shared.newest[a] = -1
		}
		for i := range h.Pairs {
			h.shared.link(h.Pairs[i].Account)
		}
	}
}

// names reports whether the record is known to name an account.
func (h *Hit) names(account uint32) bool {
	if h.shared == nil {
		return slices.Contains(h.Accounts, account)
	}
	_, ok := h.shared.newest[account]
	return ok
}

// last is where to begin looking for a pair of an account; -1: there is none.
func (h *Hit) last(account uint32) int {
	if h.shared == nil {
		return len(h.Pairs) - 1
	}
	return h.shared.newest[account]
}

// before is where to look next.
func (h *Hit) before(pair int) int {
	if h.shared == nil {
		return pair - 1
	}
	return h.shared.older[pair]
}
