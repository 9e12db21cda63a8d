package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// soakFor makes TestSoak last: "make soak".
const soakFor = "CREDSIEVE_SOAK"

// TestSoak scans again and again in one process, dumps of all formats with archives among them, and interrupts, holds, damages and
// fails runs at random. Whatever came of a run, nothing of it stays: no goroutine, no open file, no process, no temporary file, no memory; and
// each manifest balances.
func TestSoak(t *testing.T) {
	last := time.Duration(rounds(2, 4)) * time.Second
	if text := os.Getenv(soakFor); text != "" {
		var err error
		if last, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	b, _ := faultBase(t)
	for _, dir := range []string{"tmp", "spool", "dumps"} {
		if err := os.Mkdir(b.path(dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("TMPDIR", b.path("tmp"))
	plantDumps(t, b.path("dumps"), []string{"Made-Up-1", "Made-Up-2"})
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	s := &soak{t: t, b: b, random: rand.New(rand.NewPCG(seed, 1)), codes: map[int]int{}}
	s.round() // what is made once is there after that
	s.round()
	before := s.held()
	for begin := time.Now(); time.Since(begin) < last && !t.Failed(); {
		s.round()
	}
	after := s.held()
	t.Logf("%d runs, exit codes %v; before %+v, after %+v", s.runs, s.codes, before, after)
	if after.files > before.files || after.goroutines > before.goroutines+2 || after.children > 0 || after.temporary > 0 {
		t.Errorf("something stays: before %+v, after %+v", before, after)
	}
	if after.heap > before.heap+32<<20 {
		t.Errorf("memory grew from %d to %d bytes", before.heap, after.heap)
	}
}

// soak is one process that lives long.
type soak struct {
	t      *testing.T
	b      *bench
	random *rand.Rand
	runs   int
	codes  map[int]int
}

// holdings are what a process has.
type holdings struct {
	goroutines, files, children, temporary int
	heap                                   uint64
}

func (s *soak) held() (h holdings) {
	s.t.Helper()
	for range 100 { // what ends does so soon
		if runtime.GC(); len(s.childrenOf()) == 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		s.t.Fatal(err)
	}
	for _, dir := range []string{"tmp", "spool", "."} {
		entries, err := os.ReadDir(s.b.path(dir))
		if err != nil {
			s.t.Fatal(err)
		}
		for _, e := range entries {
			if dir != "." || strings.HasPrefix(e.Name(), ".") {
				h.temporary++
			}
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	h.goroutines, h.files, h.children, h.heap = runtime.NumGoroutine(), len(files), len(s.childrenOf()), m.HeapAlloc
	return h
}

// childrenOf are the processes that this one has started.
func (s *soak) childrenOf() []string {
	all, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		s.t.Fatal(err)
	}
	var children []string
	for _, file := range all {
		text, _ := os.ReadFile(file) // of a thread that has ended
		children = append(children, strings.Fields(string(text))...)
	}
	return children
}

// round is one run, and something that goes wrong with it.
func (s *soak) round() {
	s.t.Helper()
	s.runs++
	out := s.b.path(fmt.Sprintf("soak-%d", s.runs))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	args := []string{
		"scan", "--index", s.b.path("index"), "--key-file", s.b.path("key"), "--out", out, "--progress", "none", "--spool-dir", s.b.path("spool"),
		"--max-share", "100%", s.b.path("dumps"), s.b.path("dump.txt"),
	}
	switch s.random.IntN(6) {
	case 0:
		time.AfterFunc(time.Duration(s.random.IntN(300))*time.Millisecond, cancel)
	case 1:
		args = append(args, "--max-accounts", "1")
	case 2:
		args = append(args, "--state", s.b.path("state"))
	case 3:
		args = append(args, "--dry-run")
	case 4:
		args = append(args, "--max-unpacked", "10KiB", "--memory", "64MiB")
	default:
		args = append(args, s.b.path("nowhere"))
	}
	var errs bytes.Buffer
	code := run(ctx, args, env{in: strings.NewReader(""), out: io.Discard, err: &errs, getenv: func(string) string { return "" }})
	s.codes[code]++
	if code == exitUsage || code > exitHeld && code != exitInterrupted {
		s.t.Errorf("exit code %d of %v: %s", code, args, errs.String())
	}
	if _, err := os.Stat(out); err == nil {
		s.b.run(exitComplete, "verify", out)
	}
	if err := os.RemoveAll(out); err != nil {
		s.t.Error(err)
	}
	s.b.out.Reset()
	s.b.err.Reset()
}
