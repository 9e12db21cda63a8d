package sweep

import (
	"bytes"
	"math/bits"

	"github.com/credsieve/credsieve/datasets/dump/internal/masks"
)

// spelledEnds are what a word for a sign stands between where somebody has spelled it out, as in ann[at]example.com,
// "ann at example.com" and ann_at_example_dot_com: reports are written so, that nobody may click on what they name.
var spelledEnds = [256]byte{
	'(': ')', '[': ']', '{': '}', '<': '>', ' ': ' ', '*': '*', '_': '_', '-': '-',
}

// The words that stand for the signs of an address; those of other languages stand in brackets, or their letters are
// chance.
var (
	atWords  = []string{"at", "a", "\xc3\xa4t", "\xc3\x84t", "aet", "arroba", "chez"}
	dotWords = []string{"dot", "punkt", "punto", "point", "d0t"}
)

// SpellingSigns are what may stand before a sign that is spelled out, but for those of EncodingSigns.
const SpellingSigns = " {<*_-"

// MaySpell reports whether a text may have an address in it whose sign is spelled out without a bracket that
// EncodingSigns has.
func MaySpell(text []byte) bool {
	for i := 0; i+len("_at_") <= len(text); i++ {
		if isSpelledAt(text[i:]) {
			return true
		}
	}
	return false
}

// isSpelledAt reports whether text begins with "at" between ends.
func isSpelledAt(text []byte) bool {
	return len(text) >= len("_at_") && text[1]|0x20 == 'a' && text[2]|0x20 == 't' && spelledEnds[text[0]] == text[3] && text[3] != 0
}

// spelledSigns marks where "at" between ends stands in a chunk. Words of two letters are few, and the masks tell them.
func (f *finder) spelledSigns(from, to int) {
	for i, m := range f.masks[:inChunk(from, to)] {
		p, next := m.Packed, f.masks[i+1].Packed
		shifted := func(n int) uint64 { return p>>n | next<<(masks.Size-n) }
		for two := ^p & shifted(1) & shifted(2) &^ shifted(3); two != 0; two &= two - 1 {
			if at := from + i*masks.Size + bits.TrailingZeros64(two); at < to && isSpelledAt(f.text[at:]) {
				f.marks = append(f.marks, uint64(at)<<1)
			}
		}
	}
	for _, sign := range []string{"_at_", "-at-"} { // in a longer word
		for at := from; at < to; {
			n := bytes.Index(f.text[at:min(len(f.text), to+len(sign)-1)], []byte(sign))
			if n < 0 {
				break
			}
			f.marks = append(f.marks, uint64(at+n)<<1)
			at += n + len(sign)
		}
	}
}

// spelled makes a hit of an address whose sign somebody has spelled out, or parted from its words by blanks.
func (f *finder) spelled(at int32) {
	const local, domain = 128, 255 // as in extent
	text := f.text
	n := spelledLength(text[at:], atWords, '@')
	if n == 0 {
		return
	}
	before, to := int(at), f.afterBlank(int(at)+n)
	if before > int(f.done) && text[before-1] == ' ' {
		before--
	}
	from := before
	for from > int(f.done) && before-from < local && classes[text[from-1]]&localByte != 0 {
		from--
	}
	if from == before {
		return
	}
	base := int32(len(f.arena))
	put := func(c byte, origin int) {
		f.arena, f.origin = append(f.arena, c), append(f.origin, int32(origin))
	}
	for i := from; i < before; i++ {
		put(text[i], i)
	}
	sign := int32(len(f.arena))
	put('@', int(at))
	for to < len(text) && int32(len(f.arena))-sign < domain {
		dot := to
		if text[to] == ' ' && spelledLength(text[to:], dotWords, '.') == 0 {
			dot++
		}
		if n := spelledLength(text[dot:], dotWords, '.'); n > 0 {
			put('.', to)
			if to = dot + n; text[to-1] != ' ' {
				to = f.afterBlank(to)
			}
			continue
		}
		if classes[text[to]]&domainByte == 0 {
			break
		}
		put(text[to], to)
		to++
	}
	f.steps += int64(to - from)
	if to < len(text) && text[to] == '@' { // the address begins after the word
		return
	}
	end := int32(len(f.arena))
	put(0, to)
	weak := spelledEnds[text[at]] == text[at]
	f.add(hit{decoded: true, weak: weak, lo: base, at: sign, hi: end})
}

// afterBlank returns where the text goes on after one blank, if one stands at a place.
func (f *finder) afterBlank(at int) int {
	if at < len(f.text) && f.text[at] == ' ' {
		return at + 1
	}
	return at
}

// spelledLength returns the length of a sign that text begins with, spelled out or as it is, between ends; 0 without one.
func spelledLength(text []byte, words []string, sign byte) int {
	if len(text) < len("[@]") || spelledEnds[text[0]] == 0 {
		return 0
	}
	closing := spelledEnds[text[0]]
	if text[1] == sign && text[2] == closing {
		return len("[@]")
	}
	same := closing == text[0]
	for i, word := range words {
		if n := 1 + len(word); len(text) > n && text[n] == closing && (i == 0 || !same) && bytes.EqualFold(text[1:n], []byte(word)) {
			return n + 1
		}
	}
	return 0
}
