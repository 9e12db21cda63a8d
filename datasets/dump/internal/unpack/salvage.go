package unpack

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/klauspost/compress/flate"

	"github.com/credsieve/credsieve/datasets/dump/internal/decoder"
)

// localEntry is what the header in front of an entry's data says of it
// (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.7).
type localEntry struct {
	name       string
	flags      uint16
	method     uint16
	compressed int64 // unknown when the size comes after the data
}

const (
	localHeaderSize = 30
	flagEncrypted   = 1 << 0
	flagSizeBehind  = 1 << 3
	methodStored    = 0
	methodDeflate   = 8
)

func (e localEntry) sizeBehind() bool { return e.flags&flagSizeBehind != 0 }

// salvage reads an archive without its directory, which stands at the end: downloads that were cut
// off are common, and each entry up to there can still be read.
func (w *walker) salvage(m *Member, at *countingAt) error {
	from := bufio.NewReader(io.NewSectionReader(at, 0, at.size))
	for {
		entry, err := nextLocalEntry(from)
		if err != nil || !w.mayEnter(m) {
			break
		}
		whole, err := w.salvageEntry(m, entry, from)
		if err != nil {
			return err
		}
		if !whole {
			break
		}
	}
	w.lose(m, "the zip archive is cut off or damaged: its directory is missing, "+
		"and it was read entry by entry as far as that goes")
	return w.ctx.Err()
}

// salvageEntry reads one entry and reports whether the next one can be found after it.
func (w *walker) salvageEntry(m *Member, e localEntry, from *bufio.Reader) (bool, error) {
	inner := m.inside(e.name, "zip")
	var data io.Reader
	switch {
	case e.flags&flagEncrypted != 0:
		w.skip(inner, "zip", "it is encrypted: extract with the password first")
	case e.method == methodDeflate:
		data = flate.NewReader(from)
	case e.method == methodStored && !e.sizeBehind():
		data = decoder.Exactly(from, e.compressed)
	default:
		w.skip(inner, "zip", fmt.Sprintf("it is compressed by method %d: repair the archive first",
			e.method))
	}
	if data == nil {
		if e.sizeBehind() {
			return false, nil
		}
		_, err := io.CopyN(io.Discard, from, e.compressed)
		return err == nil, nil
	}
	inner.from = &unpacked{w: w, from: data}
	if !isFolder(e.name) {
		if err := w.open(inner); err != nil {
			return false, err
		}
	}
	if _, err := io.Copy(io.Discard, inner.from); err != nil {
		return false, nil
	}
	return !e.sizeBehind() || skipDescriptor(from), nil
}

func nextLocalEntry(from *bufio.Reader) (localEntry, error) {
	head := make([]byte, localHeaderSize)
	if _, err := io.ReadFull(from, head); err != nil {
		return localEntry{}, err
	}
	if string(head[:4]) != "PK\x03\x04" {
		return localEntry{}, io.ErrUnexpectedEOF
	}
	le := binary.LittleEndian
	names := make([]byte, int(le.Uint16(head[26:]))+int(le.Uint16(head[28:])))
	if _, err := io.ReadFull(from, names); err != nil {
		return localEntry{}, err
	}
	return localEntry{
		name:  string(names[:le.Uint16(head[26:])]),
		flags: le.Uint16(head[6:]), method: le.Uint16(head[8:]),
		compressed: int64(le.Uint32(head[18:])),
	}, nil
}

// skipDescriptor skips checksum and sizes after the data of an entry, and reports whether it could
// tell where they end: signature and width are both optional.
func skipDescriptor(from *bufio.Reader) bool {
	const longest = 24
	ahead, _ := from.Peek(longest + 4) // at the end of the file there is less
	for _, n := range []int{12, 16, 20, longest} {
		if len(ahead) < n+4 {
			break
		}
		if next := string(ahead[n : n+4]); next == "PK\x03\x04" || next == "PK\x01\x02" {
			_, err := from.Discard(n)
			return err == nil
		}
	}
	return false
}
