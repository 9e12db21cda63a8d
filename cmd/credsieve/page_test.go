package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
)

// Ids differ from run to run and from build to build; what takes their place is as long.
var (
	varyingRun   = regexp.MustCompile(`(2026060[0-9]T000000Z-)[0-9a-f]{8}`)
	varyingIndex = regexp.MustCompile(`(index )[0-9a-f]{32}`)
)

// varyingRows of an index say how good its filter came out, and how old it is by the clock.
var varyingRows = regexp.MustCompile(`(?m)^[│ ]+(?:age|filter) .*\n(?:[│ ] {12,}.*\n)*`)

// still is a page without what varies.
func still(page string) string {
	page = varyingRun.ReplaceAllString(page, "${1}00000000")
	page = varyingIndex.ReplaceAllString(page, "${1}"+strings.Repeat("0", 32))
	return varyingRows.ReplaceAllString(page, "")
}

// pageCommands are those whose output people read, with the exit code that the sample data give.
var pageCommands = []struct {
	code int
	line string
}{
	{exitComplete, "index inspect index"},
	{exitComplete, "index verify index"},
	{exitPartial, "scan --index index --key-file key.txt --out list --now 2026-06-01T00:00:00Z --show-identifiers --progress none dumps"},
	{exitHeld, "scan --index index --key-file key.txt --out held --now 2026-06-02T00:00:00Z --max-accounts 2 --verbose --progress none dumps"},
	{exitComplete, "explain list g01"},
	{exitComplete, "diff list held"},
	{exitComplete, "inspect --progress none dumps/compilation"},
	{exitComplete, "verify held"},
}

// TestPages shows the same outputs on pages of several widths, with lines drawn as on a terminal and without them as in a
// pipe, with NO_COLOR and with TERM=dumb.
func TestPages(t *testing.T) {
	for _, width := range []int{60, 80, 100, 140} {
		for _, box := range []bool{false, true} {
			name := fmt.Sprintf("%d-plain", width)
			if box {
				name = fmt.Sprintf("%d-box", width)
			}
			t.Run(name, func(t *testing.T) {
				b := newBench(t)
				copyGolden(t, b)
				t.Chdir(b.dir)
				var page bytes.Buffer
				b.run(exitComplete, "index", "build", "--accounts", "accounts.csv", "--key-file", "key.txt", "--out", "index", "--now", "2026-05-31T00:00:00Z")
				for _, c := range pageCommands {
					fmt.Fprintf(&page, "$ credsieve %s\n", c.line)
					b.show(&page, width, box, c.code, c.line)
				}
				wantNarrow(t, width, page.String())
				if hasLines := strings.ContainsAny(page.String(), "│┌─"); hasLines != box {
					t.Errorf("lines are drawn: %v", hasLines)
				}
				comparePage(t, name, still(page.String()))
			})
		}
	}
}

// show runs a command line and adds to page what it prints on one of that width, and after it what it says on stderr.
func (b *bench) show(page *bytes.Buffer, width int, box bool, code int, line string) {
	b.t.Helper()
	var errs bytes.Buffer
	got := run(context.Background(), strings.Fields(line), env{
		in: strings.NewReader(""), out: &terminal.Page{Writer: page, Width: width, Box: box}, err: &errs,
		getenv: func(string) string { return "" },
	})
	if got != code {
		b.t.Fatalf("credsieve %s: exit code %d, want %d\n%s", line, got, code, errs.String())
	}
	page.Write(errs.Bytes())
}

// wantNarrow looks for lines beyond the width. Sentences of the summary are left to the terminal to break, so that
// programs find each on one line.
func wantNarrow(t *testing.T, width int, page string) {
	t.Helper()
	for line := range strings.Lines(page) {
		line = strings.TrimSuffix(line, "\n")
		sentence := strings.HasPrefix(line, "$ ") || strings.Contains(line, ": ") && !strings.ContainsAny(line, "│") &&
			!strings.HasPrefix(line, "  ")
		if utf8.RuneCountInString(line) > width && !sentence {
			t.Errorf("%d columns: %s", width, line)
		}
	}
}

func comparePage(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join(originalDir, goldenDir, "want", "pages", name+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs:\n%s", path, got)
	}
}
