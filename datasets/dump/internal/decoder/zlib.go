package decoder

import (
	"bufio"
	"io"

	"github.com/klauspost/compress/zlib"
)

// NewZlib reads streams of zlib that are joined, as those of other kinds are. The format itself ends after the first, and what
// anybody has written after it would be passed over.
func NewZlib(from io.Reader) (io.Reader, error) {
	bytes := bufio.NewReader(from) // the decoder takes no byte more from it than it needs
	z, err := zlib.NewReader(bytes)
	if err != nil {
		return nil, err
	}
	return &zlibs{from: bytes, z: z}, nil
}

type zlibs struct {
	from *bufio.Reader
	z    io.ReadCloser
}

func (s *zlibs) Read(p []byte) (int, error) {
	n, err := s.z.Read(p)
	if err != io.EOF {
		return n, err
	}
	if _, err := s.from.Peek(1); err != nil {
		return n, err
	}
	return n, s.z.(zlib.Resetter).Reset(s.from, nil)
}
