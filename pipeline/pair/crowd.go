package pair

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"

	"github.com/dchest/siphash"

	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/spool"
)

// Crowd counts the accounts that were met with a password, exactly, however many pairs there are: it keeps a print of
// each pair's password, and is looked through once, when it is known whose are asked for. Those are few: what is
// confirmed. It is filled by one goroutine.
type Crowd struct {
	keys   [2][2]uint64 // of passwords, of digests
	prints *spool.Spool // by their first byte
	entry  []byte
	err    error // the first of prints
}

// NewCrowd returns a crowd that has met nobody. More than limit bytes go to a sealed file in dir.
func NewCrowd(key *hashing.Key, dir string, limit int64) *Crowd {
	// Keyed, so that prints say nothing to whoever has not the key.
	sub := key.Derive(hashing.PurposeToken, []byte("crowd"), 32)
	c := &Crowd{prints: spool.New(dir, Partitions, limit)}
	for i := range c.keys {
		c.keys[i] = [2]uint64{binary.LittleEndian.Uint64(sub[16*i:]), binary.LittleEndian.Uint64(sub[16*i+8:])}
	}
	return c
}

// Print stands for a password, or for a digest of one, under the key of a crowd. The zero value stands for none.
type Print [2]uint64

// printSize is that of a print in an entry.
const printSize = 16

func (p Print) appendTo(b []byte) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, p[0]), p[1])
}

func printOf(b []byte) Print {
	return Print{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])}
}

// Print returns what the password of a pair is known by: none in a crowd that is nil.
func (c *Crowd) Print(p *Pair) Print {
	if c == nil {
		return Print{}
	}
	key := &c.keys[0]
	if p.Digest {
		key = &c.keys[1]
	}
	low, high := siphash.Hash128(key[0], key[1], p.Secret)
	return Print{low, high}
}

// Add notes a pair, once.
func (c *Crowd) Add(p *Pair) {
	if c.err != nil {
		return
	}
	c.entry = c.Print(p).appendTo(c.entry[:0])
	c.err = c.prints.Add(int(c.entry[0]), c.entry)
}

// Each visits the print of each pair with 1, the number of its accounts, in no order, and leaves the crowd empty.
func (c *Crowd) Each(visit func(p Print, accounts int)) error {
	defer c.Close()
	for part := range Partitions {
		if c.err != nil {
			return c.err
		}
		c.err = c.prints.Read(part, func(entry []byte) error {
			visit(printOf(entry), 1)
			return nil
		})
	}
	return c.err
}

// Texts visits the prints of all pairs, each once with the number of its accounts, as texts for EachPrint that follow each
// other. Crowds of the same pairs under one key have the same. It leaves the crowd empty.
func (c *Crowd) Texts(visit func(text []byte) error) error {
	defer c.Close()
	var prints []Print
	var text []byte
	for part := range Partitions {
		prints, text = prints[:0], text[:0]
		if c.err == nil {
			c.err = c.prints.Read(part, func(entry []byte) error {
				prints = append(prints, printOf(entry))
				return nil
			})
		}
		if c.err != nil {
			return c.err
		}
		slices.SortFunc(prints, Print.compare)
		for len(prints) > 0 {
			n := 1
			for n < len(prints) && prints[n] == prints[0] {
				n++
			}
			text = binary.AppendUvarint(prints[0].appendTo(text), uint64(n))
			prints = prints[n:]
		}
		if len(text) > 0 {
			if err := visit(text); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p Print) compare(q Print) int {
	return cmp.Or(cmp.Compare(p[0], q[0]), cmp.Compare(p[1], q[1]))
}

// EachPrint visits the prints of texts of a crowd, with how many accounts were met with the password of each.
func EachPrint(texts []byte, visit func(p Print, accounts int)) error {
	for len(texts) > 0 {
		if len(texts) <= printSize {
			return errEncoding
		}
		n, size := binary.Uvarint(texts[printSize:])
		if size <= 0 || n == 0 || n > math.MaxUint32 {
			return errEncoding
		}
		visit(printOf(texts), int(n))
		texts = texts[printSize+size:]
	}
	return nil
}

// Close gives everything free. It may be called more than once, also of a crowd that is nil.
func (c *Crowd) Close() {
	if c != nil {
		c.prints.Close()
	}
}

// Shares says of the passwords that are asked for with how many accounts each was met. Memory holds those and no others.
type Shares struct {
	accounts map[Print]int
	marks    []uint64 // a bit for some of the prints that are asked for: nearly all others are told by it
}

// NewShares asks for passwords by their prints. None is asked for by the zero print.
func NewShares(asked []Print) *Shares {
	s := &Shares{accounts: make(map[Print]int, len(asked)), marks: make([]uint64, 1<<bits.Len(uint(len(asked)/8)))}
	for _, p := range asked {
		if p != (Print{}) {
			s.accounts[p] = 0
			word, bit := s.mark(p)
			s.marks[word] |= bit
		}
	}
	return s
}

// mark is the bit of a print. Those of a part of a crowd begin alike, so that it is their end that counts.
func (s *Shares) mark(p Print) (word int, bit uint64) {
	return int(p[1] >> 6 & uint64(len(s.marks)-1)), 1 << (p[1] & 63)
}

// Add takes in a print from a crowd.
func (s *Shares) Add(p Print, accounts int) {
	if word, bit := s.mark(p); s.marks[word]&bit == 0 {
		return
	}
	if n, asked := s.accounts[p]; asked {
		s.accounts[p] = n + accounts
	}
}

// Of is how many accounts were met with a password, 0 for one that was not asked for.
func (s *Shares) Of(p Print) int { return s.accounts[p] }

// Empty reports that no password is asked for.
func (s *Shares) Empty() bool { return len(s.accounts) == 0 }
