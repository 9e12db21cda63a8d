package masks

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestMasks says which bytes are in which set.
func TestMasks(t *testing.T) {
	t.Parallel()
	var text [256]byte
	for b := range text {
		text[b] = byte(b)
	}
	var all [len(text) / Size]Mask
	All(text[:], all[:])
	const letters = "abcdefghijklmnopqrstuvwxyz"
	sets := []string{"@", "%&(;<=[\\]\xef", letters + strings.ToUpper(letters) + "0123456789+-/_"}
	for b := range text {
		m := all[b/Size]
		for i, set := range []uint64{m.At, m.Sign, m.Packed} {
			if got, want := set>>(b%Size)&1 != 0, strings.IndexByte(sets[i], byte(b)) >= 0; got != want {
				t.Errorf("%#x in set %d: %t", b, i, got)
			}
		}
	}
}

// TestMasks_portable compares the two ways of looking.
func TestMasks_portable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.Byte(), 5*Size, 5*Size).Draw(t, "text")
		var fast, slow [6]Mask
		All(text, fast[:5])
		portable(text, slow[:5])
		if fast != slow {
			t.Fatalf("got %x, want %x", fast, slow)
		}
	})
}
