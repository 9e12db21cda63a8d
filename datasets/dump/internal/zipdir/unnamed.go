package zipdir

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/binary"
	"io"
	"slices"

	"github.com/credsieve/credsieve/datasets/dump/internal/sniff"
)

// Span is a stretch of an archive, in bytes from its start.
type Span struct{ From, To int64 }

// Unnamed returns the stretches of an archive of so many bytes that its directory does not account for, in order:
// entries that it does not name, and what stands before or after the whole. Readers that go by the directory never
// see them; those that go by the headers in front of the entries do. Zeros, with which some programs fill up, and
// the mark of an archive that was to be split do not count.
func Unnamed(z *zip.Reader, at io.ReaderAt, size int64) ([]Span, error) {
	entries := make([]entry, 0, len(z.File)+1)
	for _, f := range z.File {
		data, err := f.DataOffset()
		if err != nil {
			continue // whoever reads the entry says so
		}
		e := entry{header: data, end: data + int64(f.CompressedSize64)}
		if e.header, err = headerBefore(at, data); err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.header, b.header) })
	directory, end, err := bounds(at, size)
	if err != nil {
		return nil, err
	}
	entries = append(entries, entry{header: directory, end: end})

	var unnamed []Span
	before := int64(0)
	for _, e := range append(entries, entry{header: size, end: size}) {
		if e.header > before {
			counts, err := holdsSomething(at, Span{before, e.header})
			if err != nil {
				return nil, err
			}
			if counts {
				unnamed = append(unnamed, Span{before, e.header})
			}
		}
		before = max(before, e.end)
	}
	return unnamed, nil
}

// entry is where one begins and where its data end. The directory is one, too.
type entry struct{ header, end int64 }

// headerBefore finds the header that leads up to the data. Where the directory points to is not told by archive/zip.
func headerBefore(at io.ReaderAt, data int64) (int64, error) {
	const usual, longest = 512, localSize + 2*(1<<16-1)
	for _, most := range []int64{usual, longest} {
		from := max(data-most, 0)
		window := make([]byte, data-from)
		if err := readAll(at, window, from); err != nil {
			return 0, err
		}
		for i := len(window); ; {
			if i = bytes.LastIndex(window[:i], []byte(localMark)); i < 0 {
				break
			}
			if h := window[i:]; len(h) >= localSize && len(h) == localSize+
				int(binary.LittleEndian.Uint16(h[26:]))+int(binary.LittleEndian.Uint16(h[28:])) {
				return from + int64(i), nil
			}
		}
	}
	return data, nil // a stretch too much is named rather than one too few
}

// bounds returns where the directory begins, and where the archive ends with its comment (4.3.14 to 4.3.16).
func bounds(at io.ReaderAt, size int64) (begin, end int64, err error) {
	const (
		record   = 22
		record64 = 56
		locator  = 20
		longest  = record + 1<<16 - 1
	)
	le := binary.LittleEndian
	from := max(size-longest-locator, 0)
	tail := make([]byte, size-from)
	if err := readAll(at, tail, from); err != nil {
		return 0, 0, err
	}
	for i := len(tail); ; {
		if i = bytes.LastIndex(tail[:i], []byte(endTag)); i < 0 {
			return size, size, nil // archive/zip has found one, or the entries would not be here
		}
		if len(tail)-i < record || i+record+int(le.Uint16(tail[i+20:])) > len(tail) {
			continue
		}
		end = from + int64(i) + record + int64(le.Uint16(tail[i+20:]))
		begin = from + int64(i) - int64(le.Uint32(tail[i+12:]))
		if i >= locator && string(tail[i-locator:i-locator+4]) == locatorTag {
			wide := make([]byte, record64)
			where := int64(le.Uint64(tail[i-locator+8:]))
			if where >= 0 && where <= size-record64 {
				if err := readAll(at, wide, where); err != nil {
					return 0, 0, err
				}
				if string(wide[:4]) == end64Tag {
					begin = where - int64(le.Uint64(wide[40:]))
				}
			}
		}
		if begin < 0 || begin > end {
			begin = end
		}
		return begin, end, nil
	}
}

// holdsSomething tells a stretch between two entries from the descriptor of the first, zeros and marks.
func holdsSomething(at io.ReaderAt, s Span) (bool, error) {
	if n := s.To - s.From; n <= 24 {
		if slices.Contains(descriptors, int(n)) {
			return false, nil
		}
		mark := make([]byte, n)
		if err := readAll(at, mark, s.From); err != nil || isSplitMark(mark) {
			return false, err
		}
	}
	zeros, err := sniff.OnlyZeros(io.NewSectionReader(at, s.From, s.To-s.From))
	return !zeros, err
}

// IsSplit knows the first part of an archive that was split, by the mark at its start.
func IsSplit(at io.ReaderAt) bool {
	mark := make([]byte, 4)
	_, err := at.ReadAt(mark, 0)
	return err == nil && string(mark) == "PK\x07\x08"
}

// isSplitMark knows what stands in front of an archive that was split, or was to be (8.5.3, 8.5.4).
func isSplitMark(b []byte) bool { return string(b) == "PK\x07\x08" || string(b) == "PK00" }

// readAll fills p. An archive that has become shorter is at its end there.
func readAll(at io.ReaderAt, p []byte, off int64) error {
	n, err := at.ReadAt(p, off)
	if n == len(p) {
		return nil
	}
	return err
}
