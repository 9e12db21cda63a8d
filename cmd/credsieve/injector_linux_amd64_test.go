package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// injection runs a command under ptrace, counts what it does to files below a folder, and has one of these steps fail, or the command
// killed before it.
type injection struct {
	Args []string // of credsieve
	Dir  string   // steps are about files below it
	Errs *os.File // what it says
	Step int      // which is to fail, from 1; 0: none
	mishap
}

// mishap is a way in which a step goes wrong.
type mishap struct {
	Name    string
	Errno   syscall.Errno
	Signal  syscall.Signal // instead of an error
	Reading bool           // steps are those that read, and not those that change something
	Removes bool           // those that remove something are steps as well
	Cut     int            // instead of an error, of what is to be read: all of it, 1; all but one half, 2
}

// injected is what became of it.
type injected struct {
	Steps  []string // name of the call, and what it was about
	Code   int      // exit code
	Killed bool
}

// program is what a test starts as a process of its own, called credsieve.
func program() string {
	if path := os.Getenv(programVariable); path != "" {
		return path
	}
	return "/proc/self/exe"
}

// tracer follows all threads of a command.
type tracer struct {
	injection
	out    injected
	main   int
	inside map[int]bool // a thread is in a call
	fail   map[int]bool // and that is to fail
	known  map[int]bool
}

func (in injection) run() (injected, error) {
	runtime.LockOSThread() // ptrace is a matter between threads
	defer runtime.UnlockOSThread()
	t := &tracer{injection: in, inside: map[int]bool{}, fail: map[int]bool{}, known: map[int]bool{}}
	cmd := exec.Command(program())
	cmd.Args = append([]string{"credsieve"}, in.Args...)
	cmd.Stderr = in.Errs
	cmd.Dir = in.Dir
	cmd.Env = []string{"TMPDIR=" + in.Dir, "PATH=" + os.Getenv("PATH"), "GOGC=400", keyFileVariable + "=" + filepath.Join(in.Dir, "key")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true, Setpgid: true}
	if err := cmd.Start(); err != nil {
		return injected{}, err
	}
	defer func() { _ = cmd.Process.Release() }() // follow has waited for it
	t.main = cmd.Process.Pid
	if _, _, err := wait(t.main); err != nil {
		return injected{}, err
	}
	const follow = unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_EXITKILL
	if err := syscall.PtraceSetOptions(t.main, follow); err != nil {
		return injected{}, err
	}
	t.known[t.main] = true
	if err := syscall.PtraceSyscall(t.main, 0); err != nil {
		return injected{}, err
	}
	err := t.follow()
	return t.out, err
}

// wait waits for what a thread of a command does. Each command is a process group, since this process has other children.
func wait(group int) (tid int, status syscall.WaitStatus, err error) {
	for {
		if tid, err = syscall.Wait4(-group, &status, syscall.WALL, nil); err != syscall.EINTR {
			return tid, status, err
		}
	}
}

// follow waits for what the threads do until the command is gone.
func (t *tracer) follow() error {
	for {
		tid, status, err := wait(t.main)
		if err != nil {
			return err
		}
		switch {
		case status.Exited() || status.Signaled():
			if tid == t.main {
				t.out.Code, t.out.Killed = status.ExitStatus(), status.Signaled()
				return nil
			}
		case status.Stopped():
			// A thread that is killed meanwhile does not go on: that is no error.
			_ = syscall.PtraceSyscall(tid, t.stopped(tid, status))
		}
	}
}

// stopped returns the signal that a thread goes on with.
func (t *tracer) stopped(tid int, status syscall.WaitStatus) int {
	const callStop = syscall.SIGTRAP | 0x80
	switch signal := status.StopSignal(); {
	case signal == callStop:
		t.call(tid)
		return 0
	case signal == syscall.SIGTRAP:
		return 0 // an event, such as a new thread
	case signal == syscall.SIGSTOP && !t.known[tid]:
		t.known[tid] = true
		return 0
	default:
		return int(signal)
	}
}

// call is at the beginning or the end of a call.
func (t *tracer) call(tid int) {
	t.known[tid] = true
	t.inside[tid] = !t.inside[tid]
	var regs syscall.PtraceRegs
	if !t.inside[tid] {
		if t.fail[tid] && syscall.PtraceGetRegs(tid, &regs) == nil {
			regs.Rax = uint64(-int64(t.Errno))
			_ = syscall.PtraceSetRegs(tid, &regs) // as in follow
		}
		t.fail[tid] = false
		return
	}
	if syscall.PtraceGetRegs(tid, &regs) != nil {
		return
	}
	step := t.step(tid, &regs)
	if step == "" {
		return
	}
	t.out.Steps = append(t.out.Steps, step)
	if len(t.out.Steps) != t.Step {
		return
	}
	if t.Signal != 0 {
		_ = syscall.Kill(t.main, t.Signal)
		return
	}
	switch t.Cut {
	case 0:
		t.fail[tid] = true
		regs.Orig_rax = ^uint64(0) // no call: the kernel does nothing
	case cutAll:
		regs.Rdx = 0
	default:
		regs.Rdx = (regs.Rdx + 1) / 2
	}
	_ = syscall.PtraceSetRegs(tid, &regs)
}

// The values of Cut.
const (
	cutAll  = 1
	cutHalf = 2
)

// The calls that are steps, by what they are about: an open file, a path, or a path below an open folder.
var (
	changesOpen = map[uint64]string{
		unix.SYS_WRITE: "write", unix.SYS_PWRITE64: "write", unix.SYS_WRITEV: "write", unix.SYS_FSYNC: "sync",
		unix.SYS_FDATASYNC: "sync", unix.SYS_FTRUNCATE: "truncate", unix.SYS_FALLOCATE: "truncate", unix.SYS_FCHMOD: "chmod",
	}
	changesPath   = map[uint64]string{unix.SYS_RENAME: "rename", unix.SYS_MKDIR: "mkdir", unix.SYS_LINK: "link"}
	changesPathAt = map[uint64]string{
		unix.SYS_RENAMEAT: "rename", unix.SYS_RENAMEAT2: "rename", unix.SYS_MKDIRAT: "mkdir", unix.SYS_LINKAT: "link",
	}
	removesPath   = map[uint64]string{unix.SYS_UNLINK: "remove", unix.SYS_RMDIR: "remove"}
	removesPathAt = map[uint64]string{unix.SYS_UNLINKAT: "remove"}
	readsOpen     = map[uint64]string{unix.SYS_READ: "read", unix.SYS_PREAD64: "read", unix.SYS_GETDENTS64: "list"}
)

// step names a call that is one and that is about files below the folder, empty for any other.
func (t *tracer) step(tid int, regs *syscall.PtraceRegs) string {
	name, path := t.reading(tid, regs)
	if !t.Reading {
		name, path = t.changing(tid, regs)
	}
	rel, err := filepath.Rel(t.Dir, path)
	if name == "" || path == "" || err != nil || strings.HasPrefix(rel, "..") {
		return ""
	}
	return name + " " + rel
}

func (t *tracer) changing(tid int, regs *syscall.PtraceRegs) (name, path string) {
	call := regs.Orig_rax
	if n, ok := changesOpen[call]; ok {
		return n, t.descriptor(tid, int(int32(regs.Rdi)))
	}
	if n, ok := changesPath[call]; ok {
		return n, t.path(tid, unix.AT_FDCWD, uintptr(regs.Rdi))
	}
	if n, ok := changesPathAt[call]; ok {
		return n, t.path(tid, int(int32(regs.Rdi)), uintptr(regs.Rsi))
	}
	if n, ok := removesPath[call]; ok && t.Removes {
		return n, t.path(tid, unix.AT_FDCWD, uintptr(regs.Rdi))
	}
	if n, ok := removesPathAt[call]; ok && t.Removes {
		return n, t.path(tid, int(int32(regs.Rdi)), uintptr(regs.Rsi))
	}
	if call == unix.SYS_OPENAT && regs.Rdx&creating != 0 {
		return "create", t.path(tid, int(int32(regs.Rdi)), uintptr(regs.Rsi))
	}
	return "", ""
}

// creating are the flags of an open file that make one.
const creating = unix.O_CREAT | unix.O_TMPFILE&^unix.O_DIRECTORY

func (t *tracer) reading(tid int, regs *syscall.PtraceRegs) (name, path string) {
	call := regs.Orig_rax
	n, ok := readsOpen[call]
	switch {
	case ok && (t.Cut == 0 || n == "read" && regs.Rdx > 1):
		return n, t.descriptor(tid, int(int32(regs.Rdi)))
	case call == unix.SYS_MMAP && int32(regs.R8) >= 0 && t.Cut == 0:
		return "map", t.descriptor(tid, int(int32(regs.R8)))
	case call == unix.SYS_OPENAT && regs.Rdx&creating == 0 && t.Cut == 0:
		return "open", t.path(tid, int(int32(regs.Rdi)), uintptr(regs.Rsi))
	}
	return "", ""
}

func (t *tracer) descriptor(tid, fd int) string {
	path, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", tid, fd))
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(path, " (deleted)")
}

func (t *tracer) path(tid, at int, address uintptr) string {
	var text []byte
	for word := make([]byte, 8); len(text) < unix.PathMax; address += 8 {
		if _, err := syscall.PtracePeekData(tid, address, word); err != nil {
			return ""
		}
		if i := strings.IndexByte(string(word), 0); i >= 0 {
			text = append(text, word[:i]...)
			break
		}
		text = append(text, word...)
	}
	path := string(text)
	if filepath.IsAbs(path) {
		return path
	}
	if at == unix.AT_FDCWD {
		return filepath.Join(t.Dir, path)
	}
	return filepath.Join(t.descriptor(tid, at), path)
}
