package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/bits-and-blooms/bloom/v3"

	"github.com/credsieve/credsieve/hashing"
)

// The filter file. The library's own format is not used: reading it back accepts damaged headers
// and then answers "no" to members. All numbers are little-endian.
//
//	offset  bytes  what
//	     0      8  magic "csfilter"
//	     8      4  version, 2
//	    12      4  k, hash functions, 1 to 32
//	    16      8  m, bits, 64 times the number of words
//	    24      8  n, tokens that were added
//	    32      8  generation of the index
//	    40     16  id of the build
//	    56     16  id of the key, as text
//	    72      4  p, number of probes, 1 to 2048; 0 exactly when n is
//	    76      4  zero
//	    80   16*p  probes: tokens that were added, evenly spread over all of them
//	     .      8  w, number of words
//	     .    8*w  the bits
//
// A reader refuses a file in which a number does not fit its length, or whose probes are not all
// members. It reads the whole file when it opens the index, and checks every page of it: a probe
// touches pages at random, and to ask for each one whether it was checked would cost every line of a
// dump what this costs once.
const (
	filterMagic      = "csfilter"
	filterVersion    = 2
	filterHeaderSize = 80
	maxHashes        = 32
	maxProbes        = 2048
	keyIDSize        = 16
	tokenSize        = len(hashing.Token{})

	defaultFPR = 0.001
)

// The bounds of a false-positive rate: below the smallest, k would pass maxHashes; above the largest, a
// filter filters nothing.
const (
	MinFPR = 1e-9
	MaxFPR = 0.5
)

// filter is the Bloom filter with what its file says about it.
type filter struct {
	bloom      *bloom.BloomFilter
	words      []uint64 // the same memory
	free       func()
	hashes     uint32
	members    uint64
	generation int64
	buildID    [buildIDSize]byte
	keyID      string
	probes     []hashing.Token
	carried    bool   // from an earlier build: most tokens of changed rows are in it
	stride     uint64 // of the probes, while tokens are added
	offered    uint64 // to the probes
}

// newFilter sizes a filter for n tokens.
func newFilter(n uint64, fpr float64) (*filter, error) {
	f := &filter{hashes: 1}
	words := uint(1)
	if n > 0 {
		m, k := bloom.EstimateParameters(uint(n), fpr)
		words = (m + 63) / 64
		f.hashes = uint32(min(max(k, 1), maxHashes))
	}
	memory, free, err := anonymous(int(words) * 8)
	if err != nil {
		return nil, err
	}
	f.free = free
	f.use(wordsOf(memory))
	return f, nil
}

func (f *filter) use(words []uint64) {
	f.words = words
	f.bloom = bloom.FromWithM(f.words, uint(len(f.words))*64, uint(f.hashes))
}

// rowsOf sees bytes as numbers of rows, in this process only.
func rowsOf(raw []byte) []uint32 {
	return unsafe.Slice((*uint32)(unsafe.Pointer(unsafe.SliceData(raw))), len(raw)/4)
}

// wordsOf sees bytes as the words that they are on a little-endian machine.
func wordsOf(raw []byte) []uint64 {
	words := unsafe.Slice((*uint64)(unsafe.Pointer(unsafe.SliceData(raw))), len(raw)/8)
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		for i := range words {
			words[i] = bits.ReverseBytes64(words[i])
		}
	}
	return words
}

// add adds a token, and keeps it as a probe now and then: whenever there are too many probes, every
// other one goes.
func (f *filter) add(t hashing.Token) {
	if f.carried && f.mayContain(t) {
		return
	}
	f.bloom.Add(t[:])
	f.members++
	if f.stride == 0 {
		f.stride = 1
	}
	if f.offered%f.stride == 0 {
		if len(f.probes) == maxProbes {
			for i := range maxProbes / 2 {
				f.probes[i] = f.probes[2*i]
			}
			f.probes = f.probes[:maxProbes/2]
			f.stride *= 2
		}
		f.probes = append(f.probes, t)
	}
	f.offered++
}

// rate is the share of random tokens that pass. None of them is a member: there are 2^128.
func (f *filter) rate(tokens int, workers int) float64 {
	var passed atomic.Int64
	var wait sync.WaitGroup
	for worker := range workers {
		wait.Go(func() {
			// ChaCha8 under the build's id: the same index measures the same.
			r := rand.NewChaCha8([32]byte(append(f.buildID[:], fmt.Sprintf("%16d", worker)...)))
			var t hashing.Token
			n := int64(0)
			for range tokens / workers {
				r.Read(t[:]) // never fails
				if f.mayContain(t) {
					n++
				}
			}
			passed.Add(n)
		})
	}
	wait.Wait()
	return float64(passed.Load()) / float64(tokens/workers*workers)
}

// mayContain never says no to a member.
func (f *filter) mayContain(t hashing.Token) bool {
	return f.members > 0 && f.bloom.Test(t[:])
}

func (f *filter) encode(w io.Writer) error {
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
	if _, err := w.Write(head); err != nil {
		return err
	}
	return writeWords(w, f.words)
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
// it. The filter uses data's memory.
func decodeFilter(data []byte) (*filter, error) {
	if len(data) < filterHeaderSize+8+8 {
		return nil, errors.New("the filter is too short")
	}
	if string(data[:8]) != filterMagic {
		return nil, errors.New("it is not a filter")
	}
	if v := binary.LittleEndian.Uint32(data[8:]); v != filterVersion {
		return nil, fmt.Errorf("the filter has version %d, this program reads %d", v, filterVersion)
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
	f.use(wordsOf(raw))
	return f, f.checkProbes()
}

// decodeProbes returns what follows the probes, at least 16 bytes.
func (f *filter) decodeProbes(rest []byte, probes uint64) ([]byte, error) {
	if probes > maxProbes || probes > f.members || (probes == 0) != (f.members == 0) {
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
