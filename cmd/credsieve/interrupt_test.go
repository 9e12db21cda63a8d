package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
)

// TestInterrupt: a command that waits for standard input ends when it is interrupted, and leaves nothing.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	export := b.write("accounts.csv", "account_id,email,password_hash\nu1,alice@example.com,$9$unknown\n")
	b.run(exitComplete, "index", "build", "--accounts", export, "--out", b.path("index"))
	for name, args := range map[string][]string{
		"index_build": {"index", "build", "--accounts", "-", "--out", b.path("new/index")},
		"scan":        {"scan", "--index", b.path("index"), "--out", b.path("new/run"), "-"},
		"scan_state":  {"scan", "--index", b.path("index"), "--state", b.path("state"), "--out", b.path("new/run"), "-"},
	} {
		t.Run(name, func(t *testing.T) {
			silent, writer := io.Pipe()
			defer writer.Close()
			interrupted, interrupt := context.WithCancel(context.Background())
			var errs bytes.Buffer
			code := run(interrupted, append(args, "--key-file", b.path("key")), env{
				in: &firstRead{Reader: silent, do: interrupt}, out: io.Discard, err: &errs, getenv: os.Getenv,
			})
			if code != exitInterrupted || !strings.Contains(errs.String(), "interrupted; nothing is published") {
				t.Errorf("exit code %d: %s", code, errs.String())
			}
			kept := map[string]string{
				"scan":       "hint: nothing is kept: the next run begins at the start; with --state DIR it would go on where this one stopped\n",
				"scan_state": "hint: what was decided until then is kept in the state",
			}[name]
			if !strings.Contains(errs.String(), kept) {
				t.Errorf("what is kept is not said: %s", errs.String())
			}
			if kept != "" && !strings.Contains(errs.String(), "it stopped in phase screen, at 0B") {
				t.Errorf("where it stopped is not said: %s", errs.String())
			}
			if _, err := os.Stat(b.path("new")); err == nil {
				t.Error("something was left")
			}
		})
	}
}

// firstRead does something when it is read for the first time.
type firstRead struct {
	io.Reader
	once sync.Once
	do   func()
}

func (f *firstRead) Read(p []byte) (int, error) {
	f.once.Do(f.do)
	return f.Reader.Read(p)
}
