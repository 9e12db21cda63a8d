// Package parquet reads Parquet files as tables of text, each in a process of its own. The decoder
// panics on damaged files, in goroutines of its own, where nothing can recover, and allocates what the
// file says. So it runs in a child, which the system can end without ending the run.
//
// The parent calls [Start] with the command of the child, and reads the table. The child writes it with a
// [Writer]; it is package parquetchild, so that whoever reads dumps does not link the decoder. Between
// them go frames: one byte of kind, four of length, big-endian, then as many bytes of text.
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
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"
)

const (
	// Patience is how long, by default, the child may work on one batch of rows: a damaged file can
	// keep a decoder busy for ever.
	Patience = 2 * time.Minute
	// childMemory is where the child's collector begins to work hard. What it can never go beyond the
	// child asks the system for itself.
	childMemory = 1 << 30
)

// Child is a process of our own program that reads a file.
type Child struct {
	frameReader
	cmd    *exec.Cmd
	cancel context.CancelFunc
	timer  *time.Timer

	patience time.Duration
}

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
