package sevenzipdir

import "encoding/binary"

// MaxDictionary is what "7z -mx=9" takes in its recent versions, and the most that one decoder may hold, in bytes.
const MaxDictionary = 256 << 20

// maxWindow is that of zstd, in bytes.
const maxWindow = 128 << 20

// LZMA2Dictionary is the size of a dictionary, in bytes, by the property of its decoder.
func LZMA2Dictionary(property byte) uint64 {
	return (2 | uint64(property&1)) << (property/2 + 11)
}

// The decoders that hold what an archive tells them to, by id, and what any other holds.
const (
	idLZMA2 = "\x21"
	idLZMA  = "\x03\x01\x01"
	idPPMd  = "\x03\x04\x01"
	idZstd  = "\x04\xf7\x11\x01"

	otherDecoder = 8 << 20
)

// dictionary is what a decoder holds in memory.
type dictionary struct {
	bytes uint64 // at most
	whole bool   // however little it is to yield
}

// of is what it holds to yield so many bytes. What is over the limit of one holds nothing: its decoder is refused.
func (d dictionary) of(size uint64) uint64 {
	n := d.bytes
	if !d.whole {
		n = min(n, size)
	}
	if n > MaxDictionary {
		return 0
	}
	return n
}

// dictionaryOf knows the decoders that hold what an archive tells them to. What is malformed they refuse.
func dictionaryOf(id, properties []byte) dictionary {
	switch string(id) {
	case idLZMA2:
		if len(properties) == 1 && properties[0] <= 40 {
			return dictionary{bytes: LZMA2Dictionary(properties[0])}
		}
	case idLZMA, idPPMd:
		if len(properties) == 5 {
			return dictionary{uint64(binary.LittleEndian.Uint32(properties[1:])), string(id) == idPPMd}
		}
	case idZstd:
		return dictionary{bytes: maxWindow}
	}
	return dictionary{bytes: otherDecoder}
}
