package screen

import (
	"encoding/binary"
	"slices"

	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/hashing"
)

const (
	// batchSize is how many records the filter is asked for at once: more than a processor waits for, and
	// few enough to stay in its first cache.
	batchSize = 64
	// maxForms is how many an identifier has at most: itself and an alias, or a name and a number; and the same of
	// what a reader sees of it.
	maxForms = 4
)

// batch holds records with the tokens of their identifiers. Nearly all of them name nobody; asked one by
// one, each would wait for memory to say so.
type batch struct {
	records [batchSize]batched
	n       int // of records
	cuts    []batchedCut
	tokens  []hashing.Token
	forms   []batchedForm // of the tokens
	passed  []bool        // which tokens the filter passed
	heads   []uint64      // how those begin
	texts   []byte        // of records that are not plain

	canonical *hashing.Canonicalizer
	lanes     *hashing.Lanes // tokens that are made side by side
}

// batched is a record: where its cuts end, and their tokens.
type batched struct{ cuts, tokens int }

type batchedCut struct {
	leak.Cut
	tokens int  // where they end
	shares bool // the identifier of the cut before, and so its tokens
}

// batchedForm is a canonical form without its text.
type batchedForm struct {
	kind        hashing.Kind
	attribution hashing.Attribution
}

func newBatch(canonical *hashing.Canonicalizer, tokens hashing.Tokenizer) *batch {
	b := &batch{canonical: canonical, lanes: tokens.Lanes()}
	b.makeRoom(2 * batchSize)
	return b
}

// makeRoom makes sure that so many more cuts fit in.
func (b *batch) makeRoom(cuts int) {
	b.cuts = slices.Grow(b.cuts, cuts)
	if cap(b.tokens)-len(b.tokens) < maxForms*cuts {
		b.lanes.Flush() // tokens that move
	}
	b.tokens = slices.Grow(b.tokens, maxForms*cuts)
	b.forms = slices.Grow(b.forms, maxForms*cuts)
}

func (b *batch) full() bool { return b.n == batchSize }

func (b *batch) reset() {
	b.lanes.Flush() // none of them may come later
	b.n, b.cuts, b.tokens, b.forms, b.texts = 0, b.cuts[:0], b.tokens[:0], b.forms[:0], b.texts[:0]
}

// add takes a record that does not live longer than a callback.
func (b *batch) add(rec *leak.Record) {
	if rec.Plain {
		b.addPlain(&rec.Cuts[0])
		return
	}
	b.makeRoom(len(rec.Cuts) + batchSize) // addPlain asks for none
	for i := range rec.Cuts {
		n := len(b.cuts)
		b.cuts = b.cuts[:n+1]
		cut := &b.cuts[n]
		cut.Cut = rec.Cuts[i]
		cut.shares = i > 0 && cut.Kind == rec.Cuts[i-1].Kind && cut.SharesIdentifier(&rec.Cuts[i-1])
		if !cut.shares {
			b.addForms(b.canonical.Forms(cut.Kind, cut.Identifier))
			if seen := hashing.Visible(cut.Identifier); seen != nil {
				b.addForms(b.canonical.Forms(cut.Kind, seen))
			}
		}
		cut.tokens = len(b.tokens)
		b.keep(cut)
	}
	b.records[b.n] = batched{len(b.cuts), len(b.tokens)}
	b.n++
}

// addForms adds the tokens of an identifier, for which makeRoom has made room.
func (b *batch) addForms(forms []hashing.Form) {
	for _, form := range forms {
		t := len(b.tokens)
		b.tokens, b.forms = b.tokens[:t+1], b.forms[:t+1]
		b.lanes.Into(&b.tokens[t], form)
		b.forms[t] = batchedForm{form.Kind, form.Attribution}
	}
}

// addPlain does what add does, for nearly all records of nearly all dumps: without asking for room, copying
// texts and looking for shared identifiers it takes 5 ns less of the 120 that such a line costs.
func (b *batch) addPlain(cut *leak.Cut) {
	n, t := len(b.cuts), len(b.tokens)
	b.cuts = b.cuts[:n+1]
	for _, form := range b.canonical.Forms(cut.Kind, cut.Identifier) {
		b.lanes.Into(&b.tokens[:t+1][t], form)
		b.forms[:t+1][t] = batchedForm{form.Kind, form.Attribution}
		t++
	}
	b.tokens, b.forms = b.tokens[:t], b.forms[:t]
	to := &b.cuts[n]
	to.Cut, to.tokens, to.shares = *cut, t, false
	b.records[b.n] = batched{n + 1, t}
	b.n++
}

// keep copies the texts of a cut that is needed after the callback. The identifier was looked at already.
func (b *batch) keep(cut *batchedCut) {
	from := len(b.texts)
	b.texts = append(append(b.texts, cut.Secret...), cut.Host...)
	secret, host := from+len(cut.Secret), len(b.texts)
	cut.Identifier = nil
	cut.Secret = b.texts[from:secret:secret]
	cut.Host = b.texts[secret:host:host]
}

// known returns how the tokens begin that the filter passed.
func (b *batch) known() []uint64 {
	b.heads = b.heads[:0]
	for i, passed := range b.passed {
		if passed {
			b.heads = append(b.heads, binary.BigEndian.Uint64(b.tokens[i][:]))
		}
	}
	return b.heads
}

// ask asks the filter for all tokens at once.
func (b *batch) ask(mayContainAll func(tokens []hashing.Token, passed []bool)) {
	b.lanes.Flush()
	b.passed = slices.Grow(b.passed[:0], len(b.tokens))[:len(b.tokens)]
	mayContainAll(b.tokens, b.passed)
}
