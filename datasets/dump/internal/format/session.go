package format

import (
	"context"
	"io"

	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// Session reads one stretch of a member, from where it was opened to the end. It does not change after
// Open, so that blocks can be parsed at once. It knows nothing of what stands before the stretch: a
// block says where it is.
//
// What only some sessions can do is an interface of its own, and whoever splits a stretch into blocks
// asks for it: Preambled, Cancellable, Lookahead, Finisher, Enclosed, Overlong, Linewise, Marked,
// Guessing, Serial.
type Session interface {
	// Skip is the number of bytes at the start of the stretch that hold no record.
	Skip() int
	// LineEnd is the byte that line numbers count.
	LineEnd() byte
	// Last returns where the last whole record in data ends, its line end included; 0 without any.
	// Data begins with a record, and more may follow.
	Last(data []byte) int
	// Parse reports what is in a block: each record and each stretch that is not one, in order.
	Parse(b *Block, record func(*leak.Record), reject func(leak.Reject))
}

// Preambled is a session that has found what is not a record at the start of its stretch.
type Preambled interface {
	// Preamble returns what is to be rejected, by the bytes after the byte order mark.
	Preamble() []leak.Position
}

// Cancellable is a session whose Last may take long.
type Cancellable interface {
	// LastWithin does what Last does, but no longer than ctx. Once ctx has ended it returns any number.
	LastWithin(ctx context.Context, data []byte) int
}

// Lookahead is a session to which the bytes after a record tell that it has ended.
type Lookahead interface {
	// Ahead is how many bytes that takes at most.
	Ahead() int
}

// Finisher is a session that knows a record which the end of the stretch has cut off.
type Finisher interface {
	// Unfinished reports whether the rest of the stretch, after the last whole record, ends in one.
	Unfinished(rest []byte) bool
}

// Enclosed is a session whose records may lie in something that has an end of its own.
type Enclosed interface {
	// Open reports whether that end is missing. Tail is what the stretch ends with, at most TailSize bytes.
	Open(tail []byte) bool
}

// TailSize is how much of the end of a stretch an Enclosed session is shown.
const TailSize = 4 << 10

// Overlong is a session whose records may have more than one line, or less.
type Overlong interface {
	// Overlong returns a function that is shown what a record over the limit goes on with, and returns
	// where the record ends, -1 when not yet.
	Overlong() func(data []byte) int
}

// Linewise is a session of lists: each line that is not blank is one record or one reject, and a record that
// is plain (leak.Record) holds nothing besides its cut.
type Linewise interface{ Linewise() bool }

// Marked is a Linewise session that knows what parts the fields of its lines where that is none of the usual
// separators.
type Marked interface{ Mark() []byte }

// Guessing is a session whose records may be cut in another way than the writer meant, though it is no list: what
// stands in one that names somebody is looked at again.
type Guessing interface{ Guesses() bool }

// Serial is a session whose records cannot be told without what stood before them: a statement that
// names its columns once. It reads the whole stretch itself, in one goroutine; its Last and
// Parse are never called, see Unsplit.
type Serial interface {
	Session
	// Read reads a stretch to its end and reports what is in it, in order. An error is what ended the
	// stretch early: one of from or of out as it came, or a sentence that says what is damaged; left is
	// then where that begins which could not be read, its length unset.
	Read(from io.Reader, out *Recorder) (left leak.Position, err error)
}

// Unsplit is embedded by serial sessions: it stands for the half of a session that they never use.
type Unsplit struct{ Lines }

// Parse is never called.
func (Unsplit) Parse(*Block, func(*leak.Record), func(leak.Reject)) {
	panic("the blocks of a serial session hold what was found and no text")
}
