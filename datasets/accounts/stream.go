package accounts

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/credsieve/credsieve/datasets/internal/interruptible"
)

// maxRowBytes bounds what one row of a text format may hold: an export has rows of some hundred
// bytes, and an unclosed quote would otherwise read the whole file into memory as one value.
const maxRowBytes = 16 << 20

// maxZstdWindow is the window of "zstd --long", the largest that its decoder accepts without a
// flag.
const maxZstdWindow = 128 << 20

var (
	errEmpty            = errors.New("it is empty")
	errTruncated        = errors.New("the compressed data ends early; the file is truncated")
	errOuterCompression = errors.New("this format compresses inside the file; " +
		"it cannot be read through gzip or zstd, decompress it first")
	errUTF16       = errors.New("it is UTF-16 text; export it as UTF-8")
	errRowTooLong  = fmt.Errorf("one row is longer than %d MiB; is a quote open?", maxRowBytes>>20)
	errNeedsAFile  = errors.New("it is Parquet or Arrow, which can only be read from a file")
	errNoStdin     = errors.New("there is no standard input")
	magicGzip      = []byte{0x1f, 0x8b}
	magicZstd      = []byte{0x28, 0xb5, 0x2f, 0xfd}
	magicUTF8BOM   = []byte{0xef, 0xbb, 0xbf}
	magicUTF16LE   = []byte{0xff, 0xfe}
	magicUTF16BE   = []byte{0xfe, 0xff}
	magicParquet   = []byte("PAR1")
	magicArrowFile = []byte("ARROW1")
)

// stream is the decompressed text of a source, without its byte order mark.
type stream struct {
	*bufio.Reader
	limit  *rowLimit
	closer []func() error
}

func openStream(path string) (*stream, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	s, err := newStream(f)
	if err != nil {
		f.Close() // read only
		return nil, err
	}
	s.closer = append(s.closer, f.Close)
	return s, nil
}

func newStream(r io.Reader) (*stream, error) {
	s := &stream{}
	raw := bufio.NewReaderSize(r, 64<<10)
	plain, err := s.decompress(raw)
	if err != nil {
		return nil, err
	}
	s.limit = &rowLimit{r: plain, left: maxRowBytes}
	s.Reader = bufio.NewReaderSize(s.limit, 64<<10)
	return s, s.skipMark()
}

func (s *stream) decompress(raw *bufio.Reader) (io.Reader, error) {
	// A short input yields what there is; the error, if it matters, comes back from the next read.
	head, _ := raw.Peek(4)
	switch {
	case bytes.HasPrefix(head, magicGzip):
		z, err := gzip.NewReader(raw)
		if err != nil {
			return nil, compressionError(err)
		}
		return compressed{z}, nil
	case bytes.HasPrefix(head, magicZstd):
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

func (s *stream) skipMark() error {
	head, err := s.Peek(3)
	switch {
	case bytes.HasPrefix(head, magicUTF8BOM):
		_, err = s.Discard(len(magicUTF8BOM))
		return err
	case bytes.HasPrefix(head, magicUTF16LE), bytes.HasPrefix(head, magicUTF16BE):
		return errUTF16
	case len(head) == 0 && err == io.EOF:
		return errEmpty
	case err != nil && err != io.EOF:
		return err
	}
	return nil
}

func (s *stream) Close() error {
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

// openStdin reads CSV, or JSON lines where the first byte that is not white space is a brace.
func openStdin(ctx context.Context, r io.Reader) (table, error) {
	if r == nil {
		return nil, errNoStdin
	}
	s, err := newStream(interruptible.NewReader(ctx, r))
	if err != nil {
		return nil, err
	}
	head, _ := s.Peek(512)
	switch text := bytes.TrimLeft(head, " \t\r\n"); {
	case bytes.HasPrefix(head, magicParquet), bytes.HasPrefix(head, magicArrowFile):
		s.Close() // nothing was opened but a decoder
		return nil, errNeedsAFile
	case bytes.HasPrefix(text, []byte("{")):
		return newJSONL(s)
	}
	return newDelimited(s, ',')
}
