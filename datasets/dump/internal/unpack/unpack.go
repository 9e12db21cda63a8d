// Package unpack looks through containers: streams that are compressed, archives, workbooks and
// Parquet files, one inside the other, and hands out what none of them is.
//
// # Flow
//
//  1. [OpenSource] or [NewSource] is the input as it lies on disk. What is read of it is counted and
//     hashed.
//  2. [Walk] tells by the first bytes of a member, never by its name, whether it is a container. If it
//     is, Walk looks through the members in it, in order, and each of those likewise.
//  3. What is not a container goes to [Visitor].Visit, which reads it or refuses it: this package
//     knows nothing of text. What becomes of a container goes to [Visitor].Note. Walk itself keeps no
//     books.
//
// A kind of container is one line in the list containers. The sheets of a workbook and the rows of a
// Parquet file are members written as tables, see package rowtext.
//
// # Bounds
//
// Everything here reads what strangers have made, perhaps to break it. A panic of a decoder is an
// error of its member. [Limits] bound what an input may unpack to, and how deep, and what is held in
// memory; a [Budget] holds what is spent of them, and a [Run] what all inputs together may spend. Besides, a window
// of zstd is at most 128 MiB, a dictionary of xz 64 MiB, of rar 128 MiB, of 7z and of LZMA in zip 256 MiB, those of all
// decoders of 7z that are open 320 MiB, of which a stream goes through four at most, and opening the entries
// of an input takes at most two minutes, because an archive chooses how dear its keys are. What is
// over a limit ends with a sentence that says which, and is never taken for an end.
//
// # Not promised
//
// The name of a member is a label for people, and leads nowhere. Folders, links, devices and what
// macOS adds to an archive are not members, and are not told of. Nothing is written to disk.
package unpack

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/credsieve/credsieve/datasets/dump/internal/apart"
)

// Visitor is told what a walk meets, in the order in which it meets it.
type Visitor interface {
	// Visit is called with each member that is not a container. An error ends the walk.
	Visit(m *Member) error
	// Note is called with what became of a member.
	Note(f Fate)
}

// Fate is what became of one member that was not read, or not to its end.
type Fate struct {
	Kind   Kind
	Number int    // of the member, see Member
	Name   string // of the member
	Format string // what a skipped member is
	Text   string // a sentence that says why
	Files  int    // how many were left out

	// Last is the number of the last member inside of it, when it was taken for granted that its files
	// count.
	Last int
}

// Kind says what became of a member.
type Kind int

// The zero value is not a fate.
const (
	// Skipped is a member that was not read at all.
	Skipped Kind = iota + 1
	// Lost is one that was not read to its end.
	Lost
	// LeftOut are Files of the folder Name that are not read on purpose, see package private.
	LeftOut
	// Private is a picture that was visited before the names after it told that it belongs in LeftOut.
	// What was noted of the members Number to Last is not a loss.
	Private
)

// Options say how to walk.
type Options struct {
	// Budget is what the input may cost, and other walks that share it.
	Budget *Budget
	// Passwords are tried on what is encrypted, in order. They never show in a sentence.
	Passwords []string
	// Apart takes risky containers apart in processes of their own. Nil: they are taken apart here, and no Parquet file is read.
	Apart *apart.Processes
}

// Walk looks through a source. Its error is that of ctx or of a Visit; all else is in the notes. The
// source may hold more than was read: Source.Drain reads that.
func Walk(ctx context.Context, src *Source, opts Options, visit Visitor) error {
	w := &walker{
		ctx: ctx, src: src, opts: opts, limits: opts.Budget.limits, budget: opts.Budget, visitor: visit,
		keys: &keyring{passwords: slices.Clone(opts.Passwords)},
	}
	w.consumed = src.Bytes
	return w.open(&Member{from: src, whole: src.anyOrder()})
}

// walker is the state of one Walk.
type walker struct {
	ctx     context.Context
	src     *Source
	opts    Options
	limits  Limits
	budget  *Budget
	visitor Visitor
	keys    *keyring

	members  int          // that were met
	consumed func() int64 // bytes on disk that were read
	produced int64        // bytes that decompressors made of them
	asked    int64        // entries of archives that were to be read
	tooDense bool         // a limit of the input is met: no further member is read

	decoders Decoders // of a child
	alive    func()   // called while something takes long, nil: nobody waits
}

// HeadSize is how much of a member decides on what it is. One read of a decompressor yields about as
// much, and it holds some thousand lines.
const HeadSize = 64 << 10

// Member is one stream inside an input: the input itself, an entry of an archive, a sheet.
type Member struct {
	// Name is empty for the input itself. An archive inside of another stands before its entries, with
	// a slash.
	Name string
	// Number counts the members of a walk in the order in which it meets them. The one member of a
	// compressed stream has a number of its own.
	Number int
	// Head is what it begins with, at most HeadSize bytes. Read yields it once more.
	Head []byte
	// Table is xlsx or parquet when its rows were written as a table, else empty.
	Table string

	w      *walker
	from   io.Reader
	entry  string // its name as the archive has it
	whole  bool   // it is the input itself, which can be read in any order
	stream string // the compression that from undoes, empty without
	depth  int    // containers around it

	at      *countingAt          // in a child: the container in any order, instead of from
	volumes []int64              // in a child: where its parts end
	ended   func() (End, string) // of a member that a child reads
}

// Read reads the member. What its errors mean is told by Ended.
func (m *Member) Read(p []byte) (int, error) { return m.from.Read(p) }

// Plain reports whether the member is the input itself, as it lies on disk.
func (m *Member) Plain() bool { return m.whole && m.stream == "" && m.depth == 0 && m.Table == "" }

// End says why a member ended early.
type End int

// The zero value is not an end.
const (
	EndOfDisk  End = iota + 1 // the input itself could not be read on
	EndByLimit                // of our own
	EndEarly                  // the stream was cut off
	EndDamaged
)

// Ended says why a member ended in an error other than io.EOF, and in a sentence.
func (m *Member) Ended(err error) (End, string) {
	if m.ended != nil {
		return m.ended()
	}
	over := limitError("")
	switch disk := m.w.src.err; {
	case disk != nil && disk != io.EOF:
		return EndOfDisk, fmt.Sprintf("failed to read it to its end: %v", Cause(disk))
	case errors.As(err, &over):
		return EndByLimit, string(over)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return EndEarly, fmt.Sprintf("the %s stream ends early", m.stream)
	}
	return EndDamaged, fmt.Sprintf("the %s stream is damaged: %v", m.stream, err)
}

// open finds out whether a member is a container, and looks through it or has it visited.
func (w *walker) open(m *Member) error {
	w.members++
	m.w, m.Number = w, w.members
	buffered := bufio.NewReaderSize(m.from, HeadSize)
	m.from = buffered
	head, end := buffered.Peek(HeadSize)
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if refused := (limitError)(""); len(head) == 0 && errors.As(end, &refused) {
		w.skip(m, m.stream, string(refused))
		return nil
	}
	if IsAside(m.entry, head) {
		return nil
	}
	for _, c := range containers() {
		if !c.is(head) {
			continue
		}
		if m.depth >= w.limits.Depth && !m.free(c.name) {
			w.skip(m, c.name, fmt.Sprintf("it lies more than %d containers deep: extract it first",
				w.limits.Depth))
			return nil
		}
		if w.opts.Apart != nil && c.way != "" && !(c.name == "parquet" && !m.whole) {
			return w.apart(m, c)
		}
		return c.open(w, m)
	}
	m.Head = head
	return w.visitor.Visit(m)
}

// skip notes that a member was not read at all.
func (w *walker) skip(m *Member, format, text string) {
	w.visitor.Note(Fate{Kind: Skipped, Number: m.Number, Name: m.Name, Format: format, Text: text})
}

// lose notes that a member was not read to its end.
func (w *walker) lose(m *Member, text string) {
	w.visitor.Note(Fate{Kind: Lost, Number: m.Number, Name: m.Name, Text: text})
}

// inside returns a member of an archive, by the name that the archive gives it.
func (m *Member) inside(name, stream string) *Member {
	return &Member{Name: joinName(m.Name, name), entry: name, stream: stream, depth: m.depth + 1}
}

// joinName joins the names of nested members. A name is chosen by whoever made the archive, and
// ends up on a terminal.
func joinName(outer, name string) string {
	const longest = 200
	clean := printable(name)
	if runes := []rune(clean); len(runes) > longest {
		clean = "..." + string(runes[len(runes)-longest:])
	}
	if outer == "" {
		return clean
	}
	return outer + "/" + clean
}

// printable replaces what would do something on a terminal.
func printable(text string) string {
	return strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) || c == unicode.ReplacementChar {
			return '?'
		}
		return c
	}, strings.ToValidUTF8(text, "?"))
}
