package dump_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// transcript says what blocks hold, in order.
type transcript struct{ lines []string }

func (t *transcript) block(b *dump.Block) error {
	defer b.Release()
	reject := func(r leak.Reject) {
		t.lines = append(t.lines, fmt.Sprintf("%s %d+%d reject %s", b.Member, r.Offset, r.Length, r.Reason))
	}
	for _, r := range b.Rejects {
		reject(r)
	}
	b.Parse(func(r *leak.Record) {
		line := fmt.Sprintf("%s %d+%d line %d", b.Member, r.Offset, r.Length, r.Line)
		for _, c := range r.Cuts {
			line += fmt.Sprintf(" %q=%q", c.Identifier, c.Secret)
		}
		t.lines = append(t.lines, line)
	}, reject)
	return nil
}

// TestReadRange: the ranges of every dump of testdata/field that can be cut, and of lists with all that lists have, hold what
// the whole holds, each once, with the same positions.
func TestReadRange(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join("..", "..", "testdata", "field", "dumps", "*", "dump", "*"))
	if err != nil || len(paths) < 50 {
		t.Fatalf("%d dumps: %v", len(paths), err)
	}
	dir := t.TempDir()
	long := strings.Repeat("x", 5000)
	for name, text := range map[string]string{
		"long_lines.txt": strings.Repeat("ann@example.com:one\n", 30) + long + "\nbob@example.com:two\n" + long + long + "\n" +
			strings.Repeat("cyd@example.com:three\r\n\n", 40),
		"no_end.txt":   strings.Repeat("ann@example.com:one\n", 90) + "bob@example.com:last",
		"marked.csv":   "\xef\xbb\xbfemail,password\n" + strings.Repeat("ann@example.com,\"two\nlines\"\nbob@example.com,x\n", 60),
		"cr_only.txt":  strings.Repeat("ann@example.com:one\r", 90),
		"rejected.csv": "a title\nemail;password\n" + strings.Repeat("ann@example.com;p;q;r;s\nnobody\nbob@example.com;x\n", 60),
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	cut := 0
	for _, path := range paths {
		if n := testRanges(t, path); n > 1 {
			cut++
		} else if strings.HasPrefix(path, dir) {
			t.Errorf("%s is not cut", path)
		}
	}
	if cut < 20 {
		t.Errorf("only %d dumps of %d were cut", cut, len(paths))
	}
}

// testRanges compares the ranges of a dump with the whole, and returns how many there are.
func testRanges(t *testing.T, path string) int {
	t.Helper()
	inputs, err := dump.List(t.Context(), []string{path}, dump.ListOptions{})
	if err != nil || len(inputs) != 1 {
		return 0
	}
	opts := dump.Options{BlockSize: 200, MaxRecord: 4096, Sweep: true}
	var whole, parts transcript
	want, err := dump.Read(t.Context(), inputs[0], opts, whole.block)
	if err != nil {
		t.Fatal(err)
	}
	report, ranges, err := dump.Cut(t.Context(), inputs[0], dump.Options{BlockSize: 200, MaxRecord: 4096}, 300)
	if err != nil {
		t.Fatal(err)
	}
	if len(ranges) == 0 {
		return 0
	}
	if fmt.Sprint(report) != fmt.Sprint(want) {
		t.Errorf("%s: the report is %v, want %v", path, report, want)
	}
	to := int64(0)
	for _, r := range ranges {
		if r.From != to {
			t.Errorf("%s: a range begins at %d, the one before it ends at %d", path, r.From, to)
		}
		to = r.To
		if err := dump.ReadRange(t.Context(), inputs[0], opts, r, parts.block); err != nil {
			t.Errorf("%s: range %+v: %v", path, r, err)
		}
	}
	if to != inputs[0].Size || !slices.Equal(whole.lines, parts.lines) {
		t.Errorf("%s: in %d ranges, to %d of %d:\n%.2000q\nwant\n%.2000q", path, len(ranges), to, inputs[0].Size, parts.lines, whole.lines)
	}
	return len(ranges)
}

// TestReadRange_refuses a file that is not what it was.
func TestReadRange_refuses(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "list.txt")
	text := strings.Repeat("ann@example.com:one\n", 100)
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(text)
	inputs, err := dump.List(t.Context(), []string{path}, dump.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	opts := dump.Options{BlockSize: 100}
	_, ranges, err := dump.Cut(t.Context(), inputs[0], opts, 500)
	if err != nil || len(ranges) < 3 {
		t.Fatalf("%d ranges: %v", len(ranges), err)
	}
	read := func(ctx context.Context) error {
		return dump.ReadRange(ctx, inputs[0], opts, ranges[1], new(transcript).block)
	}
	if err := read(t.Context()); err != nil {
		t.Error(err)
	}
	for name, other := range map[string]string{
		"other bytes": strings.Repeat("ann@example.com:two\n", 100), "shorter": text[:700], "empty": "",
		"another format": strings.Repeat("{\"email\":\"ann@example.com\"}\n", 80), "an archive": "PK\x03\x04" + text,
	} {
		write(other)
		if err := read(t.Context()); !errors.Is(err, dump.ErrChanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	write(text)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := read(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := read(t.Context()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("gone: %v", err)
	}
}
