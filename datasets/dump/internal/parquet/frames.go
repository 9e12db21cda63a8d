package parquet

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/credsieve/credsieve/datasets/dump/internal/rowtext"
)

// The kinds of frames.
const (
	frameText  = 't'
	frameError = 'e'
	frameEnd   = 'z'
)

// maxFrame bounds what a frame may hold.
const maxFrame = 1 << 20

// frameReader reads the table out of frames.
type frameReader struct {
	out  *bufio.Reader
	left int // bytes of the frame that are not read
	err  error
}

func newFrameReader(from io.Reader) *frameReader {
	return &frameReader{out: bufio.NewReaderSize(from, 64<<10)}
}

func (c *frameReader) Read(p []byte) (int, error) {
	for c.left == 0 && c.err == nil {
		c.err = c.next()
	}
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.out.Read(p[:min(len(p), c.left)])
	if c.left -= n; err != nil {
		c.err = errDecoder
	}
	return n, nil
}

var errDecoder = errors.New("its decoder failed: export it to CSV first")

// next reads the head of a frame.
func (c *frameReader) next() error {
	var head [5]byte
	if _, err := io.ReadFull(c.out, head[:]); err != nil {
		return errDecoder
	}
	n := binary.BigEndian.Uint32(head[1:])
	switch {
	case n > maxFrame:
		return errDecoder
	case head[0] == frameText:
		c.left = int(n)
		return nil
	case head[0] == frameEnd && n == 0:
		return io.EOF
	case head[0] == frameError:
		text := make([]byte, n)
		if _, err := io.ReadFull(c.out, text); err == nil {
			return errors.New(strings.Map(printable, string(text)))
		}
	}
	return errDecoder
}

func printable(c rune) rune {
	if unicode.IsPrint(c) {
		return c
	}
	return '?'
}

// Writer writes what a [Child] reads. Its errors stay: the first one is that of Close.
type Writer struct {
	to    *bufio.Writer
	err   error
	lines rowtext.Writer
	text  []byte
}

// NewWriter begins a table.
func NewWriter(to io.Writer) *Writer {
	return &Writer{to: bufio.NewWriterSize(to, 64<<10)}
}

// Row writes a row of cells, in as many frames as it takes. A nil cell is a null.
func (w *Writer) Row(cells [][]byte) error {
	w.text = w.lines.Append(w.text[:0], cells)
	for part := range slices.Chunk(w.text, maxFrame) {
		w.frame(frameText, part)
	}
	return w.err
}

// Fail ends the table early, with a sentence about the file.
func (w *Writer) Fail(sentence string) error {
	w.frame(frameError, []byte(sentence))
	return errors.Join(w.err, w.to.Flush())
}

// Close says that the table is whole.
func (w *Writer) Close() error {
	w.frame(frameEnd, nil)
	return errors.Join(w.err, w.to.Flush())
}

func (w *Writer) frame(kind byte, text []byte) {
	var head [5]byte
	head[0] = kind
	binary.BigEndian.PutUint32(head[1:], uint32(len(text)))
	for _, part := range [][]byte{head[:], text} {
		if w.err == nil {
			_, w.err = w.to.Write(part)
		}
	}
}
