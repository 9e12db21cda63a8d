package pipeline

import (
	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/hashing"
)

const (
	// batchSize is how many records the filter is asked for at once: more than a processor waits for, and
	// few enough to stay in its first cache.
	batchSize = 64
	// maxForms is how many an identifier has at most: itself and an alias, or a name and a number.
	maxForms = 2
)

// batch holds plain records with the tokens of their identifiers. Nearly all of them name nobody; asked
// one by one, each would wait for memory to say so.
type batch struct {
	cuts   [batchSize]dump.Cut
	ends   [batchSize]int // of their tokens
	n      int            // records
	tokens [maxForms * batchSize]hashing.Token
	passed [maxForms * batchSize]bool
}

// later takes the one cut of a plain record into the batch.
func (s *screener) later(cut *dump.Cut) {
	b := s.plain
	if b.n == batchSize {
		s.flush()
	}
	end := 0
	if b.n > 0 {
		end = b.ends[b.n-1]
	}
	for _, form := range s.canonical.Forms(cut.Kind, cut.Identifier) {
		s.tokens.Into(&b.tokens[end], form)
		end++
	}
	b.cuts[b.n], b.ends[b.n] = *cut, end
	b.n++
}

// flush screens the batch: what the filter knows nothing of is done, all else goes the common way.
func (s *screener) flush() {
	b := s.plain
	n := b.n
	if n == 0 {
		return
	}
	b.n = 0
	all := b.ends[n-1]
	s.index.MayContainAll(b.tokens[:all], b.passed[:all])
	from := 0
	for i := range n {
		passed := false
		for ; from < b.ends[i]; from++ {
			passed = passed || b.passed[from]
		}
		if passed {
			s.now(b.cuts[i : i+1])
		} else {
			s.result.screenedOut++
		}
	}
}
