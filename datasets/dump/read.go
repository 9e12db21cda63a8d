package dump

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/files"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/unpack"
	"github.com/credsieve/credsieve/datasets/dump/internal/wide"
)

const (
	// defaultBlockSize keeps a worker busy for some milliseconds, and the memory of all blocks in
	// flight within a few dozen MiB.
	defaultBlockSize = 1 << 20
	// defaultMaxRecord is far beyond any record that is one: what is longer is another kind of
	// data.
	defaultMaxRecord = 1 << 20
)

// Read cuts one input into blocks and hands them to emit in order; emit owns each, and calls
// Release. What is wrong with the input is in the report. The error is that of emit or of ctx, or
// says that the options are wrong.
func Read(ctx context.Context, in Input, opts Options, emit func(*Block) error) (Report, error) {
	return read(ctx, in, opts, func(*reading) {}, emit)
}

// read is Read of a reading that somebody has prepared.
func read(ctx context.Context, in Input, opts Options, prepare func(*reading), emit func(*Block) error) (Report, error) {
	opts = opts.withDefaults()
	forced, err := forcedFormat(in, opts)
	if err != nil {
		return Report{}, fmt.Errorf("failed to read dump %q: %w", in.Path, err)
	}
	if in.Err != nil {
		return Report{Status: StatusSkipped, Err: in.Err}.spoiledBy(in.Spoiled), ctx.Err()
	}
	reads, cancel := opts.limitTime(ctx)
	defer cancel() // ends a read of a pipe that nobody waits for any more
	src, err := openSource(reads, in, opts)
	if err != nil {
		if late := opts.late(ctx, reads); late != nil {
			err = late
		}
		return Report{Status: StatusSkipped, Err: err}.spoiledBy(in.Spoiled), ctx.Err()
	}
	defer src.Close()
	pages, err := codePages(in.Meta.Encodings)
	if err != nil {
		return Report{}, fmt.Errorf("failed to read dump %q: %w", in.Path, err)
	}
	r := &reading{ctx: reads, opts: opts, forced: forced, emit: decoding(pages, opts.Sweep, emit)}
	prepare(r)
	err = unpack.Walk(reads, src, unpack.Options{
		Budget: unpack.NewBudgetOf(opts.Limits, opts.Run), Passwords: in.Meta.Passwords, Apart: opts.Children,
	}, r)
	if err == nil && r.window == nil {
		src.Drain()
		err = reads.Err()
	}
	if err := ctx.Err(); err != nil {
		return Report{}, err
	}
	var enough Enough
	if late := opts.late(ctx, reads); late != nil {
		err = late
	}
	if err != nil && !errors.As(err, &enough) {
		return Report{}, err
	}
	rep := r.books.report(opts.MaxRecord).endedBy(enough)
	rep.Bytes, rep.SHA256 = src.Bytes(), src.SHA256()
	return rep.spoiledBy(src.Changed()).spoiledBy(in.Spoiled), nil
}

// limitTime returns a context for the reading of one input.
func (o Options) limitTime(ctx context.Context) (context.Context, context.CancelFunc) {
	if o.Timeout > 0 {
		return context.WithTimeout(ctx, o.Timeout)
	}
	return context.WithCancel(ctx)
}

// late says that reading took too long, and nothing when it did not or when the run itself is over.
func (o Options) late(ctx, reads context.Context) error {
	if ctx.Err() != nil || !errors.Is(reads.Err(), context.DeadlineExceeded) {
		return nil
	}
	return Enough(fmt.Sprintf("it took longer than %v to read, the limit (--input-timeout), and was not read to its end",
		o.Timeout))
}

// endedBy returns the report of an input of which no more was wanted.
func (r Report) endedBy(enough Enough) Report {
	switch {
	case enough == "":
		return r
	case r.Status == StatusSkipped:
		r.Err = enough // whatever else is said of nothing
		return r
	}
	return r.spoiledBy(enough)
}

// spoiledBy returns the report of an input of which something is wrong that no member knows of.
func (r Report) spoiledBy(err error) Report {
	switch {
	case err == nil:
		return r
	case r.Err == nil:
		r.Err = err
	case errors.Is(r.Err, ErrNotPasswords): // nothing was to be read
		return r
	default:
		r.Err = fmt.Errorf("%w; %w", r.Err, err)
	}
	if r.Status == StatusRead {
		r.Status = StatusPartial
	}
	return r
}

func (o Options) withDefaults() Options {
	if o.BlockSize <= 0 {
		o.BlockSize = defaultBlockSize
	}
	if o.MaxRecord <= 0 {
		o.MaxRecord = defaultMaxRecord
	}
	if o.Progress == nil {
		o.Progress = func(int64) {}
	}
	if o.Open == nil {
		o.Open = files.Open
	}
	if o.Stdin == nil {
		o.Stdin = strings.NewReader("")
	}
	return o
}

// forcedFormat returns the format that a flag or a sidecar demands, nil when the content decides.
func forcedFormat(in Input, opts Options) (format.Format, error) {
	if f, err := formatNamed(opts.Format); f != nil || err != nil {
		return f, err
	}
	return formatNamed(in.Meta.Format)
}

// reading is the state of one Read: the visitor of a walk through its containers.
type reading struct {
	ctx    context.Context
	opts   Options
	forced format.Format
	emit   func(*Block) error
	books  books

	cr     bool // of the member under way: CR ends its lines
	turned int  // how often it has turned

	window *window // nil: the whole input is read
	ranges *ranges // nil: nobody wants to cut it
}

// member is a text, or what may be one.
type member struct {
	*unpack.Member
	from     io.Reader
	head     []byte // what from begins with
	encoding string // UTF-16 or UTF-32 that from turns into UTF-8
	markup   bool   // from turns XML or HTML into text
}

// The formats decide by as much of a member as a walk shows.
var _ [format.SampleSize]byte = [unpack.HeadSize]byte{}

// Note keeps what became of a container.
func (r *reading) Note(f unpack.Fate) { r.books.note(f) }

// Visit reads a member that is not a container, or refuses it.
func (r *reading) Visit(u *unpack.Member) error {
	m := member{Member: u, from: u, head: u.Head}
	kind := refusalOf(m.head)
	if encoding := wide.Encoding(m.head); encoding != "" && kind == nil {
		m = m.rewritten(wide.NewReader(m.from, encoding))
		m.encoding = encoding
		if err := r.ctx.Err(); err != nil {
			return err
		}
		kind = refusalOf(m.head)
	}
	if kind != nil && !(kind.text && r.forced != nil) {
		r.skip(m, kind.name, kind.sentence)
		if kind.mute() {
			return nil
		}
		return r.newAside(m.Name, 0, 1).all(m.from)
	}
	return r.text(m)
}

// skip notes that a member was not read at all.
func (r *reading) skip(m member, format, text string) {
	r.books.note(unpack.Fate{
		Kind: unpack.Skipped, Number: m.Number, Name: m.Name, Format: format, Text: text,
	})
}

// lose notes that a member was not read to its end.
func (r *reading) lose(m member, text string) {
	r.books.note(unpack.Fate{Kind: unpack.Lost, Number: m.Number, Name: m.Name, Text: text})
}
