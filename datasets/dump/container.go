package dump

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	// maxDepth allows for a compressed file in an archive in an archive; more is a trap.
	maxDepth = 3
	// maxRatio is beyond what text of distinct lines compresses to, and freeOutput is what any
	// input may unpack to: small files of repeated lines are legitimate.
	maxRatio   = 200
	freeOutput = 100 << 20
	// maxWindow is what the zstd command allows without --long; the format itself allows terabytes.
	maxWindow = 128 << 20
)

var errOverLimit = errors.New("over the limit of what a dump may unpack to")

// container is a stream that holds members.
type container struct {
	name string
	is   func(head []byte) bool
	open func(r *reading, m member) error
}

// containers returns those that are read. A function, because opening one leads back here.
func containers() []container {
	return []container{
		{"gzip", startsWith("\x1f\x8b\x08"), openGzip},
		{"zstd", isZstd, openZstd},
		{"zip", isZip, openZip},
	}
}

func startsWith(magic string) func(head []byte) bool {
	return func(head []byte) bool { return bytes.HasPrefix(head, []byte(magic)) }
}

// isZstd knows a frame, and the skippable frame that parallel compressors begin with.
func isZstd(head []byte) bool {
	return startsWith("\x28\xb5\x2f\xfd")(head) ||
		len(head) >= 4 && head[0]&0xf0 == 0x50 && string(head[1:4]) == "\x2a\x4d\x18"
}

// isZip knows a local header, an empty archive and the mark of a split one.
func isZip(head []byte) bool {
	return startsWith("PK\x03\x04")(head) || startsWith("PK\x05\x06")(head) ||
		startsWith("PK\x07\x08")(head)
}

// open finds out what a member is and reads it.
func (r *reading) open(m member) error {
	buffered := bufio.NewReaderSize(m.from, sampleSize)
	m.from = buffered
	head, end := buffered.Peek(sampleSize)
	if err := r.ctx.Err(); err != nil {
		return err
	}
	for _, c := range containers() {
		if !c.is(head) {
			continue
		}
		if m.depth == maxDepth {
			r.skip(m, c.name, fmt.Sprintf("it lies more than %d containers deep: extract it first",
				maxDepth))
			return nil
		}
		return c.open(r, m)
	}
	if kind := refusalOf(head); kind != nil {
		r.skip(m, kind.name, kind.sentence)
		return nil
	}
	return r.text(m, head, end)
}

func openGzip(r *reading, m member) error {
	z, err := gzip.NewReader(m.from)
	if err != nil {
		return r.inside(m, "gzip", failing{early(err)})
	}
	return r.inside(m, "gzip", z)
}

func openZstd(r *reading, m member) error {
	// One goroutine: the reader must not run ahead, because its source is counted and hashed.
	z, err := zstd.NewReader(m.from, zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderMaxMemory(maxWindow), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return r.inside(m, "zstd", failing{early(err)})
	}
	defer z.Close()
	return r.inside(m, "zstd", z)
}

// inside reads the one member of a compressed stream.
func (r *reading) inside(m member, stream string, from io.Reader) error {
	return r.open(member{
		name: m.name, from: &unpacked{r: r, from: from}, stream: stream, depth: m.depth + 1,
	})
}

// early turns the end of a stream in its own header into what it is.
func early(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// failing is a stream that could not be opened: its failure is then told in one place.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// unpacked reads from a decompressor within the limits. It turns a panic of the decompressor, which
// reads what others have made to break it, into an error.
type unpacked struct {
	r    *reading
	from io.Reader
	err  error
}

func (u *unpacked) Read(p []byte) (n int, err error) {
	if u.err != nil {
		return 0, u.err
	}
	defer func() {
		if recover() != nil {
			n, err = 0, errors.New("its decompressor failed")
		}
		u.err = err
	}()
	n, err = u.from.Read(p)
	u.r.produced += int64(n)
	if u.r.produced > freeOutput && u.r.produced/maxRatio > u.r.consumed() {
		u.r.tooDense = true
		return n, errOverLimit
	}
	return n, err
}
