package swar_test

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump/internal/swar"
)

// TestFirst compares the first mark with what a look at each byte says, for bytes that lie close to each other.
func TestFirst(t *testing.T) {
	t.Parallel()
	near := rapid.SampledFrom([]byte{0, 1, '\t', '\n', '\r', 0x0e, '!', '"', '#', '\'', '[', '\\', ']', 0x7f, 0x80, 0x8a, 0xa2, 0xff})
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.SliceOfN(near, 1, 20).Draw(rt, "text")
		one, other := near.Draw(rt, "one"), near.Draw(rt, "other")
		below := rapid.Byte().Draw(rt, "below") & 0x7f
		i := rapid.IntRange(0, len(text)-1).Draw(rt, "i")
		is := func(b byte) bool { return b == one || b == other || b < below }
		part := make([]byte, swar.Size) // with zeros after the end
		copy(part, text[i:])
		want := len(part)
		for at, b := range part {
			if is(b) {
				want = at
				break
			}
		}
		word := swar.Load(text, i)
		if got := swar.First(swar.Are(word, one) | swar.Are(word, other) | swar.Below(word, below)); got != want {
			rt.Fatalf("the first in %q from %d on is at %d, want %d", text, i, got, want)
		}
		if got, want := swar.Holds(text, one, other), bytes.IndexByte(text, one) >= 0 || bytes.IndexByte(text, other) >= 0; got != want {
			rt.Fatalf("%q holds %q or %q: %t", text, one, other, got)
		}
	})
}
