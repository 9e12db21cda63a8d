package dump

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
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
	opts = opts.withDefaults()
	forced, err := forcedFormat(in, opts)
	if err != nil {
		return Report{}, fmt.Errorf("failed to read dump %q: %w", in.Path, err)
	}
	if in.Err != nil {
		return Report{Status: StatusSkipped, Err: in.Err}, ctx.Err()
	}
	reads, cancel := context.WithCancel(ctx)
	defer cancel() // ends a read of a pipe that nobody waits for any more
	src, onDisk, err := openSource(reads, in, opts)
	if err != nil {
		return Report{Status: StatusSkipped, Err: err}, ctx.Err()
	}
	if onDisk != nil {
		defer onDisk.close()
	}
	r := &reading{
		ctx: ctx, opts: opts, forced: forced, emit: emit, src: src,
		keys: &keyring{passwords: slices.Clone(in.Meta.Passwords)},
	}
	r.consumed = func() int64 { return src.n }
	pages, err := codePages(in.Meta.Encodings)
	if err != nil {
		return Report{}, fmt.Errorf("failed to read dump %q: %w", in.Path, err)
	}
	r.emit = decoding(pages, emit)
	whole := member{from: src}
	if onDisk.regular() {
		whole.disk = onDisk
	}
	if err := r.open(whole); err != nil {
		return Report{}, err
	}
	src.drain()
	if err := ctx.Err(); err != nil {
		return Report{}, err
	}
	return r.report(), nil
}

func (o Options) withDefaults() Options {
	if o.BlockSize <= 0 {
		o.BlockSize = defaultBlockSize
	}
	if o.MaxRecord <= 0 {
		o.MaxRecord = defaultMaxRecord
	}
	o.Limits = o.Limits.withDefaults()
	if o.Progress == nil {
		o.Progress = func(int64) {}
	}
	if o.patience <= 0 {
		o.patience = childSilence
	}
	if o.Stdin == nil {
		o.Stdin = strings.NewReader("")
	}
	return o
}

// forcedFormat returns the format that a flag or a sidecar demands, nil when the content decides.
func forcedFormat(in Input, opts Options) (format, error) {
	if f, err := formatNamed(opts.Format); f != nil || err != nil {
		return f, err
	}
	return formatNamed(in.Meta.Format)
}

// reading is the state of one Read.
type reading struct {
	ctx      context.Context
	opts     Options
	forced   format
	emit     func(*Block) error
	src      *source
	consumed func() int64 // bytes on disk that were read
	produced int64        // bytes that decompressors made of them
	tooDense bool         // a limit of the input is met: no further member is read
	keys     *keyring
	opened   time.Duration // time that opening entries took

	entriesSeen int   // of all archives
	held        int64 // bytes of archives in memory

	members   []MemberReport
	encodings []string // of the members that are text

	read    []string // formats of the members that were read, at least in part
	refused []string // formats of those that were not
	skipped []note
	lost    []note // of members that were read in part
	tooLong int64  // records
	leftOut int    // files of stealer logs in archives
}

// member is one stream inside an input.
type member struct {
	name   string // empty for the input itself
	from   io.Reader
	disk   *disk  // the input itself, when it can be read in any order
	stream string // the compression that from undoes, empty without
	depth  int    // containers around it

	label    string // what it was before its rows were written as a table: the format to report
	encoding string // UTF-16 that from turns into UTF-8
}

// note is a sentence about a member.
type note struct {
	member, text string
}

func (n note) String() string {
	if n.member == "" {
		return n.text
	}
	return fmt.Sprintf("member %q: %s", n.member, n.text)
}

// skip notes that a member was not read at all.
func (r *reading) skip(m member, format, text string) {
	r.members = append(r.members, MemberReport{
		Name: m.name, Status: StatusSkipped, Format: format, Err: errors.New(text),
	})
	r.skipped = append(r.skipped, note{m.name, text})
	r.refused = append(r.refused, format)
}

// lose notes that a member was not read to its end.
func (r *reading) lose(m member, text string) {
	r.lost = append(r.lost, note{m.name, text})
	for i := len(r.members) - 1; i >= 0; i-- {
		if about := &r.members[i]; about.Name == m.name {
			about.Status, about.Err = StatusPartial, errors.New(text)
			return
		}
	}
}

func (r *reading) report() Report {
	rep := Report{
		Members: r.members,
		Status:  StatusRead, Format: joinNames(r.read), Bytes: r.src.n, SHA256: r.src.digest(),
		Encoding: joinNames(r.encodings), LeftOut: r.leftOut,
	}
	var sentences []string
	if r.tooLong > 0 {
		sentences = append(sentences, tooLongSentence(r.tooLong, r.opts.MaxRecord))
	}
	sentences = append(sentences, firstNotes(r.lost)...)
	sentences = append(sentences, firstNotes(r.skipped)...)
	switch {
	case len(r.read) == 0 && len(sentences) == 0 && r.leftOut > 0:
		rep.Status, rep.Err = StatusSkipped, notPasswords{r.leftOut}
	case len(r.read) == 0 && len(r.skipped)+len(r.lost) == 0:
		sentences = append(sentences, "the dump is empty")
		rep.Status = StatusSkipped
	case len(r.read) == 0:
		rep.Status, rep.Format = StatusSkipped, joinNames(r.refused)
	case len(sentences) > 0:
		rep.Status = StatusPartial
	}
	if len(sentences) > 0 {
		rep.Err = errors.New(strings.Join(sentences, "; "))
	}
	return rep
}

// firstNotes says of the first members what is to be said, and of the others how many they are: an
// archive can hold thousands.
func firstNotes(notes []note) []string {
	const shown = 3
	var out []string
	for i, n := range notes {
		if i == shown {
			return append(out, fmt.Sprintf("and %d more of its members", len(notes)-shown))
		}
		out = append(out, n.String())
	}
	return out
}

func tooLongSentence(n int64, limit int) string {
	if n == 1 {
		return fmt.Sprintf("1 record over the limit of %s was not read", byteSize(limit))
	}
	return fmt.Sprintf("%d records over the limit of %s were not read", n, byteSize(limit))
}

func byteSize(n int) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}
