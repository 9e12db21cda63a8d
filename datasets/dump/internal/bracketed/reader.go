package bracketed

import (
	"errors"
	"io"
)

// reader turns a text of this kind into a table.
type reader struct {
	from io.Reader
	scan scanner
	in   [32 << 10]byte
	rest []byte // of what was written
	err  error
}

// NewReader returns the table that a text holds. A text that ends within brackets ends early.
func NewReader(from io.Reader) io.Reader { return &reader{from: from} }

func (r *reader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		n, err := r.from.Read(r.in[:])
		r.scan.out = r.scan.out[:0]
		r.scan.write(r.in[:n])
		if err != nil {
			r.err = r.scan.end(err)
		}
		r.rest = r.scan.out
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// end writes what is left, and returns what the text ends in.
func (s *scanner) end(err error) error {
	if s.quote != 0 {
		s.quote = 0
		s.endString()
	}
	s.endWord()
	s.endAside()
	open := s.depth > 0
	s.spill()
	if errors.Is(err, io.EOF) && open {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Looks reports whether rows in brackets make up most of a text that begins like this.
func Looks(head []byte, whole bool) bool {
	var s scanner
	s.stats.widths = make(map[int]int)
	s.write(head)
	if whole {
		s.end(io.EOF) //nolint:errcheck // only what was found counts
	}
	most := 0
	for _, n := range s.stats.widths {
		most = max(most, n)
	}
	rows, lines := s.stats.rows, s.stats.lines
	const few = 2
	switch {
	case 2*s.stats.bytes < len(head)/2: // brackets, quotes, commas and space take their share
		return false
	case lines >= few && lines >= 4*rows:
		return true
	}
	return rows >= few && 5*most >= 3*rows && 5*s.stats.quoted >= 4*rows
}
