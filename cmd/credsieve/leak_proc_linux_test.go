package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// watched is what everybody could read of a command and of its children in /proc while they ran, and what lay in files that have no name.
type watched struct {
	text     bytes.Buffer
	looks    int
	children int            // that were seen
	seen     map[string]int // sizes of what was read of files without a name
}

// mostUnnamed bounds what is read of a file that has no name.
const mostUnnamed = 8 << 20

// watch looks again and again until done is closed.
func (w *watched) watch(pid int, dir string, done <-chan struct{}) {
	for {
		w.look(pid, dir)
		select {
		case <-done:
			return
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (w *watched) look(pid int, dir string) {
	w.looks++
	proc := fmt.Sprintf("/proc/%d", pid)
	for _, name := range []string{"cmdline", "environ", "comm", "status", "maps"} {
		// It may have ended, or belong to another user, who reads nothing then.
		if text, err := os.ReadFile(filepath.Join(proc, name)); err == nil {
			w.text.Write(text)
			w.text.WriteByte('\n')
		}
	}
	w.unnamed(proc, dir)
	threads, _ := filepath.Glob(filepath.Join(proc, "task", "*", "children")) // the pattern is one
	for _, children := range threads {
		text, err := os.ReadFile(children)
		if err != nil {
			continue
		}
		for _, child := range strings.Fields(string(text)) {
			w.children++
			number := 0
			if _, err := fmt.Sscan(child, &number); err == nil && number > 0 {
				w.look(number, dir)
			}
		}
	}
}

// unnamed reads the open files below a folder that were removed: spools, and results that are not whole yet.
func (w *watched) unnamed(proc, dir string) {
	files, _ := filepath.Glob(filepath.Join(proc, "fd", "*")) // the pattern is one
	for _, path := range files {
		to, err := os.Readlink(path)
		if err != nil || !strings.HasPrefix(to, dir) || !strings.HasSuffix(to, "(deleted)") {
			continue
		}
		info, err := os.Stat(path)
		if err != nil || int(info.Size()) <= w.seen[to] || info.Size() > mostUnnamed {
			continue
		}
		if text, err := os.ReadFile(path); err == nil {
			w.seen[to] = len(text)
			w.text.Write(text)
		}
	}
}

// wantNothingPlantedIn searches a text that is not a file.
func wantNothingPlantedIn(t *testing.T, what string, text []byte) {
	t.Helper()
	for form, mark := range plantedForms() {
		if bytes.Contains(text, mark) {
			t.Errorf("%s holds a planted password, %s", what, form)
		}
	}
}
