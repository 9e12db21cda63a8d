package dump

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
	// childSilence is how long the child may work on one batch of rows: a damaged file can keep a
	// decoder busy for ever.
	childSilence = 2 * time.Minute
	// childMemory is where the child's collector begins to work hard, and childMemoryLimit, where
	// the system has one, what it can never go beyond: the lengths in a damaged file are anything.
	childMemory      = 1 << 30
	childMemoryLimit = 3 << 30
)

// parquet reads a Parquet file in a child process. Its decoder panics on damaged files, in goroutines
// of its own, where nothing can recover, and allocates what the file says.
func (r *reading) parquet(m member) error {
	switch {
	case r.opts.Child == nil:
		r.skip(m, "parquet", "it is a Parquet file, which takes a process of its own to read: "+
			"export it to CSV first")
		return nil
	case m.disk == nil || len(m.disk.files) != 1:
		r.skip(m, "parquet", "a Parquet file cannot be read from a stream or out of an archive: "+
			"extract it first, or name the file")
		return nil
	}
	r.src.drain() // for the digest; the child reads in an order of its own
	if err := r.ctx.Err(); err != nil {
		return err
	}
	c, err := startChild(r.ctx, r.opts.Child, m.disk.files[0], r.opts.patience)
	if err != nil {
		r.skip(m, "parquet", fmt.Sprintf("the process that reads it failed to start: %v", cause(err)))
		return nil
	}
	defer c.stop()
	return r.open(member{
		name: m.name, from: &unpacked{r: r, from: c}, stream: "parquet", depth: m.depth + 1, label: "parquet",
	})
}

// child is a process of our own program that reads a file and writes the table in frames: one byte of
// kind, four of length, big-endian, then as many of text.
type child struct {
	frameReader
	cmd    *exec.Cmd
	cancel context.CancelFunc
	timer  *time.Timer

	patience time.Duration
}

// The kinds of frames.
const (
	frameText  = 't' // of the table
	frameError = 'e' // a sentence: what ended the table early
	frameEnd   = 'z' // the table is whole
)

// maxFrame bounds what a frame may hold.
const maxFrame = 1 << 20

func startChild(ctx context.Context, make func(context.Context) *exec.Cmd, in *os.File,
	patience time.Duration) (*child, error) {
	ctx, cancel := context.WithCancel(ctx)
	c := &child{cmd: make(ctx), cancel: cancel, patience: patience}
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

// stop ends the child, which has nothing more to say, and waits for it.
func (c *child) stop() {
	c.timer.Stop()
	c.cancel()
	_ = c.cmd.Wait() // it was killed, or has told how it ended
}

func (c *child) Read(p []byte) (int, error) {
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
		c.err = errChild
	}
	return n, nil
}

var errChild = errors.New("its decoder failed: export it to CSV first")

// next reads the head of a frame.
func (c *frameReader) next() error {
	var head [5]byte
	if _, err := io.ReadFull(c.out, head[:]); err != nil {
		return errChild
	}
	n := binary.BigEndian.Uint32(head[1:])
	switch {
	case n > maxFrame:
		return errChild
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
	return errChild
}

func printable(c rune) rune {
	if unicode.IsPrint(c) {
		return c
	}
	return '?'
}
