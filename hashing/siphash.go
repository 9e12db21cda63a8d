package hashing

import (
	"encoding/binary"
	"math/bits"
)

// sip is the state of SipHash-2-4 with 128 bits of output (https://github.com/veorq/SipHash). It is
// written out here, and not called from a library, because a token is made for every line of every
// dump: so its domain byte and its text need not be copied together first. A test compares it with
// the library.
type sip struct{ v0, v1, v2, v3 uint64 }

func newSip(key *[2]uint64) sip {
	return sip{
		v0: key[0] ^ 0x736f6d6570736575,
		v1: key[1] ^ 0x646f72616e646f6d ^ 0xee,
		v2: key[0] ^ 0x6c7967656e657261,
		v3: key[1] ^ 0x7465646279746573,
	}
}

// round is one SipRound.
func (s sip) round() sip {
	s.v0 += s.v1
	s.v2 += s.v3
	s.v1 = bits.RotateLeft64(s.v1, 13) ^ s.v0
	s.v3 = bits.RotateLeft64(s.v3, 16) ^ s.v2
	s.v0 = bits.RotateLeft64(s.v0, 32) + s.v3
	s.v2 += s.v1
	s.v3 = bits.RotateLeft64(s.v3, 21) ^ s.v0
	s.v1 = bits.RotateLeft64(s.v1, 17) ^ s.v2
	s.v2 = bits.RotateLeft64(s.v2, 32)
	return s
}

// lastBytes returns the last n bytes of text, fewer than 8, as a little-endian number. A longer text is read
// from before them on: a loop over a number of bytes that differs from text to text ends with a wrong guess of
// the processor, which costs as much as four rounds.
func lastBytes(text []byte, n int) (word uint64) {
	if len(text) >= 8 {
		return binary.LittleEndian.Uint64(text[len(text)-8:]) >> (64 - 8*n)
	}
	for i, b := range text {
		word |= uint64(b) << (8 * i)
	}
	return word
}

// sum128 returns the halves of the hash of domain and text, in the order of the reference implementation.
func sum128(key *[2]uint64, domain byte, text []byte) (low, high uint64) {
	s := newSip(key)
	size := uint64(len(text) + 1)
	// Each word takes its lowest byte from before: first the domain, then the last of eight.
	before := uint64(domain)
	rest := text
	for ; len(rest) >= 8; rest = rest[8:] {
		next := binary.LittleEndian.Uint64(rest)
		word := before | next<<8
		before = next >> 56
		s.v3 ^= word
		s = s.round().round()
		s.v0 ^= word
	}
	word := before | lastBytes(text, len(rest))<<8
	if len(rest) == 7 {
		s.v3 ^= word
		s = s.round().round()
		s.v0 ^= word
		word = 0
	}
	word |= size << 56
	s.v3 ^= word
	s = s.round().round()
	s.v0 ^= word

	s.v2 ^= 0xee
	s = s.round().round().round().round()
	low = s.v0 ^ s.v1 ^ s.v2 ^ s.v3
	s.v1 ^= 0xdd
	s = s.round().round().round().round()
	return low, s.v0 ^ s.v1 ^ s.v2 ^ s.v3
}
