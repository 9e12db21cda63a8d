// Package decoder undoes single compressions and encryptions within limits: xz, LZMA in zip, what 7z is packed with, and
// how zip is encrypted. The containers around them, and what all of them together may cost, are package unpack's.
//
// What a stranger has packed names the memory that it takes. A decoder here meets a limit before it allocates, and its
// error is then a [LimitError], a sentence that names the way out.
package decoder

import (
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

const (
	// MaxWindow is what the zstd command allows without --long; the format itself allows terabytes.
	MaxWindow = 128 << 20
	// maxXZDictionary is that of "xz -9"; the format allows 4 GiB, and it is allocated at once.
	maxXZDictionary = 64 << 20

	way7z = "extract it first"
)

// ErrOverLimit is what every LimitError is.
var ErrOverLimit = errors.New("over a limit")

// LimitError says which limit ended a stream, as a sentence about a member.
type LimitError string

func (e LimitError) Error() string { return string(e) }

// Is reports whether target stands for all limits.
func (e LimitError) Is(target error) bool { return target == ErrOverLimit }

// dictionaryError says that a dictionary is larger than what is allocated for one.
func dictionaryError(size uint64, limit int, way string) error {
	return LimitError(fmt.Sprintf("it needs a dictionary of %s, over the limit of %s: %s",
		ByteSize(int(min(size, 1<<62))), ByteSize(limit), way))
}

// Early turns the end of a stream in its own header into what it is.
func Early(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Exactly reads n bytes of a reader; fewer are an error.
func Exactly(from io.Reader, n int64) io.Reader { return &exactly{from: from, left: n} }

type exactly struct {
	from io.Reader
	left int64
}

func (e *exactly) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n, err := e.from.Read(p[:min(int64(len(p)), e.left)])
	e.left -= int64(n)
	if err == io.EOF && e.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// Explained returns a decoder of zstd whose errors name the way out.
func Explained(z io.Reader) io.Reader { return explained{z} }

type explained struct{ from io.Reader }

func (e explained) Read(p []byte) (int, error) {
	n, err := e.from.Read(p)
	if errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		err = LimitError(fmt.Sprintf("it needs a window over the limit of %s: decompress it first "+
			`("zstd -d --long=31")`, ByteSize(MaxWindow)))
	}
	return n, err
}

// ByteSize writes a limit as people say it.
func ByteSize(n int) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}
