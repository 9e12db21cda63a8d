// Package fault turns what would end the process into an error that can be told.
//
// Go ends a process with status 2 and a stack on stderr when a goroutine panics, or touches mapped memory whose file
// was truncated or whose disk failed. Scripts take 2 for wrong usage, and what was to be given back is not. Catch and
// Group run functions such that both are errors:
//
//   - a memory fault says that a file in use shrank, or that its disk failed
//   - a panic is called ours, with the place of it
//
// An error never quotes what a panic was given, unless Go itself made it (an index out of range): anything else could
// hold a part of a record.
//
// Not guaranteed: what Go ends a process for without a panic, such as memory that ran out or a map that two goroutines
// write.
package fault

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"golang.org/x/sync/errgroup"
)

// ErrMemory says that mapped memory could not be read.
var ErrMemory = errors.New("a file that is mapped into memory could not be read: " +
	"it was truncated while it was in use, or its disk failed")

// ErrInternal says that the program itself is wrong.
var ErrInternal = errors.New("internal fault")

// Catch calls do, and returns its error, or ErrMemory or ErrInternal for what would have ended the process.
func Catch(do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if value := recover(); value != nil {
			err = of(value)
		}
	}()
	return do()
}

// of says what a recovered value means.
func of(value any) error {
	if memory, ok := value.(interface{ Addr() uintptr }); ok && memory.Addr() != 0 {
		return ErrMemory
	}
	if made, ok := value.(runtime.Error); ok {
		return fmt.Errorf("%w in %s: %w; please report it", ErrInternal, place(), made)
	}
	return fmt.Errorf("%w in %s: a panic with a value of type %T; please report it", ErrInternal, place(), value)
}

// place is where a panic began: the first function that is not of Go's runtime, on the way back from it.
func place() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	panicked := false
	for {
		frame, more := frames.Next()
		switch {
		case frame.Function == "runtime.gopanic":
			panicked = true
		case panicked && !strings.HasPrefix(frame.Function, "runtime."):
			return fmt.Sprintf("%s:%d", filepath.Base(frame.File), frame.Line)
		}
		if !more {
			return "an unknown place"
		}
	}
}

// Group is an errgroup whose functions run under Catch.
type Group struct{ group *errgroup.Group }

// NewGroup returns a group, and a context that ends with the first error of a function, or when all have returned.
func NewGroup(ctx context.Context) (*Group, context.Context) {
	group, ctx := errgroup.WithContext(ctx)
	return &Group{group}, ctx
}

// Go calls do in a goroutine of its own.
func (g *Group) Go(do func() error) { g.group.Go(func() error { return Catch(do) }) }

// SetLimit bounds how many functions run at once.
func (g *Group) SetLimit(n int) { g.group.SetLimit(n) }

// Wait returns when every function has, with the first of their errors.
func (g *Group) Wait() error { return g.group.Wait() }
