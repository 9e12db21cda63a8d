package bloom

import (
	"encoding/binary"
	"math/bits"

	"github.com/credsieve/credsieve/hashing"
)

// The library hashes a member of any length and then asks for one bit after the other. For 16 bytes that
// is twice the work that is needed, and it cannot be told to ask for the bits of several tokens at
// once. So the locations of its version 3 are computed here as well, and a test compares them: they are
// part of our file format, because the bits on disk lie where they say.
//
// They come of the 128-bit MurmurHash3 for 64-bit machines, with seed 0, of the member and of the
// member with a byte 1 after it (https://github.com/aappleby/smhasher, MurmurHash3_x64_128).
const (
	murmur1 = 0x87c37b91114253d5
	murmur2 = 0x4cf5ad432745937f
)

// murmurBody returns the state after the 16 bytes, before their number goes in.
func murmurBody(t *hashing.Token) (h1, h2 uint64) {
	h1 = bits.RotateLeft64(binary.LittleEndian.Uint64(t[:8])*murmur1, 31) * murmur2
	h2 = bits.RotateLeft64(binary.LittleEndian.Uint64(t[8:])*murmur2, 33) * murmur1
	h1 = bits.RotateLeft64(h1, 27)*5 + 0x52dce729
	return h1, (bits.RotateLeft64(h2, 31)+h1)*5 + 0x38495ab5
}

// murmurLonger returns the hash of the longer text: of the same state and the byte after it.
func murmurLonger(h1, h2 uint64) (c, d uint64) {
	return murmurEnd(h1^bits.RotateLeft64(1*murmur1, 31)*murmur2, h2, 17)
}

func murmurEnd(h1, h2, length uint64) (uint64, uint64) {
	h1 ^= length
	h2 ^= length
	h1 += h2
	h2 += h1
	h1, h2 = murmurMix(h1), murmurMix(h2)
	h1 += h2
	return h1, h2 + h1
}

func murmurMix(k uint64) uint64 {
	k = (k ^ k>>33) * 0xff51afd7ed558ccd
	k = (k ^ k>>33) * 0xc4ceb9fe1a85ec53
	return k ^ k>>33
}

// location returns the i-th location, which counts modulo the number of bits. h are the halves of
// the hash of the token, then those of the longer text.
func location(h *[4]uint64, i uint64) uint64 {
	return h[i%2] + i*h[2+(i+i%2)%4/2]
}

// reciprocal finds a remainder with two multiplications: a division takes several times as long, and a
// quotient that must still be corrected ends in a branch that nobody can predict.
type reciprocal struct {
	by      uint64
	inverse uint64 // 2^(64+shift) / by, rounded up
	shift   uint
}

// newReciprocal returns the reciprocal of 2 or more.
//
// With 2^shift < by <= 2^(shift+1) the inverse fits into a word, and inverse*by is 2^(64+shift)+e with
// 0 <= e < by. So x*inverse/2^(64+shift) is x/by and x*e/(by*2^(64+shift)) more. As long as x < 2^58,
// x*e is below 2^(59+shift), what is more is below 1/by, and the whole part is that of x/by.
func newReciprocal(by uint64) reciprocal {
	shift := uint(bits.Len64(by-1)) - 1
	inverse, rest := bits.Div64(1<<shift, 0, by)
	if rest > 0 {
		inverse++
	}
	return reciprocal{by, inverse, shift}
}

// rest returns x % by for an x below 2^58.
func (r *reciprocal) rest(x uint64) uint64 {
	quotient, _ := bits.Mul64(x, r.inverse)
	return x - quotient>>(r.shift&63)*r.by
}

// hashed is a token as far as it is hashed.
type hashed struct {
	h1, h2 uint64 // of murmurBody
	hashes [4]uint64
}

// place is where two bits of a survivor lie.
type place struct {
	word, other   uint64
	shift, beside uint8
}

// sieve asks the filter's words for many tokens. Words are 64 bits, so the number of bits is a
// multiple of 64, and the place within the word is that of the location, without a remainder.
type sieve struct {
	words  []uint64
	of     reciprocal // of their number
	tokens [sieveSize]hashed
	left   [sieveSize]uint8 // survivors: tokens of which no bit was missing so far
	places [sieveSize]place // of survivors
}

const (
	sieveSize = 64 // as many cache lines as a processor may wait for, and more
	// early is how many bits are asked for before the first branch: five of them leave one stranger in
	// 32.
	early = 5
)

// MayContainAll sets passed[i] to what MayContain says of tokens[i]. Many at once cost less than one by one, the
// more the larger the filter. passed must be as long as tokens.
func (f *Filter) MayContainAll(tokens []hashing.Token, passed []bool) {
	passed = passed[:len(tokens)]
	if f.hashes < early || len(f.words) < 2 || f.members == 0 {
		for i, t := range tokens {
			passed[i] = f.MayContain(t)
		}
		return
	}
	s := sieve{words: f.words, of: newReciprocal(uint64(len(f.words)))}
	for len(tokens) > 0 {
		n := min(len(tokens), sieveSize)
		s.pass(tokens[:n], passed[:n], uint64(f.hashes))
		tokens, passed = tokens[n:], passed[n:]
	}
}

// pass goes over the tokens in rounds without a branch, so that the processor never guesses. Each
// round first computes all places, then reads them in a loop of a few instructions: a processor waits
// for as many cache lines at once as it finds loads within the few hundred instructions that it looks
// ahead, and hashing between two loads would leave room for four. The hash of the longer text is made
// only for the half of the strangers that the first round leaves.
func (s *sieve) pass(tokens []hashing.Token, passed []bool, k uint64) {
	for i := range tokens {
		h1, h2 := murmurBody(&tokens[i])
		a, b := murmurEnd(h1, h2, 16)
		t := &s.tokens[i%sieveSize]
		t.h1, t.h2, t.hashes[0], t.hashes[1] = h1, h2, a, b
		s.left[i%sieveSize] = uint8(i)
		s.place(i, a, a)
		passed[i] = false
	}
	n := s.keep(len(tokens))
	for i := range s.left[:n] {
		left := s.survivor(i)
		c, d := murmurLonger(left.h1, left.h2)
		left.hashes[2], left.hashes[3] = c, d
		s.place(i, left.hashes[1]+d, left.hashes[0]+2*d) // locations 1 and 2
	}
	n = s.keep(n)
	for i := range s.left[:n] {
		h := &s.survivor(i).hashes
		s.place(i, location(h, 3), location(h, 4))
	}
	n = s.keep(n)
	for i := range s.left[:n] {
		h, at := &s.survivor(i).hashes, uint64(early)
		for at < k && s.bit(location(h, at)) != 0 {
			at++
		}
		passed[s.left[i]] = at == k
	}
}

func (s *sieve) survivor(i int) *hashed { return &s.tokens[s.left[i]%sieveSize] }

// place notes two locations of a survivor, which may be the same.
func (s *sieve) place(i int, location, other uint64) {
	s.places[i%sieveSize] = place{
		s.of.rest(location / 64), s.of.rest(other / 64), uint8(location % 64), uint8(other % 64),
	}
}

// keep moves those of the first n survivors to the front of which both bits are set, and counts them.
func (s *sieve) keep(n int) int {
	var both [sieveSize]uint8
	for i := range s.places[:n] {
		p := &s.places[i]
		both[i%sieveSize] = uint8(s.words[p.word]>>(p.shift&63)&(s.words[p.other]>>(p.beside&63))) & 1
	}
	kept := 0
	for i := range s.left[:n] {
		s.left[kept%sieveSize] = s.left[i]
		kept += int(both[i%sieveSize])
	}
	return kept
}

// bit returns the filter's bit at a location.
func (s *sieve) bit(location uint64) uint64 {
	return s.words[s.of.rest(location/64)] >> (location % 64) & 1
}
