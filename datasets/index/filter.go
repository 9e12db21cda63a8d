package index

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/bits-and-blooms/bloom/v3"

	"github.com/credsieve/credsieve/hashing"
)

// The filter file. The library's own format is not used: reading it back accepts damaged headers
// and then answers "no" to members. All numbers are little-endian.
//
//	offset  bytes  what
//	     0      8  magic "csfilter"
//	     8      4  version, 1
//	    12      4  k, hash functions, 1 to 32
//	    16      8  m, bits, 64 times the number of words
//	    24      8  n, distinct tokens that were added
//	    32      8  generation of the index
//	    40     16  id of the build
//	    56     16  id of the key, as text
//	    72      4  p, number of probes: the smaller of n and 1024
//	    76      4  zero
//	    80   16*p  probes: tokens that were added, evenly spread over all of them
//	     .      8  w, number of words
//	     .    8*w  the bits
//	     .     32  SHA-256 of everything before
//
// A reader refuses a file in which a number does not fit its length, or whose probes are not all
// members.
const (
	filterMagic      = "csfilter"
	filterVersion    = 1
	filterHeaderSize = 80
	maxHashes        = 32
	maxProbes        = 1024
	keyIDSize        = 16
	tokenSize        = len(hashing.Token{})

	defaultFPR = 0.001
	// Below the smallest, k would pass maxHashes; above the largest, a filter filters nothing.
	minFPR, maxFPR = 1e-9, 0.5
)

// filter is the Bloom filter with what its file says about it.
type filter struct {
	bloom      *bloom.BloomFilter
	words      []uint64 // the same memory
	hashes     uint32
	members    uint64
	generation int64
	buildID    [buildIDSize]byte
	keyID      string
	probes     []hashing.Token
}

// newFilter sizes a filter for exactly n tokens.
func newFilter(n uint64, fpr float64) *filter {
	f := &filter{members: n, hashes: 1, words: make([]uint64, 1)}
	if n > 0 {
		m, k := bloom.EstimateParameters(uint(n), fpr)
		f.words = make([]uint64, (m+63)/64)
		f.hashes = uint32(min(max(k, 1), maxHashes))
	}
	f.bloom = bloom.FromWithM(f.words, uint(len(f.words))*64, uint(f.hashes))
	return f
}

// mayContain never says no to a member.
func (f *filter) mayContain(t hashing.Token) bool {
	return f.members > 0 && f.bloom.Test(t[:])
}

// mayContainAll sets passed[i] to what mayContain says of tokens[i].
func (f *filter) mayContainAll(tokens []hashing.Token, passed []bool) {
	passed = passed[:len(tokens)]
	if f.members == 0 {
		clear(passed)
		return
	}
	const some = 64 // as many cache lines as a processor may wait for, and more
	for len(tokens) > 0 {
		n := min(len(tokens), some)
		var hashes [some][4]uint64
		f.passSome(tokens[:n], passed[:n], &hashes)
		tokens, passed = tokens[n:], passed[n:]
	}
}

// passSome first asks of every token for its first bits, without a branch between, so that the processor
// waits for many cache lines at once. Then three of four strangers are gone.
func (f *filter) passSome(tokens []hashing.Token, passed []bool, hashes *[64][4]uint64) {
	const early = 2
	m, k := uint64(len(f.words))*64, uint64(f.hashes)
	inverse := math.MaxUint64 / m
	for i := range tokens {
		h := baseHashes(&tokens[i])
		hashes[i%len(hashes)] = h
		first, second := h[0], h[1]+h[3] // locations 0 and 1
		if k < early {
			second = first
		}
		passed[i] = f.bit(modulo(first, m, inverse))&f.bit(modulo(second, m, inverse)) != 0
	}
	for i := range tokens {
		for bit := uint64(early); passed[i] && bit < k; bit++ {
			passed[i] = f.bit(modulo(location(&hashes[i%len(hashes)], bit), m, inverse)) != 0
		}
	}
}

// bit returns the filter's bit at a place below their number.
func (f *filter) bit(at uint64) uint64 { return f.words[at/64] >> (at % 64) & 1 }

func (f *filter) encode(w io.Writer) error {
	sum := sha256.New()
	out := io.MultiWriter(w, sum)
	if len(f.keyID) != keyIDSize {
		return fmt.Errorf("failed to write filter: key id of %d characters", len(f.keyID))
	}
	head := make([]byte, 0, filterHeaderSize+len(f.probes)*tokenSize+8)
	head = append(head, filterMagic...)
	head = binary.LittleEndian.AppendUint32(head, filterVersion)
	head = binary.LittleEndian.AppendUint32(head, f.hashes)
	head = binary.LittleEndian.AppendUint64(head, uint64(len(f.words))*64)
	head = binary.LittleEndian.AppendUint64(head, f.members)
	head = binary.LittleEndian.AppendUint64(head, uint64(f.generation))
	head = append(head, f.buildID[:]...)
	head = append(head, f.keyID...)
	head = binary.LittleEndian.AppendUint64(head, uint64(len(f.probes)))
	for _, t := range f.probes {
		head = append(head, t[:]...)
	}
	head = binary.LittleEndian.AppendUint64(head, uint64(len(f.words)))
	if _, err := out.Write(head); err != nil {
		return err
	}
	if err := writeWords(out, f.words); err != nil {
		return err
	}
	_, err := w.Write(sum.Sum(nil))
	return err
}

func writeWords(w io.Writer, words []uint64) error {
	buf := make([]byte, 0, 64<<10)
	for len(words) > 0 {
		part := words[:min(len(words), cap(buf)/8)]
		words = words[len(part):]
		buf = buf[:0]
		for _, x := range part {
			buf = binary.LittleEndian.AppendUint64(buf, x)
		}
		if _, err := w.Write(buf); err != nil {
			return err
		}
	}
	return nil
}

var errFilterLength = errors.New("the filter's numbers do not fit its length")

// decodeFilter checks every number against the length of data before it allocates or computes by
// it.
func decodeFilter(data []byte) (*filter, error) {
	if len(data) < filterHeaderSize+8+8+sha256.Size {
		return nil, errors.New("the filter is too short")
	}
	if string(data[:8]) != filterMagic {
		return nil, errors.New("it is not a filter")
	}
	if v := binary.LittleEndian.Uint32(data[8:]); v != filterVersion {
		return nil, fmt.Errorf("the filter has version %d, this program reads %d", v, filterVersion)
	}
	data, sum := data[:len(data)-sha256.Size], data[len(data)-sha256.Size:]
	if got := sha256.Sum256(data); !bytes.Equal(got[:], sum) {
		return nil, errors.New("the filter is damaged: its SHA-256 differs")
	}
	f := &filter{
		hashes:     binary.LittleEndian.Uint32(data[12:]),
		members:    binary.LittleEndian.Uint64(data[24:]),
		generation: int64(binary.LittleEndian.Uint64(data[32:])),
		buildID:    [buildIDSize]byte(data[40:56]),
		keyID:      string(data[56:72]),
	}
	if f.hashes < 1 || f.hashes > maxHashes {
		return nil, fmt.Errorf("the filter has %d hash functions; the limit is %d",
			f.hashes, maxHashes)
	}
	raw, err := f.decodeProbes(data[filterHeaderSize:], binary.LittleEndian.Uint64(data[72:]))
	if err != nil {
		return nil, err
	}
	words := binary.LittleEndian.Uint64(raw)
	raw = raw[8:]
	bits := binary.LittleEndian.Uint64(data[16:])
	if len(raw)%8 != 0 || words != uint64(len(raw))/8 || bits != words*64 {
		return nil, errFilterLength
	}
	f.load(raw)
	return f, f.checkProbes()
}

// decodeProbes returns what follows the probes, at least 16 bytes.
func (f *filter) decodeProbes(rest []byte, probes uint64) ([]byte, error) {
	if probes != min(f.members, maxProbes) {
		return nil, fmt.Errorf("the filter of %d members has %d probes", f.members, probes)
	}
	if uint64(len(rest)) < probes*uint64(tokenSize)+16 {
		return nil, errFilterLength
	}
	for range probes {
		f.probes = append(f.probes, hashing.Token(rest[:tokenSize]))
		rest = rest[tokenSize:]
	}
	return rest, nil
}

func (f *filter) load(raw []byte) {
	f.words = make([]uint64, len(raw)/8)
	for i := range f.words {
		f.words[i] = binary.LittleEndian.Uint64(raw[i*8:])
	}
	f.bloom = bloom.FromWithM(f.words, uint(len(f.words))*64, uint(f.hashes))
}

// checkProbes asks the filter what it must know. There is at least one probe when there are
// members, so an empty filter that claims members fails here.
func (f *filter) checkProbes() error {
	for _, t := range f.probes {
		if !f.mayContain(t) {
			return errors.New("the filter does not know its own members")
		}
	}
	return nil
}
