package decoder

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"

	"github.com/ulikunitz/xz/lzma"

	"github.com/credsieve/credsieve/datasets/dump/internal/sevenzipdir"
)

// XZMagic is what a stream begins with.
const XZMagic = "\xfd7zXZ\x00"

const (
	xzFooterSize = 12
	lzma2ID      = 0x21
)

var (
	errXZHeader   = errors.New("a header is wrong")
	errXZChecksum = errors.New("a checksum is wrong")
	errXZFilter   = LimitError(`it uses a filter other than LZMA2: decompress it first ("xz -d")`)
)

// NewXZ reads streams one after the other, as xz itself does. Opening calls what may take long, or does not.
func NewXZ(from io.Reader, opening func(func() error) error) io.Reader {
	return &xzReader{opening: opening, from: &xzInput{from: bufio.NewReader(from)}}
}

// xzReader reads the container (https://tukaani.org/xz/xz-file-format.txt) itself, because it names
// the dictionary of each block, and a decoder allocates what it is told to. LZMA2 is the library's.
type xzReader struct {
	opening func(func() error) error
	from    *xzInput
	block   io.Reader // nil between blocks
	sum     hash.Hash // nil when its kind is unknown
	start   int64     // of the block's data
	check   byte      // what kind of sum ends a block
	inside  bool      // a stream
	streams int
	blocks  uint64 // of the stream
}

// xzInput counts, because blocks are padded.
type xzInput struct {
	from *bufio.Reader
	n    int64
}

func (x *xzInput) Read(p []byte) (int, error) {
	n, err := x.from.Read(p)
	x.n += int64(n)
	return n, err
}

func (x *xzInput) ReadByte() (byte, error) {
	b, err := x.from.ReadByte()
	if err == nil {
		x.n++
	}
	return b, err
}

func (x *xzReader) Read(p []byte) (int, error) {
	for {
		if x.block == nil {
			if err := x.next(); err != nil {
				return 0, err
			}
			continue
		}
		n, err := x.block.Read(p)
		if x.sum != nil {
			x.sum.Write(p[:n])
		}
		if err == io.EOF {
			x.block = nil
			err = x.endBlock()
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// next begins the next block, and ends and begins streams. Its io.EOF is the end of them all.
func (x *xzReader) next() error {
	if !x.inside {
		return x.beginStream()
	}
	size, err := x.from.ReadByte()
	switch {
	case err != nil:
		return Early(err)
	case size == 0:
		return x.endStream()
	}
	header := make([]byte, 4*(int(size)+1))
	header[0] = size
	if _, err := io.ReadFull(x.from, header[1:]); err != nil {
		return Early(err)
	}
	dictionary, err := xzDictionary(header)
	if err != nil {
		return err
	}
	x.blocks++
	x.start, x.sum = x.from.n, xzSum(x.check)
	return x.opening(func() error {
		x.block, err = lzma.Reader2Config{DictCap: dictionary}.NewReader2(x.from)
		return err
	})
}

// beginStream reads the header of a stream, and the zeros in front of any but the first.
func (x *xzReader) beginStream() error {
	header := make([]byte, 12)
	for {
		_, err := io.ReadFull(x.from, header[:4])
		switch {
		case err == io.EOF && x.streams > 0:
			return io.EOF
		case err != nil:
			return Early(err)
		}
		if x.streams == 0 || !bytes.Equal(header[:4], make([]byte, 4)) {
			break
		}
	}
	if _, err := io.ReadFull(x.from, header[4:]); err != nil {
		return Early(err)
	}
	if string(header[:6]) != XZMagic || header[6] != 0 || header[7] > 15 {
		return errXZHeader
	}
	if crc32.ChecksumIEEE(header[6:8]) != binary.LittleEndian.Uint32(header[8:]) {
		return errXZChecksum
	}
	x.check, x.inside, x.blocks = header[7], true, 0
	x.streams++
	return nil
}

// xzDictionary returns the dictionary that a block asks for, within the limit.
func xzDictionary(header []byte) (int, error) {
	end := len(header) - 4
	if crc32.ChecksumIEEE(header[:end]) != binary.LittleEndian.Uint32(header[end:]) {
		return 0, errXZChecksum
	}
	flags, rest := header[1], bytes.NewReader(header[2:end])
	if flags&0x3c != 0 {
		return 0, errXZHeader
	}
	for _, present := range []byte{0x40, 0x80} { // the sizes of the block, packed and unpacked
		if flags&present != 0 {
			if _, err := binary.ReadUvarint(rest); err != nil {
				return 0, errXZHeader
			}
		}
	}
	var filter [3]byte // number, size of its properties, and these
	if _, err := io.ReadFull(rest, filter[:]); err != nil {
		return 0, errXZHeader
	}
	if flags&3 != 0 || filter[0] != lzma2ID {
		return 0, errXZFilter
	}
	if filter[1] != 1 || filter[2] > 40 {
		return 0, errXZHeader
	}
	size := sevenzipdir.LZMA2Dictionary(filter[2])
	if size > maxXZDictionary {
		return 0, dictionaryError(size, maxXZDictionary, `decompress it first ("xz -d")`)
	}
	return int(max(size, lzma.MinDictCap)), nil
}

// endBlock reads padding and sum after the data of a block.
func (x *xzReader) endBlock() error {
	padding := (4 - (x.from.n-x.start)%4) % 4
	tail := make([]byte, int(padding)+xzSumSize(x.check))
	if _, err := io.ReadFull(x.from, tail); err != nil {
		return Early(err)
	}
	if x.sum != nil && !bytes.Equal(x.sum.Sum(nil), tail[padding:]) {
		return errXZChecksum
	}
	return nil
}

// xzSum returns nil for the kinds that nothing writes.
func xzSum(check byte) hash.Hash {
	switch check {
	case 1:
		return littleEndian{crc32.NewIEEE(), 4}
	case 4:
		return littleEndian{crc64.New(crc64.MakeTable(crc64.ECMA)), 8}
	case 10:
		return sha256.New()
	}
	return nil
}

// xzSumSize is what the specification says of all kinds, known or not.
func xzSumSize(check byte) int {
	if check == 0 {
		return 0
	}
	return 4 << ((check - 1) / 3)
}

// littleEndian turns the sum around.
type littleEndian struct {
	hash.Hash
	size int
}

func (l littleEndian) Sum(b []byte) []byte {
	sum := l.Hash.Sum(nil)
	for i := range l.size {
		b = append(b, sum[l.size-1-i])
	}
	return b
}

// endStream reads the index of the blocks, which is of no use to who has read them, and the footer.
func (x *xzReader) endStream() error {
	start := x.from.n - 1
	records, err := binary.ReadUvarint(x.from)
	if err != nil {
		return Early(err)
	}
	if records != x.blocks {
		return fmt.Errorf("its index has %d blocks, and there are %d", records, x.blocks)
	}
	for range 2 * records { // two sizes each
		if _, err := binary.ReadUvarint(x.from); err != nil {
			return Early(err)
		}
	}
	const sum = 4
	padding := (4 - (x.from.n-start)%4) % 4
	tail := make([]byte, padding+sum+xzFooterSize)
	if _, err := io.ReadFull(x.from, tail); err != nil {
		return Early(err)
	}
	if string(tail[len(tail)-2:]) != "YZ" {
		return errXZHeader
	}
	x.inside = false
	return nil
}
