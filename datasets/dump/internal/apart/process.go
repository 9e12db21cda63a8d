package apart

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// Patience is how long, by default, a child may work without a word: it asks for more of the archive or hands out
	// what it found far more often, and a damaged file can keep a decoder busy for ever.
	Patience = 2 * time.Minute
	// MostJobs is after how many jobs a child is ended: a start for each thousand costs nothing.
	MostJobs = 1000
	// childMemory is where the collector of a child begins to work hard. What it can never go beyond the child asks the
	// system for itself.
	childMemory = 1 << 30
	// grace is how long a child that has closed its end may take to be gone.
	grace = 5 * time.Second
)

// Processes are the children of one run, as many as are at work at the same time.
type Processes struct {
	command func(context.Context) *exec.Cmd

	mu   sync.Mutex
	idle []*Process
	over bool
}

// NewProcesses returns children of which none is started. Command returns the command line of one, killed when the
// context ends. Nil: no processes.
func NewProcesses(command func(context.Context) *exec.Cmd) *Processes {
	if command == nil {
		return nil
	}
	return &Processes{command: command}
}

// Take returns a child that waits for a job, a new one if fresh or when none is there. The caller gives it back by Give
// or ends it by End.
func (p *Processes) Take(fresh bool) (*Process, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.idle); n > 0 && !fresh {
		child := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return child, nil
	}
	return start(p.command)
}

// Give takes back a child that is done with its job.
func (p *Processes) Give(child *Process) {
	child.jobs++
	p.mu.Lock()
	keep := !p.over && child.jobs < MostJobs
	if keep {
		p.idle = append(p.idle, child)
	}
	p.mu.Unlock()
	if !keep {
		child.End()
	}
}

// Close ends the children that wait, and each other when it is given back.
func (p *Processes) Close() {
	if p == nil {
		return
	}
	p.mu.Lock()
	idle := p.idle
	p.idle, p.over = nil, true
	p.mu.Unlock()
	for _, child := range idle {
		child.End()
	}
}

// Process is a child.
type Process struct {
	conn   *Conn
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	kill   context.CancelFunc
	stderr beginning
	timer  *time.Timer
	jobs   int // that it is done with

	silent, killed atomic.Bool
	waited         sync.Once
}

func start(command func(context.Context) *exec.Cmd) (*Process, error) {
	keepDescriptors()
	ctx, cancel := context.WithCancel(context.Background())
	p := &Process{cmd: command(ctx), kill: cancel}
	if p.cmd.Env == nil {
		p.cmd.Env = []string{} // else it would be ours
	}
	p.cmd.Env = append(p.cmd.Env, fmt.Sprintf("GOMEMLIMIT=%d", childMemory), "GOTRACEBACK=none")
	p.cmd.Stderr = &p.stderr
	p.cmd.SysProcAttr = attributes()
	p.cmd.WaitDelay = grace
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		p.stdin, err = p.cmd.StdinPipe()
	}
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	widen(out)
	p.conn = NewConn(out, p.stdin)
	p.timer = time.AfterFunc(time.Hour, func() {
		p.silent.Store(true)
		p.kill()
	})
	p.timer.Stop()
	return p, nil
}

// Used reports whether the child has done a job before: then it may have died since, of something else.
func (p *Process) Used() bool { return p.jobs > 0 }

// Conn is for what the run sends; what it receives comes from Receive.
func (p *Process) Conn() *Conn { return p.conn }

// Kill ends the child from another goroutine; whoever waits for it receives an error.
func (p *Process) Kill() {
	p.killed.Store(true)
	p.kill()
}

// Receive waits for a frame, but not longer than patience.
func (p *Process) Receive(patience time.Duration) (Kind, []byte, error) {
	p.timer.Reset(patience)
	defer p.timer.Stop()
	return p.conn.Receive(MaxFrame)
}

// End ends the child and waits until it is gone.
func (p *Process) End() {
	p.Kill()
	p.wait()
}

func (p *Process) wait() {
	p.waited.Do(func() {
		p.timer.Stop()
		_ = p.stdin.Close() // nobody is there to be told more
		_ = p.cmd.Wait()    // how it ended is in ProcessState
		p.kill()
	})
}

// Cause says why a child that broke off did so, after it is gone.
func (p *Process) Cause(patience time.Duration, err error) string {
	if p.silent.Load() {
		p.wait()
		return fmt.Sprintf("its decoder failed: it was silent for %v", patience)
	}
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		p.End() // it does not speak as it should
		return "its decoder failed"
	}
	last := time.AfterFunc(grace, p.kill)
	p.wait()
	last.Stop()
	return "its decoder failed" + p.ended()
}

// ended says what the system and the words of Go's runtime tell of the end of a child.
func (p *Process) ended() string {
	state := p.cmd.ProcessState
	text := p.stderr.String()
	switch {
	case strings.Contains(text, "out of memory"), strings.Contains(text, "cannot allocate memory"),
		strings.Contains(text, "failed to allocate"): // the last are the race detector's words
		return ": it needed more memory than it may have"
	case strings.Contains(text, CPUSentence):
		return ": it needed more processor time than it may have"
	case state == nil || state.Exited():
		return ""
	}
	return fmt.Sprintf(": it was ended from outside (%v)", state)
}

// CPUSentence is what a child says whose processor time is used up.
const CPUSentence = "the limit on processor time is met"

// beginning keeps what a stream begins with.
type beginning struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *beginning) Write(p []byte) (int, error) {
	const most = 4 << 10
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text.Write(p[:min(len(p), max(0, most-b.text.Len()))])
	return len(p), nil
}

func (b *beginning) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
