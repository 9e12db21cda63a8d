package unpack

import (
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/credsieve/credsieve/datasets/dump/internal/decoder"
)

func openGzip(w *walker, m *Member) error {
	z, err := gzip.NewReader(m.from)
	if err != nil {
		return w.stream(m, "gzip", failing{early(err)})
	}
	return w.stream(m, "gzip", z)
}

func openZstd(w *walker, m *Member) error {
	// One goroutine: the reader must not run ahead, because its source is counted and hashed.
	z, err := zstd.NewReader(m.from, zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderMaxMemory(maxWindow), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return w.stream(m, "zstd", failing{early(err)})
	}
	defer z.Close()
	return w.stream(m, "zstd", decoder.Explained(z))
}

func openXZ(w *walker, m *Member) error {
	return w.stream(m, "xz", decoder.NewXZ(m.from, w.opening))
}

// openBzip2 reads any number of streams joined, as parallel compressors write them.
func openBzip2(w *walker, m *Member) error {
	return w.stream(m, "bzip2", bzip2.NewReader(m.from))
}

func openZlib(w *walker, m *Member) error {
	z, err := decoder.NewZlib(m.from)
	if err != nil {
		return w.stream(m, "zlib", failing{early(err)})
	}
	return w.stream(m, "zlib", z)
}

// stream looks at the one member of a compressed stream.
func (w *walker) stream(m *Member, name string, from io.Reader) error {
	return w.open(&Member{
		Name: m.Name, from: &unpacked{w: w, from: from}, stream: name, depth: m.depth + 1,
	})
}

// early turns the end of a stream in its own header into what it is.
func early(err error) error { return decoder.Early(err) }

// failing is a stream that could not be opened: its failure is then told in one place.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// unpacked reads from a decompressor within the limits. It turns a panic of the decompressor, which
// reads what others have made to break it, into an error.
type unpacked struct {
	w    *walker
	from io.Reader
	n    int64
	err  error
}

func (u *unpacked) Read(p []byte) (n int, err error) {
	if u.err != nil {
		return 0, u.err
	}
	if u.err = u.w.ctx.Err(); u.err != nil {
		return 0, u.err
	}
	u.err = guarded(func() error {
		n, err = u.from.Read(p)
		return err
	})
	if errors.Is(u.err, errDecoderFailed) {
		n = 0
	}
	u.n += int64(n)
	u.w.produce(n)
	if over := u.w.overLimit(u.n); over != nil {
		u.err = over
	}
	return n, u.err
}

// drain unpacks what is left of an entry, for those after it depend on it. It ends where the
// limits of the whole input are met.
func (u *unpacked) drain() error {
	u.n = 0
	if errors.Is(u.err, errOverLimit) && !u.w.tooDense {
		u.err = nil // the limit of one member
	}
	for {
		_, err := io.CopyN(io.Discard, u, min(1<<30, u.w.limits.Member))
		if err != nil {
			return err
		}
		u.n = 0
	}
}
