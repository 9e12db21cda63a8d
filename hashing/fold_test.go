package hashing

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

type failing interface {
	Helper()
	Fatalf(string, ...any)
}

// checkFold wants the fast ways to say what the general one says, or nothing.
func checkFold(t failing, raw []byte) (taken bool) {
	t.Helper()
	taken = checkFoldBy(t, (*Canonicalizer).foldWords, raw)
	if hasLanes {
		if wide := checkFoldBy(t, (*Canonicalizer).foldWide, raw); wide != taken && 8 <= len(raw) && len(raw) <= wideText {
			t.Fatalf("%q is taken %v at once, %v by words", raw, wide, taken)
		}
	}
	return taken
}

func checkFoldBy(t failing, fold func(*Canonicalizer, []byte, *folded) bool, raw []byte) (taken bool) {
	t.Helper()
	var fast, slow Canonicalizer
	kept := bytes.Clone(raw)
	var got, want folded
	if !fold(&fast, raw, &got) {
		return false
	}
	if !slow.foldBytes(kept, &want) || !want.ascii || got.at != want.at || !bytes.Equal(got.text, want.text) || !got.ascii ||
		got.space != (bytes.IndexByte(want.text, ' ') >= 0) || !bytes.Equal(raw, kept) {
		t.Fatalf("%q became %+v, not %+v", kept, got, want)
	}
	return true
}

func TestFoldWords(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		checkFold(t, rapid.SliceOfN(rapid.ByteRange(0x1e, 0x82), 0, 70).Draw(t, "bytes"))
	})
	for n := 8; n < 66; n++ {
		for at := range n {
			text := bytes.Repeat([]byte("x"), n)
			for b := range 256 {
				text[at] = byte(b)
				if printable := b >= ' ' && b <= '~'; checkFold(t, text) != printable {
					t.Fatalf("byte %#x at %d of %d: it is not taken for what it is", b, at, n)
				}
			}
		}
	}
	var c Canonicalizer
	for _, n := range []int{0, wideText + 1} {
		if c.foldWide(bytes.Repeat([]byte("x"), n), new(folded)) {
			t.Errorf("%d bytes are taken at once", n)
		}
	}
	if !c.foldWords(bytes.Repeat([]byte("x"), maxIdentifier), new(folded)) {
		t.Error("the longest identifier is not taken")
	}
	for _, n := range []int{0, 7, maxIdentifier + 1} {
		if c.foldWords(bytes.Repeat([]byte("x"), n), new(folded)) {
			t.Errorf("%d bytes are taken", n)
		}
	}
}

func FuzzFoldWords(f *testing.F) {
	f.Add([]byte("Alice.Archer@Example.COM"))
	f.Add([]byte("a b@c d@e.example"))
	f.Add([]byte(strings.Repeat("Z[@`{\x7f\x80", 4)))
	f.Fuzz(func(t *testing.T, raw []byte) { checkFold(t, raw) })
}
