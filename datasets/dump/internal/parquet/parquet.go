// Package parquet reads Parquet files as tables of text, each in a process of its own. The decoder
// panics on damaged files, in goroutines of its own, where nothing can recover, and allocates what the
// file says. So it runs in a child, which the system can end without ending the run.
//
// The parent calls [Start] with the command of the child, and reads the table; the child calls [Run].
// Between them go frames: one byte of kind, four of length, big-endian, then as many bytes of text.
//
//	t  text of the table, as package rowtext writes it
//	e  a sentence: what ended the table early
//	z  the table is whole
//
// A table without its end is an error, whatever the child died of, and a child that is silent for
// longer than the parent's patience is ended. What it writes to its standard error is not read: a
// trace would quote the file.
package parquet

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
	"unicode"
)

const (
	// Patience is how long, by default, the child may work on one batch of rows: a damaged file can
	// keep a decoder busy for ever.
	Patience = 2 * time.Minute
	// childMemory is where the child's collector begins to work hard, and childMemoryLimit, where
	// the system has one, what it can never go beyond: the lengths in a damaged file are anything.
	childMemory      = 1 << 30
	childMemoryLimit = 3 << 30
)

// Child is a process of our own program that reads a file.
type Child struct {
	frameReader
	cmd    *exec.Cmd
	cancel context.CancelFunc
	timer  *time.Timer

	patience time.Duration
}

// The kinds of frames.
const (
	frameText  = 't'
	frameError = 'e'
	frameEnd   = 'z'
)

// maxFrame bounds what a frame may hold.
const maxFrame = 1 << 20

// Start starts the child with a file; make returns its command, which is killed when its context
// ends. A patience of zero is the default. The caller calls Stop.
func Start(ctx context.Context, make func(context.Context) *exec.Cmd, in *os.File,
	patience time.Duration) (*Child, error) {
	if patience <= 0 {
		patience = Patience
	}
	ctx, cancel := context.WithCancel(ctx)
	c := &Child{cmd: make(ctx), cancel: cancel, patience: patience}
	if c.cmd.Env == nil {
		c.cmd.Env = os.Environ()
	}
	c.cmd.Env = append(c.cmd.Env, fmt.Sprintf("GOMEMLIMIT=%d", childMemory), "GOTRACEBACK=none")
	c.cmd.Stdin, c.cmd.ExtraFiles = nil, []*os.File{in}
	c.cmd.Stderr = nil // a trace would quote the file
	out, err := c.cmd.StdoutPipe()
	if err == nil {
		err = c.cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	c.frameReader = *newFrameReader(out)
	c.timer = time.AfterFunc(patience, cancel)
	return c, nil
}

// Stop ends the child, which has nothing more to say, and waits for it.
func (c *Child) Stop() {
	c.timer.Stop()
	c.cancel()
	_ = c.cmd.Wait() // it was killed, or has told how it ended
}

// Read reads the table. Its errors are sentences about the file, but for io.EOF after a whole table.
func (c *Child) Read(p []byte) (int, error) {
	c.timer.Reset(c.patience)
	return c.frameReader.Read(p)
}

// frameReader reads the table out of frames.
type frameReader struct {
	out  *bufio.Reader
	left int // bytes of the frame that are not read
	err  error
}

func newFrameReader(from io.Reader) *frameReader {
	return &frameReader{out: bufio.NewReaderSize(from, 64<<10)}
}

func (c *frameReader) Read(p []byte) (int, error) {
	for c.left == 0 && c.err == nil {
		c.err = c.next()
	}
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.out.Read(p[:min(len(p), c.left)])
	if c.left -= n; err != nil {
		c.err = errDecoder
	}
	return n, nil
}

var errDecoder = errors.New("its decoder failed: export it to CSV first")

// next reads the head of a frame.
func (c *frameReader) next() error {
	var head [5]byte
	if _, err := io.ReadFull(c.out, head[:]); err != nil {
		return errDecoder
	}
	n := binary.BigEndian.Uint32(head[1:])
	switch {
	case n > maxFrame:
		return errDecoder
	case head[0] == frameText:
		c.left = int(n)
		return nil
	case head[0] == frameEnd && n == 0:
		return io.EOF
	case head[0] == frameError:
		text := make([]byte, n)
		if _, err := io.ReadFull(c.out, text); err == nil {
			return errors.New(strings.Map(printable, string(text)))
		}
	}
	return errDecoder
}

func printable(c rune) rune {
	if unicode.IsPrint(c) {
		return c
	}
	return '?'
}
