package decoder

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"sync"

	"github.com/bodgit/sevenzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stangelandcl/ppmd"
	"github.com/ulikunitz/xz/lzma"

	"github.com/credsieve/credsieve/datasets/dump/internal/sevenzipdir"
)

// Bound7z replaces the decoders of the 7z library, for the whole process, by those that meet a limit.
func Bound7z() { bound7z() }

// bound7z replaces the library's decoders that allocate what an archive tells them to. The
// library keeps its decoders for the whole process.
var bound7z = sync.OnceFunc(func() {
	sevenzip.RegisterDecompressor([]byte{0x21}, newLZMA2)
	sevenzip.RegisterDecompressor([]byte{3, 1, 1}, newLZMA)
	sevenzip.RegisterDecompressor([]byte{3, 4, 1}, newPPMd)
	sevenzip.RegisterDecompressor([]byte{4, 0xf7, 0x11, 1}, newZstd)
})

// decoder7z is a decoder and what it reads from.
type decoder7z struct {
	io.Reader
	io.Closer
}

// decode7z readies a decoder for a stream of size bytes, when the properties in front of it are of
// the right length and its dictionary is within the limit. It needs no more than the stream.
func decode7z(properties []byte, length int, from []io.ReadCloser, dictionary, size uint64,
	open func(from io.Reader) (io.Reader, error)) (io.ReadCloser, error) {
	if len(properties) != length || len(from) != 1 {
		return nil, sevenzipdir.ErrFormat
	}
	if needed := min(dictionary, size); needed > sevenzipdir.MaxDictionary {
		return nil, dictionaryError(needed, sevenzipdir.MaxDictionary, way7z)
	}
	to, err := open(from[0])
	return decoder7z{to, from[0]}, err
}

func newLZMA2(p []byte, size uint64, from []io.ReadCloser) (io.ReadCloser, error) {
	if len(p) != 1 || p[0] > 40 {
		return nil, sevenzipdir.ErrFormat
	}
	dictionary := sevenzipdir.LZMA2Dictionary(p[0])
	return decode7z(p, 1, from, dictionary, size, func(from io.Reader) (io.Reader, error) {
		capacity := max(min(dictionary, size), lzma.MinDictCap)
		return lzma.Reader2Config{DictCap: int(capacity)}.NewReader2(from)
	})
}

func newLZMA(p []byte, size uint64, from []io.ReadCloser) (io.ReadCloser, error) {
	if len(p) != 5 {
		return nil, sevenzipdir.ErrFormat
	}
	dictionary := uint64(binary.LittleEndian.Uint32(p[1:]))
	return decode7z(p, 5, from, dictionary, size, func(from io.Reader) (io.Reader, error) {
		header := binary.LittleEndian.AppendUint32([]byte{p[0]}, uint32(min(dictionary, size)))
		header = binary.LittleEndian.AppendUint64(header, size)
		return lzma.NewReader(bufio.NewReader(io.MultiReader(bytes.NewReader(header), from)))
	})
}

func newPPMd(p []byte, size uint64, from []io.ReadCloser) (io.ReadCloser, error) {
	if len(p) != 5 {
		return nil, sevenzipdir.ErrFormat
	}
	memory := uint64(binary.LittleEndian.Uint32(p[1:])) // a model's, however little it is to hold
	return decode7z(p, 5, from, memory, memory, func(from io.Reader) (io.Reader, error) {
		reader, err := ppmd.NewH7zReader(bufio.NewReader(from), int(p[0]), int(memory), int(size))
		return &reader, err
	})
}

// newZstd makes a decoder that does not read ahead in a goroutine of its own.
func newZstd(p []byte, size uint64, from []io.ReadCloser) (io.ReadCloser, error) {
	return decode7z(p, len(p), from, 0, size, func(from io.Reader) (io.Reader, error) {
		z, err := zstd.NewReader(from, zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderMaxMemory(MaxWindow), zstd.WithDecoderMaxWindow(MaxWindow))
		return explained{z}, err
	})
}
