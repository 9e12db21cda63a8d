package index

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
// member with a byte 1 behind it (https://github.com/aappleby/smhasher, MurmurHash3_x64_128).
const (
	murmur1 = 0x87c37b91114253d5
	murmur2 = 0x4cf5ad432745937f
)

// baseHashes returns the hashes of a token from which all its locations are made.
func baseHashes(t *hashing.Token) [4]uint64 {
	h1 := bits.RotateLeft64(binary.LittleEndian.Uint64(t[:8])*murmur1, 31) * murmur2
	h2 := bits.RotateLeft64(binary.LittleEndian.Uint64(t[8:])*murmur2, 33) * murmur1
	h1 = bits.RotateLeft64(h1, 27)*5 + 0x52dce729
	h2 = (bits.RotateLeft64(h2, 31)+h1)*5 + 0x38495ab5
	a, b := murmurEnd(h1, h2, 16)
	h1 ^= bits.RotateLeft64(1*murmur1, 31) * murmur2 // the byte behind the longer text
	c, d := murmurEnd(h1, h2, 17)
	return [4]uint64{a, b, c, d}
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

// location returns the i-th location, which counts modulo the number of bits.
func location(h *[4]uint64, i uint64) uint64 {
	return h[i%2] + i*h[2+(i+i%2)%4/2]
}

// modulo returns x % m, where inverse is MaxUint64 / m: a multiplication costs less than a division. The
// quotient that it guesses is right or one too small.
func modulo(x, m, inverse uint64) uint64 {
	quotient, _ := bits.Mul64(x, inverse)
	rest := x - quotient*m
	if rest >= m {
		rest -= m
	}
	return rest
}
