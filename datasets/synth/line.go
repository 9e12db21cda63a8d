package synth

import (
	"bufio"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// bufferSize keeps the number of system calls small against ten million lines.
const bufferSize = 1 << 18

// appendLine appends record n of a dump, without the line end.
type appendLine func(dst []byte, n int, id, password []byte) []byte

// lineEncoder writes one record a line.
type lineEncoder struct {
	w          *bufio.Writer
	line       appendLine
	n          int
	scratch    []byte
	compressor io.Closer // nil: none
}

func newLineEncoder(w io.Writer, line appendLine) *lineEncoder {
	return &lineEncoder{w: bufio.NewWriterSize(w, bufferSize), line: line}
}

func newGzipLines(w io.Writer, line appendLine) *lineEncoder {
	// The header of a gzip.Writer names neither file nor time unless asked to.
	z := gzip.NewWriter(w)
	e := newLineEncoder(z, line)
	e.compressor = z
	return e
}

func newZstdLines(w io.Writer, line appendLine) (*lineEncoder, error) {
	z, err := newZstdWriter(w)
	if err != nil {
		return nil, err
	}
	e := newLineEncoder(z, line)
	e.compressor = z
	return e, nil
}

// newZstdWriter compresses in the caller's goroutine, so that blocks end at the same bytes always.
func newZstdWriter(w io.Writer) (*zstd.Encoder, error) {
	return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
}

func (e *lineEncoder) record(id, password []byte) error {
	e.scratch = append(e.line(e.scratch[:0], e.n, id, password), '\n')
	e.n++
	_, err := e.w.Write(e.scratch)
	return err
}

func (e *lineEncoder) junk(line string) error {
	_, err := e.w.WriteString(line + "\n")
	return err
}

func (e *lineEncoder) close() error {
	if err := e.w.Flush(); err != nil {
		return err
	}
	if e.compressor != nil {
		return e.compressor.Close()
	}
	return nil
}
