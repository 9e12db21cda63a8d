package list

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
)

// TestMarks_classes compares the classes of the marks with those of all other code.
func TestMarks_classes(t *testing.T) {
	t.Parallel()
	text := make([]byte, 256)
	for b := range text {
		text[b] = byte(b)
	}
	var marks [4]mark
	markAll(text, marks[:])
	for b := range text {
		bit, m := uint64(1)<<(b%64), marks[b/64]
		if domain := cut.InDomain(byte(b)) && b < 0x80; domain != (m.host&bit == 0) {
			t.Errorf("%#x: host is marked %t", b, m.host&bit != 0)
		}
		if (m.sign&bit != 0) != strings.ContainsRune(".-_", rune(b)) {
			t.Errorf("%#x: sign is marked %t", b, m.sign&bit != 0)
		}
		special := b >= 0x80 || cut.IsSeparator(byte(b)) || cut.IsSpace(byte(b)) || cut.IsParting(byte(b)) ||
			!cut.InLocalPart(byte(b)) || b == '%' || b == '='
		// The three are plain but in no class, for there are no more than eight.
		if special != (m.part&bit != 0) && !strings.ContainsRune("`{}", rune(b)) {
			t.Errorf("%#x: part is marked %t", b, m.part&bit != 0)
		}
	}
}

// TestMarks_portable compares the two ways of marking.
func TestMarks_portable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.Byte(), 5*markBytes, 5*markBytes).Draw(t, "text")
		var fast, slow [6]mark
		markAll(text, fast[:5])
		markPortable(text, slow[:5])
		if fast != slow {
			t.Fatalf("got %x, want %x", fast, slow)
		}
	})
}
