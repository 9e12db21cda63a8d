// Package spool keeps candidates between two stages of a run.
//
// A Spool holds entries in partitions, to be read once, partition by partition, each in the order in which it was
// written. Up to its limit it lies in memory. Beyond, it goes page by page to a sealed file without a name, see
// package sealedfile. What an entry says is its writer's affair.
//
// Not guaranteed: an order among partitions. A Spool is not safe for concurrent use.
package spool

import (
	"encoding/binary"
	"fmt"

	"github.com/credsieve/credsieve/datasets/sealedfile"
)

// Spool is a set of partitions. Close gives everything free.
type Spool struct {
	dir   string // of the file
	limit int64  // bytes that may lie in memory
	held  int64  // that do, in whole pages
	disk  int64  // bytes that went to the file
	parts []partition
	spare [][]byte // pages to use again

	file  *sealedfile.File // nil until the limit is passed
	plain []byte           // scratch
}

type partition struct {
	pages  [][]byte // entries that are not sealed yet, each whole on one page
	sealed []sealedfile.Place
}

// pageSize is what is sealed at once. Pages of one size come and go without leaving garbage.
const pageSize = 8 << 10

// prefix of the file's name, for the moment that it has one.
const prefix = ".credsieve-spool-"

// New returns an empty spool of so many partitions. More than limit bytes go to a sealed file in dir; "" is the
// system's folder for temporary files.
func New(dir string, parts int, limit int64) *Spool {
	return &Spool{dir: dir, limit: limit, parts: make([]partition, parts)}
}

// Try makes a sealed file in dir and removes it. Its error is that of a spool that has to go there.
func Try(dir string) error {
	file, err := sealedfile.Create(dir, prefix)
	if err == nil {
		file.Close()
	}
	return err
}

// Add appends an entry to a partition.
func (s *Spool) Add(part int, entry []byte) error {
	p := &s.parts[part]
	need := binary.MaxVarintLen32 + len(entry)
	last := len(p.pages) - 1
	if last < 0 || cap(p.pages[last])-len(p.pages[last]) < need {
		page := s.page(need)
		if s.held += int64(cap(page)); s.held > s.limit {
			if err := s.spill(); err != nil {
				return err
			}
			s.held = int64(cap(page))
		}
		p.pages = append(p.pages, page)
		last = len(p.pages) - 1
	}
	page := binary.AppendUvarint(p.pages[last], uint64(len(entry)))
	p.pages[last] = append(page, entry...)
	return nil
}

// page returns an empty page; an entry that is longer than one gets one of its own length.
func (s *Spool) page(need int) []byte {
	if need > pageSize {
		return make([]byte, 0, need)
	}
	if n := len(s.spare); n > 0 {
		page := s.spare[n-1]
		s.spare = s.spare[:n-1]
		return page
	}
	return make([]byte, 0, pageSize)
}

// drop gives a page back.
func (s *Spool) drop(page []byte) {
	clear(page)
	if cap(page) == pageSize {
		s.spare = append(s.spare, page[:0])
	}
}

// spill moves everything to the file.
func (s *Spool) spill() error {
	if s.file == nil {
		var err error
		if s.file, err = sealedfile.Create(s.dir, prefix); err != nil {
			return fmt.Errorf("failed to make a sealed file for candidates: %w", err)
		}
	}
	for i := range s.parts {
		p := &s.parts[i]
		for _, page := range p.pages {
			place, err := s.file.Append(page, partName(i))
			if err != nil {
				return fmt.Errorf("failed to write candidates to a sealed file: %w", err)
			}
			p.sealed = append(p.sealed, place)
			s.disk += int64(len(page))
			s.drop(page)
		}
		p.pages = p.pages[:0]
	}
	s.held = 0
	return nil
}

// OnDisk is how many bytes of entries went to the file.
func (s *Spool) OnDisk() int64 { return s.disk }

// partName binds a page to its partition.
func partName(part int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(part)) }

// Read visits the entries of a partition and frees it. An entry is valid until visit returns.
func (s *Spool) Read(part int, visit func(entry []byte) error) error {
	p := &s.parts[part]
	s.spare = nil
	for _, place := range p.sealed {
		var err error
		if s.plain, err = s.file.Read(s.plain, place, partName(part)); err != nil {
			return fmt.Errorf("failed to read candidates from a sealed file: %w", err)
		}
		if err := eachEntry(s.plain, visit); err != nil {
			return err
		}
	}
	for _, page := range p.pages {
		if err := eachEntry(page, visit); err != nil {
			return err
		}
		s.held -= int64(cap(page))
		clear(page)
	}
	*p = partition{} // nothing is added any more: the pages are garbage
	return nil
}

func eachEntry(entries []byte, visit func(entry []byte) error) error {
	for len(entries) > 0 {
		size, n := binary.Uvarint(entries)
		if err := visit(entries[n : n+int(size)]); err != nil {
			return err
		}
		entries = entries[n+int(size):]
	}
	return nil
}

// Close gives everything free. It may be called more than once.
func (s *Spool) Close() {
	if s.file != nil {
		s.file.Close()
	}
	*s = Spool{}
}
