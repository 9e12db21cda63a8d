package pipeline

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
)

// spool keeps entries in partitions, to be read once, partition by partition, each in the order in which
// it was written. Up to its limit it lives in memory. Beyond, it goes to one file, sealed with AES-256-GCM
// under a random key that is held in memory only; the file has no name any more while it is used, where the
// system allows that, and is gone with the process. It is not safe for concurrent use.
type spool struct {
	dir   string // of the file
	limit int64  // bytes that may lie in memory
	held  int64  // that do, in whole pages
	parts []spoolPart
	spare [][]byte // pages to use again

	file   *os.File // nil until the limit is passed
	aead   cipher.AEAD
	end    int64  // of the file
	chunks uint64 // sealed so far; their number is the nonce
	sealed []byte // scratch
	plain  []byte // scratch
}

type spoolPart struct {
	pages  [][]byte // entries that are not sealed yet, each whole on one page
	chunks []spoolChunk
}

// spoolPage is what is sealed at once. Pages of one size come and go without leaving garbage.
const spoolPage = 8 << 10

// spoolChunk is a stretch of the file.
type spoolChunk struct {
	at, size int64
	number   uint64
}

func newSpool(dir string, parts int, limit int64) *spool {
	return &spool{dir: dir, limit: limit, parts: make([]spoolPart, parts)}
}

// add appends an entry to a partition.
func (s *spool) add(part int, entry []byte) error {
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
func (s *spool) page(need int) []byte {
	if need > spoolPage {
		return make([]byte, 0, need)
	}
	if n := len(s.spare); n > 0 {
		page := s.spare[n-1]
		s.spare = s.spare[:n-1]
		return page
	}
	return make([]byte, 0, spoolPage)
}

// drop gives a page back.
func (s *spool) drop(page []byte) {
	clear(page)
	if cap(page) == spoolPage {
		s.spare = append(s.spare, page[:0])
	}
}

// spill moves everything to the file.
func (s *spool) spill() error {
	if s.file == nil {
		if err := s.create(); err != nil {
			return fmt.Errorf("failed to make a sealed file for candidates: %w", err)
		}
	}
	for i := range s.parts {
		p := &s.parts[i]
		for _, page := range p.pages {
			s.sealed = s.aead.Seal(s.sealed[:0], s.nonce(s.chunks), page, partName(i))
			if _, err := s.file.WriteAt(s.sealed, s.end); err != nil {
				return fmt.Errorf("failed to write candidates to a sealed file: %w", err)
			}
			p.chunks = append(p.chunks, spoolChunk{s.end, int64(len(s.sealed)), s.chunks})
			s.end += int64(len(s.sealed))
			s.chunks++
			s.drop(page)
		}
		p.pages = p.pages[:0]
	}
	s.held = 0
	return nil
}

func (s *spool) create() error {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return err
	}
	if s.aead, err = cipher.NewGCM(block); err != nil {
		return err
	}
	if s.file, err = os.CreateTemp(s.dir, ".credsieve-spool-"); err != nil {
		return err
	}
	// Without a name nothing stays behind after a kill. Where an open file keeps its name, close removes it.
	_ = os.Remove(s.file.Name())
	return nil
}

// nonce never repeats under the key of one spool.
func (s *spool) nonce(number uint64) []byte {
	return binary.BigEndian.AppendUint64(make([]byte, s.aead.NonceSize()-8, s.aead.NonceSize()), number)
}

// partName binds a chunk to its partition.
func partName(part int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(part)) }

// read visits the entries of a partition and frees it. An entry is valid until visit returns.
func (s *spool) read(part int, visit func(entry []byte) error) error {
	p := &s.parts[part]
	s.spare = nil
	for _, chunk := range p.chunks {
		plain, err := s.open(part, chunk)
		if err != nil {
			return fmt.Errorf("failed to read candidates from a sealed file: %w", err)
		}
		if err := eachEntry(plain, visit); err != nil {
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
	*p = spoolPart{} // nothing is added any more: the pages are garbage
	return nil
}

func (s *spool) open(part int, chunk spoolChunk) ([]byte, error) {
	if int64(cap(s.sealed)) < chunk.size {
		s.sealed = make([]byte, chunk.size)
	}
	s.sealed = s.sealed[:chunk.size]
	if _, err := s.file.ReadAt(s.sealed, chunk.at); err != nil {
		return nil, err
	}
	var err error
	s.plain, err = s.aead.Open(s.plain[:0], s.nonce(chunk.number), s.sealed, partName(part))
	if err != nil {
		return nil, errors.New("it was changed while it was used")
	}
	return s.plain, nil
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

// close gives everything free. It may be called more than once.
func (s *spool) close() {
	if s.file != nil {
		name := s.file.Name()
		s.file.Close() // nobody reads it any more
		os.Remove(name)
	}
	*s = spool{}
}
