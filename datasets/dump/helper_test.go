package dump

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// outcome is all that one Read yields.
type outcome struct {
	Decoded int // records
	Report
	records []found
	rejects []lostAt
	err     error
}

type found struct {
	Position
	member string
	cuts   []string
}

type lostAt struct {
	Reject
	member string
}

// read reads data as standard input.
func read(t testing.TB, data []byte, opts Options) outcome {
	t.Helper()
	opts.Stdin = bytes.NewReader(data)
	return readInput(t, Input{Path: "-", Size: -1}, opts)
}

func readFile(t testing.TB, name string, data []byte, opts Options) outcome {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return readInput(t, Input{Path: file, Size: int64(len(data))}, opts)
}

func readInput(t testing.TB, in Input, opts Options) outcome {
	t.Helper()
	var out outcome
	out.Report, out.err = Read(t.Context(), in, opts, func(b *Block) error {
		defer b.Release()
		for _, r := range b.Rejects {
			out.rejects = append(out.rejects, lostAt{r, b.Member})
		}
		b.Parse(func(r *Record) {
			if r.Decoded {
				out.Decoded++
			}
			out.records = append(out.records, found{r.Position, b.Member, show(r.Cuts)})
		}, func(r Reject) { out.rejects = append(out.rejects, lostAt{r, b.Member}) })
		return nil
	})
	return out
}

// show writes cuts as identifier=secret, one without a testable secret as identifier!secret.
func show(cuts []Cut) []string {
	out := make([]string, len(cuts))
	for i, c := range cuts {
		mark := "="
		if !c.Testable {
			mark = "!"
		}
		out[i] = string(c.Identifier) + mark + string(c.Secret)
	}
	return out
}

// cutLine returns the cuts of one line, or the reason for which it is a reject.
func cutLine(line string) []string {
	var c cutter
	if reason := c.line([]byte(line)); reason != "" {
		return []string{"reject: " + string(reason)}
	}
	return show(c.all())
}

// wantCuts compares, in order; a want that ends in "..." allows for more cuts.
func wantCuts(t *testing.T, got, want []string) {
	t.Helper()
	if n := len(want); n > 0 && want[n-1] == "..." && len(got) >= n-1 {
		got, want = got[:n-1], want[:n-1]
	}
	if !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}

func (o outcome) firstCuts() []string {
	var out []string
	for _, r := range o.records {
		out = append(out, r.cuts[0])
	}
	return out
}

func (o outcome) reasons() []string {
	var out []string
	for _, r := range o.rejects {
		out = append(out, string(r.Reason))
	}
	return out
}

// wantReport compares status, format and a part of the sentence.
func (o outcome) wantReport(t *testing.T, status Status, format, sentence string) {
	t.Helper()
	if o.err != nil {
		t.Fatalf("Read: %v", o.err)
	}
	if o.Status != status || o.Format != format {
		t.Errorf("got %s as %q (%v), want %s as %q", o.Status, o.Format, o.Err, status, format)
	}
	text := fmt.Sprint(o.Err)
	if (sentence == "") != (o.Err == nil) || !strings.Contains(text, sentence) {
		t.Errorf("got the sentence %q, want %q", text, sentence)
	}
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	writeAll(t, w, data)
	return out.Bytes()
}

func zstded(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := zstd.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	writeAll(t, w, data)
	return out.Bytes()
}

func writeAll(t testing.TB, w io.WriteCloser, data []byte) {
	t.Helper()
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}
