package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// What becomes of a change.
const (
	noticed  = "noticed"
	endless  = "noticed: a test does not end"
	survives = "survives"
	broken   = "does not compile"
)

// Bounds of the tests of one change: a loop that never ends must neither hold up the others nor take the machine's memory.
const (
	mostMemory = 8 << 20 // KiB
	leastTime  = 30 * time.Second
)

// woven is a package whose changes are woven into test programs: its own, and those of -also.
type woven struct {
	p        *pkg
	dir      string
	programs []program
}

// program is a test program.
type program struct {
	path string
	dir  string // of the package that it tests
	args []string
	most time.Duration // ten times what it takes without a change
}

// weave compiles the test programs and runs them without a change: tests that fail anyway would notice everything.
func (p *pkg) weave() *woven {
	dir, err := os.MkdirTemp("", "mutants")
	if err != nil {
		fail(err)
	}
	w := &woven{p: p, dir: dir}
	for i, name := range append([]string{p.name}, strings.Fields(*also)...) {
		w.programs = append(w.programs, program{path: filepath.Join(dir, fmt.Sprintf("program%d.test", i)), dir: dirOf(name)})
		if i > 0 && *alsoRun != "" {
			w.programs[i].args = []string{"-test.run", *alsoRun}
		}
	}
	if out := w.compile(w.programs, p.wovenFiles(w.now())); out != "" {
		w.close()
		fail(fmt.Errorf("%s does not compile with its changes: %s", p.name, out))
	}
	for i, test := range w.programs {
		begin := time.Now()
		if out, ok := w.run(test, 0, 10*time.Minute); !ok {
			w.close()
			fail(fmt.Errorf("the tests in %s fail without a change: %s", test.dir, out))
		}
		w.programs[i].most = max(leastTime, 10*time.Since(begin))
	}
	return w
}

func dirOf(name string) string {
	out, err := exec.Command("go", "list", "-f", "{{.Dir}}", name).Output()
	if err != nil {
		fail(fmt.Errorf("failed to list %s: %w", name, err))
	}
	return strings.TrimSpace(string(out))
}

// now is the file with the number of the change that is made.
func (w *woven) now() string { return filepath.Join(w.dir, "now") }

func (w *woven) close() { os.RemoveAll(w.dir) }

// compile returns what the Go tool said if it failed.
func (w *woven) compile(programs []program, changed map[string][]byte) string {
	dir, err := os.MkdirTemp(w.dir, "overlay")
	if err != nil {
		fail(err)
	}
	defer os.RemoveAll(dir)
	file := overlay(dir, changed)
	for _, test := range programs {
		cmd := exec.Command("go", "test", "-c", "-overlay", file, "-vet=off", "-ldflags=-w", "-o", test.path, test.dir)
		if out, err := cmd.CombinedOutput(); err != nil {
			return string(out)
		}
	}
	return ""
}

// try runs the tests with one change.
func (w *woven) try(m mutant) string {
	programs, number := w.programs, m.number
	if m.impossible {
		return broken
	}
	for i, test := range programs {
		if m.woven == nil { // a program of its own, and of others only where that notices nothing
			number = 0
			test.path = filepath.Join(w.dir, fmt.Sprintf("alone%d.test", i))
			if out := w.compile([]program{test}, map[string][]byte{m.file: m.withOne()}); out != "" {
				return broken
			}
		}
		out, ok := w.run(test, number, test.most)
		switch {
		case !ok && strings.Contains(out, "panic: test timed out"):
			return endless
		case !ok:
			return noticed
		}
	}
	return survives
}

// run runs a test program with one of its changes and returns the end of what it wrote, and whether all tests passed.
func (w *woven) run(p program, number int, most time.Duration) (string, bool) {
	temporary, err := os.MkdirTemp(w.dir, "run") // what a test that was ended left there goes with it
	if err := errors.Join(err, os.WriteFile(w.now(), []byte(strconv.Itoa(number)), 0o644)); err != nil {
		fail(err)
	}
	defer os.RemoveAll(temporary)
	ctx, cancel := context.WithTimeout(context.Background(), most+time.Second)
	defer cancel()
	args := append([]string{"-c", fmt.Sprintf(`ulimit -d %d; exec "$@"`, mostMemory), "bash", p.path, "-test.short", "-test.failfast",
		"-test.timeout", most.String()}, p.args...)
	cmd := exec.CommandContext(ctx, "bash", args...)
	cmd.Dir, cmd.Env = p.dir, append(os.Environ(), "TMPDIR="+temporary)
	cmd.WaitDelay = time.Second
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	text := out.String()
	if at := strings.Index(text, "panic: test timed out"); at >= 0 { // all goroutines follow
		text = text[:min(len(text), at+100)]
	}
	return text[max(len(text)-2000, 0):], err == nil
}
