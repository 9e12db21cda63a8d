package dump

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

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
		{"bzip2", isBzip2, openBzip2},
		{"xz", startsWith(xzMagic), openXZ},
		{"zip", isZip, openZip},
		{"7z", startsWith("7z\xbc\xaf\x27\x1c"), open7z},
		{"rar", startsWith("Rar!\x1a\x07"), openRar},
		{"tar", isTar, openTar},
		{"zlib", isZlib, openZlib},
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
	if refused := (limitError)(""); len(head) == 0 && errors.As(end, &refused) {
		r.skip(m, m.stream, string(refused))
		return nil
	}
	for _, c := range containers() {
		if !c.is(head) {
			continue
		}
		if depth := r.opts.Limits.Depth; m.depth >= depth && !m.free(c.name) {
			r.skip(m, c.name, fmt.Sprintf("it lies more than %d containers deep: extract it first",
				depth))
			return nil
		}
		return c.open(r, m)
	}
	if isParquet(head) {
		return r.parquet(m)
	}
	if wide := wideEncoding(head); wide != "" && m.encoding == "" && refusalOf(head) == nil {
		return r.openWide(m, wide)
	}
	if kind := refusalOf(head); kind != nil && !(kind.text && r.forced != nil) {
		r.skip(m, kind.name, kind.sentence)
		return nil
	}
	return r.text(m, head)
}

// free tells that a container costs no depth: "tar.gz" is one archive to whoever made it.
func (m member) free(container string) bool {
	return container == "tar" && slices.Contains(compressions, m.stream)
}

var compressions = []string{"gzip", "zstd", "bzip2", "xz", "zlib"}

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
	return r.inside(m, "zstd", explained{z})
}

// explained names the way out where the error of zstd does not.
type explained struct{ from io.Reader }

func (e explained) Read(p []byte) (int, error) {
	n, err := e.from.Read(p)
	if errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		err = limitError(fmt.Sprintf("it needs a window over the limit of %s: decompress it first "+
			`("zstd -d --long=31")`, byteSize(maxWindow)))
	}
	return n, err
}

// openBzip2 reads any number of streams joined, as parallel compressors write them.
func openBzip2(r *reading, m member) error {
	return r.inside(m, "bzip2", bzip2.NewReader(m.from))
}

func openZlib(r *reading, m member) error {
	z, err := zlib.NewReader(m.from)
	if err != nil {
		return r.inside(m, "zlib", failing{early(err)})
	}
	return r.inside(m, "zlib", z)
}

// isZlib unpacks the beginning, because its first two bytes may well begin a line ("x^").
func isZlib(head []byte) bool {
	const enough = 16
	if len(head) < 2 || head[0] != 0x78 || !bytes.Contains([]byte("\x01\x5e\x9c\xda"), head[1:2]) {
		return false
	}
	z, err := zlib.NewReader(bytes.NewReader(head))
	if err != nil {
		return false
	}
	text, err := io.ReadAll(io.LimitReader(z, sampleSize))
	if err == nil {
		return true // checksum and all, or a full sample without an error
	}
	return errors.Is(err, io.ErrUnexpectedEOF) && len(text) >= enough && !isBinary(newSample(text))
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
	n    int64
	err  error
}

func (u *unpacked) Read(p []byte) (n int, err error) {
	if u.err != nil {
		return 0, u.err
	}
	if u.err = u.r.ctx.Err(); u.err != nil {
		return 0, u.err
	}
	u.err = guarded(func() error {
		n, err = u.from.Read(p)
		return err
	})
	if u.err == errDecoderFailed {
		n = 0
	}
	u.n += int64(n)
	u.r.produced += int64(n)
	if over := u.r.overLimit(u.n); over != nil {
		u.err = over
	}
	return n, u.err
}

// overLimit says which limit is met by a member of n bytes.
func (r *reading) overLimit(n int64) error {
	limits := r.opts.Limits
	switch {
	case r.produced > limits.Output:
		r.tooDense = true
		return limitError(fmt.Sprintf("the input unpacks to over %s, the limit",
			byteSize(int(limits.Output))))
	case r.produced > freeOutput && r.produced/int64(limits.Ratio) > r.consumed():
		r.tooDense = true
		return limitError(fmt.Sprintf("it unpacks to over %d times its size, the limit",
			limits.Ratio))
	case n > limits.Member:
		return limitError(fmt.Sprintf("it unpacks to over %s, the limit for one member",
			byteSize(int(limits.Member))))
	}
	return nil
}

// drain unpacks what is left of an entry, for those behind it depend on it. It ends where the
// limits of the whole input are met.
func (u *unpacked) drain() error {
	u.n = 0
	if errors.Is(u.err, errOverLimit) && !u.r.tooDense {
		u.err = nil // the limit of one member
	}
	for {
		_, err := io.CopyN(io.Discard, u, min(1<<30, u.r.opts.Limits.Member))
		if err != nil {
			return err
		}
		u.n = 0
	}
}

// isBzip2 looks at the first block as well: a line may begin with BZh.
func isBzip2(head []byte) bool {
	return len(head) >= 10 && string(head[:3]) == "BZh" && (string(head[4:10]) == "1AY&SY" ||
		string(head[4:10]) == "\x17\x72\x45\x38\x50\x90")
}
