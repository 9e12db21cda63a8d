// Package stream reads text: decompressed, without its byte order mark, in UTF-8, and with an end to every row.
package stream

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// MaxRowBytes bounds what one row of a text format may hold: an export has rows of some hundred
// bytes, and an unclosed quote would otherwise read the whole file into memory as one value.
const MaxRowBytes = 16 << 20

// maxZstdWindow is the window of "zstd --long", the largest that its decoder accepts without a
// flag.
const maxZstdWindow = 128 << 20

// What is wrong with a source as a whole, and the first bytes by which compressed ones are known.
var (
	ErrEmpty            = errors.New("it is empty")
	errTruncated        = errors.New("the compressed data ends early; the file is truncated")
	ErrOuterCompression = errors.New("this format compresses inside the file; " +
		"it cannot be read through gzip or zstd, decompress it first")
	errRowTooLong = fmt.Errorf("one row is longer than %d MiB; is a quote open?", MaxRowBytes>>20)
	MagicGzip     = []byte{0x1f, 0x8b}
	MagicZstd     = []byte{0x28, 0xb5, 0x2f, 0xfd}
	magicUTF8BOM  = []byte{0xef, 0xbb, 0xbf}
	magicUTF16LE  = []byte{0xff, 0xfe}
	magicUTF16BE  = []byte{0xfe, 0xff}
)

// Stream is the decompressed text of a source, without its byte order mark.
type Stream struct {
	*bufio.Reader
	limit  *rowLimit
	closer []func() error
	UTF16  bool // it was, and is read as UTF-8
}

// Open reads a file.
func Open(path string) (*Stream, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	whole, err := newWhole(f)
	if err != nil {
		f.Close() // read only
		return nil, err
	}
	s, err := New(whole)
	if err != nil {
		f.Close() // read only
		return nil, err
	}
	s.closer = append(s.closer, f.Close)
	return s, nil
}

// New reads a text that somebody else closes.
func New(r io.Reader) (*Stream, error) {
	s := &Stream{}
	raw := bufio.NewReaderSize(r, 64<<10)
	plain, err := s.decompress(raw)
	if err != nil {
		return nil, err
	}
	s.fill(plain)
	if err := s.skipMark(); err != nil {
		return s, err
	}
	return s, nil
}

func (s *Stream) fill(plain io.Reader) {
	s.limit = &rowLimit{r: plain, left: MaxRowBytes}
	s.Reader = bufio.NewReaderSize(s.limit, 64<<10)
}

func (s *Stream) decompress(raw *bufio.Reader) (io.Reader, error) {
	// A short input yields what there is; the error, if it matters, comes back from the next read.
	head, _ := raw.Peek(4)
	switch {
	case bytes.HasPrefix(head, MagicGzip):
		z, err := gzip.NewReader(raw)
		if err != nil {
			return nil, compressionError(err)
		}
		return compressed{z}, nil
	case bytes.HasPrefix(head, MagicZstd):
		z, err := zstd.NewReader(raw, zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderMaxWindow(maxZstdWindow))
		if err != nil {
			return nil, compressionError(err)
		}
		s.closer = append(s.closer, func() error { z.Close(); return nil })
		return compressed{z}, nil
	}
	return raw, nil
}

func (s *Stream) skipMark() error {
	head, err := s.Peek(3)
	switch {
	case bytes.HasPrefix(head, magicUTF8BOM):
		_, err = s.Discard(len(magicUTF8BOM))
		return err
	case bytes.HasPrefix(head, magicUTF16LE), bytes.HasPrefix(head, magicUTF16BE):
		s.UTF16 = true
		s.fill(transform.NewReader(s.Reader, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()))
		return nil
	case len(head) == 0 && err == io.EOF:
		return ErrEmpty
	case err != nil && err != io.EOF:
		return err
	}
	return nil
}

// StartRow lets a row begin: it may have MaxRowBytes.
func (s *Stream) StartRow() { s.limit.left = MaxRowBytes }

// Close gives back what the stream holds open.
func (s *Stream) Close() error {
	var errs []error
	for _, c := range s.closer {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}

// rowLimit ends a row that has no end. Its user sets left at the beginning of every row.
type rowLimit struct {
	r    io.Reader
	left int
}

func (l *rowLimit) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errRowTooLong
	}
	n, err := l.r.Read(p)
	l.left -= n
	return n, err
}

// compressed says in words what a decoder's end of data inside a frame means.
type compressed struct{ r io.Reader }

func (c compressed) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	return n, compressionError(err)
}

func compressionError(err error) error {
	switch {
	case err == nil || err == io.EOF:
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errTruncated
	}
	return fmt.Errorf("the compressed data is damaged: %w", err)
}
