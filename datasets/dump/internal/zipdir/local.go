package zipdir

import (
	"bufio"
	"encoding/binary"
	"io"
)

// Local is what the header in front of an entry's data says of it (APPNOTE.TXT, 4.3.7).
type Local struct {
	Name       string
	Flags      uint16
	Method     uint16
	Compressed int64 // bytes; unknown when SizeAfter
}

// Flags of an entry.
const (
	FlagEncrypted = 1 << 0
	flagSizeAfter = 1 << 3
)

const (
	localMark  = "PK\x03\x04"
	localSize  = 30
	centralTag = "PK\x01\x02"
	endTag     = "PK\x05\x06"
	end64Tag   = "PK\x06\x06"
	locatorTag = "PK\x06\x07"
)

// SizeAfter says that the sizes stand after the data, in a descriptor.
func (e Local) SizeAfter() bool { return e.Flags&flagSizeAfter != 0 }

// NextLocal reads the header that stands there, and refuses whatever else does.
func NextLocal(from *bufio.Reader) (Local, error) {
	head := make([]byte, localSize)
	if _, err := io.ReadFull(from, head); err != nil {
		return Local{}, err
	}
	if string(head[:4]) != localMark {
		return Local{}, io.ErrUnexpectedEOF
	}
	le := binary.LittleEndian
	names := make([]byte, int(le.Uint16(head[26:]))+int(le.Uint16(head[28:])))
	if _, err := io.ReadFull(from, names); err != nil {
		return Local{}, err
	}
	return Local{
		Name:  string(names[:le.Uint16(head[26:])]),
		Flags: le.Uint16(head[6:]), Method: le.Uint16(head[8:]),
		Compressed: int64(le.Uint32(head[18:])),
	}, nil
}

// descriptors are the sizes that one can have: signature and width are both optional (4.3.9).
var descriptors = []int{12, 16, 20, 24}

// SkipDescriptor skips checksum and sizes after the data of an entry, and reports whether it could
// tell where they end.
func SkipDescriptor(from *bufio.Reader) bool {
	longest := descriptors[len(descriptors)-1]
	ahead, _ := from.Peek(longest + 4) // at the end of the file there is less
	for _, n := range descriptors {
		if len(ahead) < n+4 {
			break
		}
		if next := string(ahead[n : n+4]); next == localMark || next == centralTag {
			_, err := from.Discard(n)
			return err == nil
		}
	}
	return false
}

// SkipLikelyDescriptor does the same where no header need follow: with the signature that nearly all programs write, a
// descriptor of a small entry ends after 16 bytes.
func SkipLikelyDescriptor(from *bufio.Reader) {
	const mark, usual = "PK\x07\x08", 16
	if SkipDescriptor(from) {
		return
	}
	if ahead, _ := from.Peek(len(mark)); string(ahead) == mark {
		_, _ = from.Discard(usual) // where the rest is shorter, nothing is left
	}
}

// IsLocal reports whether the header of an entry stands there.
func IsLocal(from *bufio.Reader) bool {
	mark, _ := from.Peek(len(localMark))
	return string(mark) == localMark
}

// SkipRecord skips one of the records that come after the entries, and reports false where none stands (4.3.12 to
// 4.3.16).
func SkipRecord(from *bufio.Reader) bool {
	head, _ := from.Peek(46)
	if len(head) < 20 {
		return false
	}
	le := binary.LittleEndian
	n := 0
	switch mark := string(head[:4]); {
	case mark == centralTag && len(head) == 46:
		n = 46 + int(le.Uint16(head[28:])) + int(le.Uint16(head[30:])) + int(le.Uint16(head[32:]))
	case mark == endTag && len(head) >= 22:
		n = 22 + int(le.Uint16(head[20:]))
	case mark == end64Tag:
		n = 12 + int(min(le.Uint64(head[4:]), 1<<20))
	case mark == locatorTag:
		n = 20
	default:
		return false
	}
	_, err := from.Discard(n)
	return err == nil
}
