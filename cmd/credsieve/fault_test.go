package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestScan_of_an_index_that_shrinks: whoever truncates the index of a scan under way ends it with a sentence and status
// 1, not with a stack and 2, and nothing is left.
func TestScan_of_an_index_that_shrinks(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var export, leak strings.Builder
	export.WriteString("account_id,email,password_hash\n")
	for i := range 3000 {
		fmt.Fprintf(&export, "u%d,user%d@example.com,$9$unknown\n", i, i)
		fmt.Fprintf(&leak, "user%d@example.com:Made-Up-1\n", i)
	}
	accounts := b.write("accounts.csv", export.String())
	b.run(exitComplete, "index", "build", "--accounts", accounts, "--out", b.path("index"))
	truncate := func() {
		files, err := filepath.Glob(b.path("index/*"))
		if err != nil || len(files) < 3 {
			t.Fatalf("files of the index: %v, %v", files, err)
		}
		for _, file := range files {
			if filepath.Base(file) == "index.json" {
				continue
			}
			if err := os.Truncate(file, 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	var errs bytes.Buffer
	code := run(t.Context(), []string{
		"scan", "--index", b.path("index"), "--out", b.path("new/run"), "--key-file", b.path("key"), "--progress", "none", "-",
	}, env{in: &firstRead{Reader: strings.NewReader(leak.String()), do: truncate}, out: io.Discard, err: &errs, getenv: os.Getenv})
	if code != exitFailed || !strings.HasPrefix(errs.String(), "credsieve: ") || strings.Contains(errs.String(), "goroutine") {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
	if _, err := os.Stat(b.path("new")); err == nil {
		t.Error("something was left")
	}
}
