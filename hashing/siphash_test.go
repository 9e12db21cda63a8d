package hashing

import (
	"math/rand/v2"
	"testing"

	"github.com/dchest/siphash"
)

// TestSum128 compares with the library, over all lengths.
func TestSum128(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for n := range maxIdentifier + 1 {
		text := make([]byte, n)
		for i := range text {
			text[i] = byte(r.Uint32())
		}
		key, domain := [2]uint64{r.Uint64(), r.Uint64()}, byte(r.Uint32())
		low, high := sum128(&key, domain, text)
		wantLow, wantHigh := siphash.Hash128(key[0], key[1], append([]byte{domain}, text...))
		if low != wantLow || high != wantHigh {
			t.Fatalf("%d bytes: got %x %x, want %x %x", n, low, high, wantLow, wantHigh)
		}
	}
}
