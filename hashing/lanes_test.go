package hashing

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// checkLanes wants lanes to make the tokens that the tokenizer makes one by one, of forms whose texts change at once.
func checkLanes(t failing, tokenizer Tokenizer, forms []Form, flush func(i int) bool) {
	t.Helper()
	lanes, got := tokenizer.Lanes(), make([]Token, len(forms))
	var c Canonicalizer
	for i, f := range forms {
		f.Text = c.text[:copy(c.text[:], f.Text)]
		lanes.Into(&got[i], f)
		for j := range c.text {
			c.text[j] = 0xa5
		}
		if flush(i) {
			lanes.Flush()
		}
	}
	lanes.Flush()
	for i, f := range forms {
		if want := tokenizer.Token(f); got[i] != want {
			t.Fatalf("text %d, of %d bytes: %x, want %x", i, len(f.Text), got[i], want)
		}
	}
}

// formOf returns a form of a text, of one of the domains.
func formOf(i int, text []byte) Form {
	all := []Form{
		{KindEmail, AttributionExact, text}, {KindEmail, AttributionAlias, text},
		{KindUsername, AttributionExact, text}, {KindPhone, AttributionExact, text},
	}
	return all[i%len(all)]
}

func TestLanes(t *testing.T) {
	t.Parallel()
	tokenizer, r := NewTokenizer(testKey(t)), rand.New(rand.NewPCG(3, 4))
	text := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return b
	}
	var forms []Form
	for n := range maxIdentifier + 1 { // each length beside others, in each lane
		for lane := range laneCount {
			length := n
			if lane != n%laneCount {
				length = r.IntN(maxLaneText + 2)
			}
			forms = append(forms, formOf(lane, text(length)))
		}
	}
	checkLanes(t, tokenizer, forms, func(int) bool { return false })
	checkLanes(t, tokenizer, forms, func(i int) bool { return i%3 == 2 })
	rapid.Check(t, func(t *rapid.T) {
		var some []Form
		for i, text := range rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 70), 0, 20).Draw(t, "texts") {
			some = append(some, formOf(i, text))
		}
		every := rapid.IntRange(1, 20).Draw(t, "flush")
		checkLanes(t, tokenizer, some, func(i int) bool { return i%every == 0 })
	})
}

func TestLanes_refuse_what_no_canonicalizer_made(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("there is a token of a form of no kind")
		}
	}()
	NewTokenizer(testKey(t)).Lanes().Into(new(Token), Form{Text: make([]byte, 5, 100)})
}

func FuzzLanes(f *testing.F) {
	f.Add([]byte("alice.archer@example.test"), uint8(3))
	f.Add(bytes.Repeat([]byte("x"), maxLaneText), uint8(1))
	tokenizer := NewTokenizer(testKey(f))
	f.Fuzz(func(t *testing.T, text []byte, step uint8) {
		var forms []Form
		for n := 0; n <= min(len(text), maxIdentifier); n += int(step)%16 + 1 {
			forms = append(forms, formOf(n, text[:n]))
		}
		checkLanes(t, tokenizer, forms, func(int) bool { return false })
	})
}
