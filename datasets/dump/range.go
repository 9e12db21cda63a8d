package dump

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/unpack"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// Range is a part of an input that is one text in one format: whole records, which can be read without what stands
// before them.
type Range struct {
	From, To int64  // bytes of the input
	Line     int64  // number of the first line
	SHA256   string // of the records, hex
}

// Cut reads an input as Read does, and returns its report and ranges of at least size bytes, the last one excepted, that
// are all of it together. It returns neither of an input that must be read whole: a container, a text that is one only when it
// was decoded, one that turns into another format or whose records depend on those before them, or one that was not read to
// its end.
func Cut(ctx context.Context, in Input, opts Options, size int64) (Report, []Range, error) {
	c := &ranges{size: size, sum: sha256.New()}
	report, err := read(ctx, in, opts, func(r *reading) { r.ranges = c }, c.block)
	if errors.Is(err, errWhole) {
		return Report{}, nil, nil
	}
	if err != nil {
		return Report{}, nil, err
	}
	whole := c.fits && c.texts == 1 && len(in.Parts) == 0 && report.SHA256 != "" && report.Bytes == in.Size
	for _, m := range report.Members {
		whole = whole && m.Err == nil && len(m.Stretches) == 0
	}
	if !whole {
		return Report{}, nil, nil
	}
	return report, c.end(report.Bytes), nil
}

// errWhole ends the reading of an input that cannot be cut.
var errWhole = errors.New("it must be read whole")

// ranges notes where an input can be cut. The zero pointer notes nothing.
type ranges struct {
	size  int64
	texts int  // members that are text
	fits  bool // the last of them can be cut
	list  []Range
	sum   hash.Hash // of the last range
}

// look decides whether a member can be cut.
func (c *ranges) look(m member, how format.Session) {
	if c == nil {
		return
	}
	_, serial := how.(format.Serial)
	_, enclosed := how.(format.Enclosed)
	c.texts++
	c.fits = m.Plain() && m.from == io.Reader(m.Member) && !serial && !enclosed
	c.list = []Range{{Line: 1}}
}

// turn notes that the text goes on in another format.
func (c *ranges) turn() {
	if c != nil {
		c.fits = false
	}
}

// block takes a block that nobody parses.
func (c *ranges) block(b *Block) error {
	defer b.Release()
	if !c.fits {
		return errWhole
	}
	if len(b.text.Data) == 0 || len(c.list) == 0 {
		return nil
	}
	if last := &c.list[len(c.list)-1]; b.text.Offset-last.From >= c.size {
		c.close(b.text.Offset)
		c.list = append(c.list, Range{From: b.text.Offset, Line: b.text.Line})
	}
	c.sum.Write(b.text.Data)
	return nil
}

func (c *ranges) close(to int64) {
	last := &c.list[len(c.list)-1]
	last.To, last.SHA256 = to, hex.EncodeToString(c.sum.Sum(nil))
	c.sum.Reset()
}

func (c *ranges) end(to int64) []Range {
	c.close(to)
	return c.list
}

// window is the range that is read.
type window struct {
	Range
	file io.ReaderAt
	sum  hash.Hash
	err  error // of the file
}

// ErrChanged says that an input is not what it was when it was cut.
var ErrChanged = errors.New("it is not what it was when it was cut")

// ReadRange cuts one range of an input into blocks and hands them to emit, as Read does with all of it. The options are
// those that it was cut with, but for the size of blocks. Its error is that of emit or of ctx, says that the file could not
// be read, or is ErrChanged.
func ReadRange(ctx context.Context, in Input, opts Options, of Range, emit func(*Block) error) error {
	open := opts.withDefaults().Open
	f, err := open(ctx, in.Path)
	if err != nil {
		return fmt.Errorf("failed to open dump %q: %w", in.Path, unpack.Cause(err))
	}
	defer f.Close()
	file, ok := f.(io.ReaderAt)
	if !ok {
		return fmt.Errorf("failed to open dump %q: it cannot be read from its middle", in.Path)
	}
	opts.Timeout = 0 // whoever hands out ranges knows how long one may take
	w := &window{Range: of, file: file, sum: sha256.New()}
	_, err = read(ctx, in, opts, func(r *reading) { r.window = w }, func(b *Block) error {
		w.sum.Write(b.text.Data)
		return emit(b)
	})
	switch {
	case err != nil:
		return err
	case w.err != nil:
		return fmt.Errorf("failed to read dump %q: %w", in.Path, unpack.Cause(w.err))
	case hex.EncodeToString(w.sum.Sum(nil)) != of.SHA256:
		return fmt.Errorf("refusing dump %q: %w", in.Path, ErrChanged)
	}
	return nil
}

// windowed reads the window of a member instead of all of it.
func (r *reading) windowed(m stretch, sample *format.Sample, how format.Session) error {
	w := r.window
	if _, serial := how.(format.Serial); serial || !m.Plain() {
		return nil // the digest shows that it is another input
	}
	m.from = &windowReader{w, io.NewSectionReader(w.file, w.From, w.To-w.From), r.opts.Progress}
	m.at = leak.Position{Offset: w.From, Line: w.Line}
	_, err := r.split(m, sample, how)
	return err
}

// windowReader reads a window, and knows why it ended.
type windowReader struct {
	*window
	from     io.Reader
	progress func(int64)
}

func (w *windowReader) Read(p []byte) (int, error) {
	n, err := w.from.Read(p)
	w.progress(int64(n))
	if err != nil && err != io.EOF {
		w.err = err
		err = io.ErrUnexpectedEOF // it ends the window; nobody looks at what is said of it
	}
	return n, err
}
