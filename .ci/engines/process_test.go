package engines

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// start starts a server, whose output goes to logs/NAME. It ends with the test.
func (p *place) start(t *testing.T, name string, environment []string, program string, args ...string) *exec.Cmd {
	t.Helper()
	log, err := os.Create(filepath.Join(p.path("logs"), name))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close() // the server has its own
	cmd := exec.Command(program, args...)
	cmd.Env = slices.Concat(os.Environ(), p.environment(p.s3), environment)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()         // with an error, as it was killed
		if text, err := os.ReadFile(log.Name()); t.Failed() && err == nil {
			t.Logf("%s said at last:\n%s", name, text[max(0, len(text)-2000):])
		}
	})
	return cmd
}

// freeAddress is one of this machine that nobody listens at.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() // it was not used
	return l.Addr().String()
}

func answers(address string) bool {
	c, err := net.DialTimeout("tcp", address, time.Second)
	if err == nil {
		c.Close() // nothing was said
	}
	return err == nil
}

// patience is more than anything here needs, on a busy machine too.
const patience = 4 * time.Minute

// waitFor asks again and again.
func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for begin := time.Now(); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Since(begin) > patience {
			t.Fatalf("waited %v for %s", patience, what)
		}
	}
}

// process is a running one.
type process struct {
	id, parent int
	state      byte
	args       string // with spaces between them
}

// processes are those of this machine that are not dead.
func processes() []process {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is well formed
	var list []process
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		args, gone := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
		if err != nil || gone != nil {
			continue // it has ended
		}
		// The name, in brackets, may hold anything.
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		id, _ := strconv.Atoi(filepath.Base(filepath.Dir(path))) // by the pattern
		parent, _ := strconv.Atoi(fields[1])                     // by the kernel
		if fields[0] != "Z" {
			list = append(list, process{id, parent, fields[0][0], string(bytes.ReplaceAll(args, []byte{0}, []byte(" ")))})
		}
	}
	return list
}

// below returns a process and all that it started, the ones that they started too.
func below(id int) []process {
	all := processes()
	ids := []int{id}
	for i := 0; i < len(ids); i++ {
		for _, p := range all {
			if p.parent == ids[i] {
				ids = append(ids, p.id)
			}
		}
	}
	return slices.DeleteFunc(all, func(p process) bool { return !slices.Contains(ids, p.id) })
}

// killRunning kills a process with SIGKILL, and reports whether it was running.
func killRunning(id int) bool {
	if syscall.Kill(id, syscall.SIGSTOP) != nil {
		return false
	}
	stopped := slices.ContainsFunc(processes(), func(p process) bool { return p.id == id })
	return syscall.Kill(id, syscall.SIGKILL) == nil && stopped
}

// endMarked ends whatever was started with a mark in its environment, one by one.
func endMarked(t *testing.T, mark string) {
	t.Helper()
	own := os.Getpid()
	waitFor(t, "processes that do not end", func() bool {
		left := 0
		for _, p := range processes() {
			environment, err := os.ReadFile("/proc/" + strconv.Itoa(p.id) + "/environ")
			if err == nil && p.id != own && slices.Contains(strings.Split(string(environment), "\x00"), mark) {
				left++
				_ = syscall.Kill(p.id, syscall.SIGKILL) // it may have ended meanwhile
			}
		}
		return left == 0
	})
}
