package bloom

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/bits-and-blooms/bloom/v3"

	"github.com/credsieve/credsieve/hashing"
)

// TestLocations_are_the_librarys is what lets the filter be asked without the library.
func TestLocations_are_the_librarys(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		token := randomToken(r)
		want := bloom.Locations(token[:], maxHashes)
		h1, h2 := murmurBody(&token)
		var h [4]uint64
		h[0], h[1] = murmurEnd(h1, h2, 16)
		h[2], h[3] = murmurLonger(h1, h2)
		for i, at := range want {
			if got := location(&h, uint64(i)); got != at {
				t.Fatalf("location %d of %x is %d, not %d", i, token, got, at)
			}
		}
	}
}

// TestReciprocal compares with the division itself, above all where quotients change.
func TestReciprocal(t *testing.T) {
	t.Parallel()
	const limit = 1<<58 - 1
	r := rand.New(rand.NewPCG(9, 10))
	divisors := []uint64{2, 3, 4, 5, 7, 63, 64, 65, 1<<32 - 1, 1 << 32, 1<<32 + 1, limit - 1, limit, limit + 1}
	for range 2000 {
		divisors = append(divisors, 2+r.Uint64()>>(6+r.Uint64N(57)))
	}
	for _, by := range divisors {
		of := newReciprocal(by)
		values := []uint64{0, 1, by - 1, by, by + 1, limit / by * by, limit/by*by - 1, limit}
		for range 200 {
			x := r.Uint64() >> (6 + r.Uint64N(58))
			values = append(values, x, x/by*by, x/by*by-1)
		}
		for _, x := range values {
			if x > limit {
				continue // it is one less than 0
			}
			if got, want := of.rest(x), x%by; got != want {
				t.Fatalf("%d %% %d is %d, not %d", x, by, want, got)
			}
		}
	}
}

func TestMayContainAll(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	for _, fpr := range []float64{0.5, 0.2, 0.125, 0.1, defaultFPR, MinFPR} {
		f := mustFilter(t, 1000, fpr)
		var tokens []hashing.Token
		for i := range 5000 {
			tokens = append(tokens, randomToken(r))
			if i%5 == 0 {
				f.Add(tokens[i])
			}
		}
		var want []bool
		for _, token := range tokens {
			want = append(want, f.bloom.Test(token[:]))
		}
		got := slices.Repeat([]bool{true}, len(tokens)) // what stood there does not matter
		f.MayContainAll(tokens, got)
		if !slices.Equal(got, want) {
			t.Errorf("at a rate of %v the filter answers otherwise than the library", fpr)
		}
		if members := slices.Index(got, false); members < 0 || !got[0] {
			t.Errorf("at a rate of %v the filter tells nothing apart", fpr)
		}
	}
	none, passed := mustFilter(t, 0, defaultFPR), []bool{true}
	if none.MayContainAll(make([]hashing.Token, 1), passed); passed[0] {
		t.Error("an empty filter passes a token")
	}
}

// BenchmarkFilter asks for tokens that are not members, one by one and 64 at once, of filters for a million
// and for a hundred million tokens.
func BenchmarkFilter(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 8))
	tokens, passed := make([]hashing.Token, 1<<16), make([]bool, 64)
	for i := range tokens {
		tokens[i] = randomToken(r)
	}
	for _, size := range []struct {
		name    string
		members uint64
	}{{"1M", 1e6}, {"100M", 1e8}} {
		f := mustFilter(b, size.members, defaultFPR)
		f.members = size.members
		for i := range f.words { // half of the bits are set, as in any full filter
			f.words[i] = r.Uint64()
		}
		perToken := func(b *testing.B) {
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(tokens)), "ns/token")
		}
		b.Run(size.name+"/single", func(b *testing.B) {
			for b.Loop() {
				for i := range tokens {
					passed[0] = f.MayContain(tokens[i])
				}
			}
			perToken(b)
		})
		b.Run(size.name+"/batch", func(b *testing.B) {
			for b.Loop() {
				for some := range slices.Chunk(tokens, len(passed)) {
					f.MayContainAll(some, passed)
				}
			}
			perToken(b)
		})
	}
}
