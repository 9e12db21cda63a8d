// Package extsort sorts the rows of tables, more of them than memory holds. Full runs go to a temporary file, sealed
// under a key that is in memory only (see package sealedfile), and are merged at the end. The order is that of
// token, account, attribution and kind, whatever the memory and the number of workers.
package extsort

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/credsieve/credsieve/datasets/index/internal/table"
	"github.com/credsieve/credsieve/datasets/sealedfile"
)

// entrySize is what an entry takes, in memory as in the file, in bytes.
const entrySize = 24

// BlockEntries is how many entries a merge hands on at most at once.
const BlockEntries = 64 << 10 / entrySize

// Sorter sorts more entries than memory holds: full runs go to a temporary file, sealed under a key
// that exists in memory only, and are merged at the end.
type Sorter struct {
	dir     string
	workers int
	run     []Entry // up to its capacity
	free    func()
	total   int64
	spill   *spill
}

// New takes memory for one run, of so many bytes at most; it counts only where it is used. What it does not hold
// goes to a file in dir. Close gives everything back.
func New(dir string, bytes int64, workers int) (*Sorter, error) {
	run, free, err := table.Zeroed[Entry](int(bytes) / entrySize)
	if err != nil {
		return nil, err
	}
	return &Sorter{dir: dir, workers: workers, run: run[:0], free: free}, nil
}

// Total is how many entries were added.
func (s *Sorter) Total() int64 { return s.total }

// Add adds entries, in any order.
func (s *Sorter) Add(entries []Entry) error {
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

func (s *Sorter) spillRun() error {
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

// Merge hands on all entries in order, block by block; a block is valid until yield returns.
func (s *Sorter) Merge(ctx context.Context, yield func([]Entry) error) error {
	sortEntries(s.run, s.workers)
	sources := []sortedRun{&memoryRun{rest: s.run}}
	if s.spill != nil {
		for _, r := range s.spill.runs {
			sources = append(sources, &spilledRun{file: s.spill.file, blocks: r, block: make([]Entry, 0, BlockEntries)})
		}
	}
	return mergeSources(ctx, sources, yield)
}

// Close gives memory and file back.
func (s *Sorter) Close() {
	s.free()
	s.run = nil
	if s.spill != nil {
		s.spill.file.Close()
	}
}

// sortedRun is one of the inputs of a merge; next returns no entries at its end.
type sortedRun interface{ next() ([]Entry, error) }

type memoryRun struct{ rest []Entry }

func (m *memoryRun) next() ([]Entry, error) {
	block := m.rest[:min(BlockEntries, len(m.rest))]
	m.rest = m.rest[len(block):]
	return block, nil
}

// mergeSources merges with a heap of the sources' first entries.
func mergeSources(ctx context.Context, sources []sortedRun, yield func([]Entry) error) error {
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
	out := make([]Entry, 0, BlockEntries)
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
	block []Entry // never empty
	from  sortedRun
}

type merger struct{ heads []head }

// take fills out with the next entries.
func (h *merger) take(out []Entry) ([]Entry, error) {
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

// spill is a temporary file of sealed blocks.
type spill struct {
	file  *sealedfile.File
	runs  [][]sealedfile.Place // of the blocks
	plain []byte               // scratch
}

func newSpill(dir string) (*spill, error) {
	file, err := sealedfile.Create(dir, "spill-")
	if err != nil {
		return nil, err
	}
	return &spill{file: file, plain: make([]byte, 0, BlockEntries*entrySize)}, nil
}

func (s *spill) write(run []Entry) error {
	var blocks []sealedfile.Place
	for block := range slices.Chunk(run, BlockEntries) {
		s.plain = s.plain[:0]
		for i := range block {
			s.plain = block[i].append(s.plain)
		}
		place, err := s.file.Append(s.plain, nil)
		if err != nil {
			return err
		}
		blocks = append(blocks, place)
	}
	s.runs = append(s.runs, blocks)
	return nil
}

// spilledRun reads a run back.
type spilledRun struct {
	file   *sealedfile.File
	blocks []sealedfile.Place
	plain  []byte
	block  []Entry
}

func (r *spilledRun) next() ([]Entry, error) {
	if len(r.blocks) == 0 {
		return nil, nil
	}
	var err error
	if r.plain, err = r.file.Read(r.plain, r.blocks[0], nil); errors.Is(err, sealedfile.ErrChanged) {
		return nil, errors.New("a temporary file was changed while the build was using it")
	}
	if err != nil {
		return nil, fmt.Errorf("failed to read a temporary file: %w", err)
	}
	r.blocks, r.block = r.blocks[1:], r.block[:0]
	for plain := r.plain; len(plain) > 0; plain = plain[entrySize:] {
		r.block = append(r.block, entryOf(plain))
	}
	return r.block, nil
}
