package decoder

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"

	"github.com/ulikunitz/xz/lzma"

	"github.com/credsieve/credsieve/datasets/dump/internal/sevenzipdir"
)

// NewZipLZMA reads an entry of method 14, which names a dictionary within the limit.
func NewZipLZMA(from io.Reader) io.Reader { return &zipLZMA{from: from} }

// zipLZMA reads an entry of method 14: a version, the length of the properties, the properties, and a bare
// LZMA stream (APPNOTE.TXT 5.8.8). archive/zip asks for the decoder before it may fail, so that the
// beginning is read with the first byte.
type zipLZMA struct {
	from   io.Reader
	stream io.Reader
	err    error
}

func (z *zipLZMA) Read(p []byte) (int, error) {
	if z.stream == nil && z.err == nil {
		z.stream, z.err = openZipLZMA(z.from)
	}
	if z.err != nil {
		return 0, z.err
	}
	n, err := z.stream.Read(p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		// A stream may end without a mark. archive/zip compares size and checksum, so that one that was
		// cut off is told from it.
		err = io.EOF
	}
	return n, err
}

func openZipLZMA(from io.Reader) (io.Reader, error) {
	const versionAndLength, propertiesLength = 4, 5
	var head [versionAndLength + propertiesLength]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	if binary.LittleEndian.Uint16(head[2:]) != propertiesLength {
		return nil, errors.New("its LZMA properties are of another length than five bytes")
	}
	properties := head[versionAndLength:]
	dictionary := binary.LittleEndian.Uint32(properties[1:])
	if dictionary > sevenzipdir.MaxDictionary {
		return nil, dictionaryError(uint64(dictionary), sevenzipdir.MaxDictionary, "extract it first")
	}
	header := binary.LittleEndian.AppendUint64(bytes.Clone(properties), math.MaxUint64) // size unknown
	return lzma.NewReader(bufio.NewReader(io.MultiReader(bytes.NewReader(header), from)))
}
