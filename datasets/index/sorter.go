package index

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"unsafe"

	"github.com/credsieve/credsieve/hashing"
)

const (
	entrySize    = int(unsafe.Sizeof(entry{}))
	blockEntries = 64 << 10 / entrySize
)

// sorter sorts more entries than memory holds: full runs go to a temporary file, sealed under a key
// that exists in memory only, and are merged at the end.
type sorter struct {
	dir     string
	workers int
	run     []entry // up to its capacity
	free    func()
	total   int64
	spill   *spill
}

// newSorter takes memory for one run; it counts only where it is used.
func newSorter(dir string, bytes int64, workers int) (*sorter, error) {
	size := int(bytes) / entrySize * entrySize
	memory, free, err := anonymous(size)
	if err != nil {
		return nil, err
	}
	// The memory is page-aligned and lies outside the heap; entry holds no pointers.
	run := unsafe.Slice((*entry)(unsafe.Pointer(unsafe.SliceData(memory))), size/entrySize)
	return &sorter{dir: dir, workers: workers, run: run[:0], free: free}, nil
}

func (s *sorter) add(entries []entry) error {
	s.total += int64(len(entries))
	for len(entries) > 0 {
		if len(s.run) == cap(s.run) {
			if err := s.spillRun(); err != nil {
				return fmt.Errorf("failed to write a temporary file: %w", err)
			}
		}
		n := min(len(entries), cap(s.run)-len(s.run))
		s.run = append(s.run, entries[:n]...)
		entries = entries[n:]
	}
	return nil
}

func (s *sorter) spillRun() error {
	sortEntries(s.run, s.workers)
	if s.spill == nil {
		var err error
		if s.spill, err = newSpill(s.dir); err != nil {
			return err
		}
	}
	err := s.spill.write(s.run)
	s.run = s.run[:0]
	return err
}

// merge hands on all entries in order, block by block; a block is valid until yield returns.
func (s *sorter) merge(ctx context.Context, yield func([]entry) error) error {
	sortEntries(s.run, s.workers)
	sources := []sortedRun{&memoryRun{rest: s.run}}
	if s.spill != nil {
		for _, r := range s.spill.runs {
			sources = append(sources, &spilledRun{spill: s.spill, run: r})
		}
	}
	return mergeSources(ctx, sources, yield)
}

func (s *sorter) close() {
	s.free()
	s.run = nil
	if s.spill != nil {
		s.spill.close()
	}
}

// sortedRun is one of the inputs of a merge; next returns no entries at its end.
type sortedRun interface{ next() ([]entry, error) }

type memoryRun struct{ rest []entry }

func (m *memoryRun) next() ([]entry, error) {
	block := m.rest[:min(blockEntries, len(m.rest))]
	m.rest = m.rest[len(block):]
	return block, nil
}

// mergeSources merges with a heap of the sources' first entries.
func mergeSources(ctx context.Context, sources []sortedRun, yield func([]entry) error) error {
	h := &merger{}
	for _, s := range sources {
		block, err := s.next()
		if err != nil {
			return err
		}
		if len(block) > 0 {
			h.heads = append(h.heads, head{block, s})
		}
	}
	for i := len(h.heads)/2 - 1; i >= 0; i-- {
		h.down(i)
	}
	out := make([]entry, 0, blockEntries)
	for len(h.heads) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		if out, err = h.take(out[:0]); err == nil {
			err = yield(out)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

type head struct {
	block []entry // never empty
	from  sortedRun
}

type merger struct{ heads []head }

// take fills out with the next entries.
func (h *merger) take(out []entry) ([]entry, error) {
	for len(out) < cap(out) && len(h.heads) > 0 {
		first := &h.heads[0]
		if len(h.heads) == 1 {
			n := min(cap(out)-len(out), len(first.block))
			out = append(out, first.block[:n]...)
			first.block = first.block[n:]
		} else {
			out = append(out, first.block[0])
			first.block = first.block[1:]
		}
		if len(first.block) == 0 {
			block, err := first.from.next()
			if err != nil {
				return nil, err
			}
			if first.block = block; len(block) == 0 {
				last := len(h.heads) - 1
				h.heads[0] = h.heads[last]
				h.heads = h.heads[:last]
			}
		}
		h.down(0)
	}
	return out, nil
}

func (h *merger) down(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(h.heads); child++ {
			if compareEntries(&h.heads[child].block[0], &h.heads[least].block[0]) < 0 {
				least = child
			}
		}
		if least == i {
			return
		}
		h.heads[i], h.heads[least] = h.heads[least], h.heads[i]
		i = least
	}
}

// spill is a temporary file of sealed blocks. Each block has a place of one size and a nonce of its
// own, its number.
type spill struct {
	f      *os.File
	aead   cipher.AEAD
	blocks int64
	runs   []spillRun
}

// spillRun are consecutive blocks.
type spillRun struct{ firstBlock, entries int64 }

const sealedBlock = blockEntries*24 + 16

func newSpill(dir string) (*spill, error) {
	var key [32]byte
	if _, err := rand.Read(key[:]); err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(dir, "spill-") // mode 0600
	if err != nil {
		return nil, err
	}
	if err := unlinkOpen(f); err != nil {
		f.Close() // nothing was written
		return nil, err
	}
	return &spill{f: f, aead: aead}, nil
}

func (s *spill) nonce(block int64) (n [12]byte) {
	binary.BigEndian.PutUint64(n[4:], uint64(block))
	return n
}

func (s *spill) write(run []entry) error {
	s.runs = append(s.runs, spillRun{s.blocks, int64(len(run))})
	plain, sealed := make([]byte, 0, sealedBlock), make([]byte, 0, sealedBlock)
	for len(run) > 0 {
		n := min(blockEntries, len(run))
		plain = plain[:0]
		for i := range run[:n] {
			plain = run[i].append(plain)
		}
		run = run[n:]
		nonce := s.nonce(s.blocks)
		sealed = s.aead.Seal(sealed[:0], nonce[:], plain, nil)
		if _, err := s.f.WriteAt(sealed, s.blocks*int64(sealedBlock)); err != nil {
			return err
		}
		s.blocks++
	}
	return nil
}

func (s *spill) close() { s.f.Close() } // it has no name any more

// spilledRun reads a run back.
type spilledRun struct {
	spill  *spill
	run    spillRun
	sealed []byte
	block  []entry
}

func (r *spilledRun) next() ([]entry, error) {
	n := int(min(int64(blockEntries), r.run.entries))
	if n == 0 {
		return nil, nil
	}
	if r.sealed == nil {
		r.sealed, r.block = make([]byte, sealedBlock), make([]entry, blockEntries)
	}
	sealed := r.sealed[:n*24+16]
	_, err := r.spill.f.ReadAt(sealed, r.run.firstBlock*int64(sealedBlock))
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("failed to read a temporary file: %w", err)
	}
	nonce := r.spill.nonce(r.run.firstBlock)
	plain, err := r.spill.aead.Open(sealed[:0], nonce[:], sealed, nil)
	if err != nil {
		return nil, errors.New("a temporary file was changed while the build was using it")
	}
	for i := range n {
		r.block[i] = entryOf(plain[i*24:])
	}
	r.run.firstBlock++
	r.run.entries -= int64(n)
	return r.block[:n], nil
}

// append and entryOf are the form of an entry in a temporary file, 24 bytes.
func (e *entry) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, e.high)
	b = binary.LittleEndian.AppendUint64(b, e.low)
	b = binary.LittleEndian.AppendUint32(b, e.account)
	return append(b, byte(e.kind), byte(e.attribution), 0, 0)
}

func entryOf(b []byte) entry {
	return entry{
		high: binary.LittleEndian.Uint64(b), low: binary.LittleEndian.Uint64(b[8:]),
		account: binary.LittleEndian.Uint32(b[16:]),
		kind:    hashing.Kind(b[20]), attribution: hashing.Attribution(b[21]),
	}
}
