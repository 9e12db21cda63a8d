package dump

import (
	"context"
	"io"
)

// session reads one stretch of a member, from where it was opened to the end. It does not change after
// open, so that blocks can be parsed at once. It knows nothing of what stands before the stretch: a
// block says where it is.
//
// What only some sessions can do is an interface of its own, and whoever splits a stretch into blocks
// asks for it: preambled, cancellable, lookahead, finisher, overlong, serial.
type session interface {
	// skip is the number of bytes at the start of the stretch that hold no record.
	skip() int
	// lineEnd is the byte that line numbers count.
	lineEnd() byte
	// last returns where the last whole record in data ends, its line end included; 0 without any.
	// Data begins with a record, and more may follow.
	last(data []byte) int
	// parse reports what is in a block: each record and each stretch that is not one, in order.
	parse(b *textBlock, record func(*Record), reject func(Reject))
}

// preambled is a session that has found what is not a record at the start of its stretch.
type preambled interface {
	// preamble returns what is to be rejected, by the bytes after the byte order mark.
	preamble() []Position
}

// cancellable is a session whose last may take long.
type cancellable interface {
	// lastWithin does what last does, but no longer than ctx. Once ctx has ended it returns any number.
	lastWithin(ctx context.Context, data []byte) int
}

// lookahead is a session to which the bytes after a record tell that it has ended.
type lookahead interface {
	// ahead is how many bytes that takes at most.
	ahead() int
}

// finisher is a session that knows a record which the end of the stretch has cut off.
type finisher interface {
	// unfinished reports whether the rest of the stretch, after the last whole record, ends in one.
	unfinished(rest []byte) bool
}

// overlong is a session whose records may have more than one line, or less.
type overlong interface {
	// overlong returns a function that is shown what a record over the limit goes on with, and returns
	// where the record ends, -1 when not yet.
	overlong() func(data []byte) int
}

// serial is a session whose records cannot be told without what stood before them: a statement that
// names its columns once. It reads the whole stretch, in the goroutine of Read; its last and parse are
// never called, see unsplit.
type serial interface {
	session
	// read reads a stretch to its end and reports what is in it, in order. An error is what ended the
	// stretch early: one of from or of out as it came, or a sentence that says what is damaged; left is
	// then where that begins which could not be read, its length unset.
	read(from io.Reader, out *recorder) (left Position, err error)
}

// unsplit is embedded by serial sessions: it stands for the half of a session that they never use.
type unsplit struct{ lines }

func (unsplit) parse(*textBlock, func(*Record), func(Reject)) {
	panic("the blocks of a serial session hold what was found and no text")
}
