package sweep

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/masks"
)

// TestMasks_of_signs: what may encode a sign has a bit.
func TestMasks_of_signs(t *testing.T) {
	t.Parallel()
	var text [256]byte
	for b := range text {
		text[b] = byte(b)
	}
	var all [len(text) / masks.Size]masks.Mask
	masks.All(text[:], all[:])
	for b := range text {
		bit, m := uint64(1)<<(b%masks.Size), all[b/masks.Size]
		if (strings.IndexByte(EncodingSigns, byte(b)) >= 0 || len(encodedSigns[b]) > 0) && m.Sign&bit == 0 {
			t.Errorf("%#x begins an encoded sign", b)
		}
		if IsPacked(byte(b)) != (m.Packed&bit != 0) {
			t.Errorf("%#x: packed is %t", b, m.Packed&bit != 0)
		}
	}
}

// TestFind_at_every_place: where an address stands in relation to chunks and masks does not matter.
func TestFind_at_every_place(t *testing.T) {
	t.Parallel()
	for _, word := range []string{
		"ann@example.com", "ann%40example.com", "ann=40example.com", `ann\\u0040example.com`, `ann\@example.com`, `ann\@example\.com`, "ann&amp;#64;example.com",
		"ann[at]example.com", "ann at example.com", "ann_at_example.com", "ann @ example.com", "ann＠example.com", base64.StdEncoding.EncodeToString([]byte("ann@example.com")),
		base64.StdEncoding.EncodeToString([]byte("a@b.de:x-777")),
	} {
		for _, middle := range []int{masks.Size, chunk} {
			for at := middle - len(word) - 2; at < middle+2; at++ {
				text := []byte(strings.Repeat("; ", at/2+1)[:at] + word + strings.Repeat(" =", 40))
				got := 0
				counts := New(Options{}).Sweep(Input{Text: text, Single: true}, func(a []byte) bool {
					return string(a) == "ann@example.com" || string(a) == "a@b.de"
				}, func(*Mention) { got++ })
				if got != 1 {
					t.Errorf("%s at %d: found %d times (%+v)", word, at, got, counts)
				}
			}
		}
	}
}

// TestWords_longer_than_a_look: a packed text of many kilobytes is looked at in parts.
func TestWords_longer_than_a_look(t *testing.T) {
	t.Parallel()
	var lines []byte
	for i := range 3000 {
		lines = fmt.Appendf(lines, "user%04d@example.com:x%d\n", i, i)
	}
	text := []byte("data " + base64.StdEncoding.EncodeToString(lines) + " end")
	counts := New(Options{}).Sweep(Input{Text: text}, func([]byte) bool { return false }, func(*Mention) {})
	if parts := int64(len(text)/(2*Reach) + 1); counts.Addresses < 3000-parts || counts.Addresses > 3000 {
		t.Errorf("found %d addresses of 3000 in %d parts", counts.Addresses, parts)
	}
}
