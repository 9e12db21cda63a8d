// Package bloom is the filter of an index: which tokens may be ours. It never says no to a member.
//
// The bits lie where bits-and-blooms/bloom of version 3 puts them. Its own file format is not used: reading it back
// accepts damaged headers and then answers "no" to members. In the file below all numbers are little-endian:
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
//
// Not guaranteed: that a yes is true. Rate measures how often it is not.
package bloom

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/bits-and-blooms/bloom/v3"

	"github.com/credsieve/credsieve/datasets/index/internal/table"
	"github.com/credsieve/credsieve/hashing"
)

const (
	magic      = "csfilter"
	version    = 2
	headerSize = 80
	maxHashes  = 32
	maxProbes  = 2048
	keyIDSize  = 16
	tokenSize  = len(hashing.Token{})
)

// BuildIDSize is how many bytes the id of a build has.
const BuildIDSize = 16

// The bounds of a false-positive rate: below the smallest, k would pass maxHashes; above the largest, a
// filter filters nothing.
const (
	MinFPR = 1e-9
	MaxFPR = 0.5
)

// Origin is the build that a filter belongs to. The filter of another build answers wrongly.
type Origin struct {
	Generation int64
	BuildID    [BuildIDSize]byte
	KeyID      string // 16 characters
}

// Filter is the Bloom filter with what its file says about it. To ask it is safe for concurrent use as long as
// nobody adds to it.
type Filter struct {
	Origin

	bloom   *bloom.BloomFilter
	words   []uint64 // the same memory
	free    func()
	hashes  uint32
	members uint64
	probes  []hashing.Token
	carried bool   // from an earlier build: most tokens of changed rows are in it
	stride  uint64 // of the probes, while tokens are added
	offered uint64 // to the probes
}

// New sizes a filter for n tokens, at a rate of false positives between MinFPR and MaxFPR. Free gives its
// memory back.
func New(n uint64, fpr float64) (*Filter, error) {
	f := &Filter{hashes: 1}
	words := uint(1)
	if n > 0 {
		m, k := bloom.EstimateParameters(uint(n), fpr)
		words = (m + 63) / 64
		f.hashes = uint32(min(max(k, 1), maxHashes))
	}
	memory, free, err := table.Zeroed[uint64](int(words))
	if err != nil {
		return nil, err
	}
	f.free = free
	f.use(memory)
	return f, nil
}

// Continue returns a filter with the members of f, in f's memory: f must not be asked while tokens are added, and
// frees it. It expects that most tokens that are added are members already.
func (f *Filter) Continue() *Filter {
	g := *f
	g.free = nil
	g.carried = true
	g.offered, g.stride = 1, 1<<62 // the probes that it has are enough
	return &g
}

// Free gives the memory back that New took. The filter must not be used any more.
func (f *Filter) Free() {
	if f.free != nil {
		f.free()
	}
}

// Bits is how many there are.
func (f *Filter) Bits() uint64 { return uint64(len(f.words)) * 64 }

// Hashes is how many bits each member sets.
func (f *Filter) Hashes() uint32 { return f.hashes }

// Members is how many tokens were added.
func (f *Filter) Members() uint64 { return f.members }

func (f *Filter) use(words []uint64) {
	f.words = words
	f.bloom = bloom.FromWithM(f.words, uint(len(f.words))*64, uint(f.hashes))
}

// Add adds a token, and keeps it as a probe now and then: whenever there are too many probes, every
// other one goes.
func (f *Filter) Add(t hashing.Token) {
	if f.carried && f.MayContain(t) {
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

// Rate is the share of random tokens that pass. None of them is a member: there are 2^128.
func (f *Filter) Rate(tokens int, workers int) float64 {
	var passed atomic.Int64
	var wait sync.WaitGroup
	for worker := range workers {
		wait.Go(func() {
			// ChaCha8 under the build's id: the same index measures the same.
			r := rand.NewChaCha8([32]byte(append(f.BuildID[:], fmt.Sprintf("%16d", worker)...)))
			var t hashing.Token
			n := int64(0)
			for range tokens / workers {
				_, _ = r.Read(t[:]) // never fails
				if f.MayContain(t) {
					n++
				}
			}
			passed.Add(n)
		})
	}
	wait.Wait()
	return float64(passed.Load()) / float64(tokens/workers*workers)
}

// MayContain never says no to a member.
func (f *Filter) MayContain(t hashing.Token) bool {
	return f.members > 0 && f.bloom.Test(t[:])
}

// Encode writes the file.
func (f *Filter) Encode(w io.Writer) error {
	if len(f.KeyID) != keyIDSize {
		return fmt.Errorf("failed to write filter: key id of %d characters", len(f.KeyID))
	}
	head := make([]byte, 0, headerSize+len(f.probes)*tokenSize+8)
	head = append(head, magic...)
	head = binary.LittleEndian.AppendUint32(head, version)
	head = binary.LittleEndian.AppendUint32(head, f.hashes)
	head = binary.LittleEndian.AppendUint64(head, uint64(len(f.words))*64)
	head = binary.LittleEndian.AppendUint64(head, f.members)
	head = binary.LittleEndian.AppendUint64(head, uint64(f.Generation))
	head = append(head, f.BuildID[:]...)
	head = append(head, f.KeyID...)
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

// Decode checks every number against the length of data before it allocates or computes by
// it. The filter uses data's memory.
func Decode(data []byte) (*Filter, error) {
	if len(data) < headerSize+8+8 {
		return nil, errors.New("the filter is too short")
	}
	if string(data[:8]) != magic {
		return nil, errors.New("it is not a filter")
	}
	if v := binary.LittleEndian.Uint32(data[8:]); v != version {
		return nil, fmt.Errorf("the filter has version %d, this program reads %d", v, version)
	}
	f := &Filter{
		Origin: Origin{
			Generation: int64(binary.LittleEndian.Uint64(data[32:])),
			BuildID:    [BuildIDSize]byte(data[40:56]),
			KeyID:      string(data[56:72]),
		},
		hashes:  binary.LittleEndian.Uint32(data[12:]),
		members: binary.LittleEndian.Uint64(data[24:]),
	}
	if f.hashes < 1 || f.hashes > maxHashes {
		return nil, fmt.Errorf("the filter has %d hash functions; the limit is %d",
			f.hashes, maxHashes)
	}
	raw, err := f.decodeProbes(data[headerSize:], binary.LittleEndian.Uint64(data[72:]))
	if err != nil {
		return nil, err
	}
	words := binary.LittleEndian.Uint64(raw)
	raw = raw[8:]
	bits := binary.LittleEndian.Uint64(data[16:])
	if len(raw)%8 != 0 || words != uint64(len(raw))/8 || bits != words*64 {
		return nil, errFilterLength
	}
	f.use(table.Words(raw))
	return f, f.checkProbes()
}

// decodeProbes returns what follows the probes, at least 16 bytes.
func (f *Filter) decodeProbes(rest []byte, probes uint64) ([]byte, error) {
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
func (f *Filter) checkProbes() error {
	for _, t := range f.probes {
		if !f.MayContain(t) {
			return errors.New("the filter does not know its own members")
		}
	}
	return nil
}
