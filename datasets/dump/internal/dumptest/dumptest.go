// Package dumptest helps tests to read what they have made, and to make it: all that one Read yields
// in a shape that is compared easily, and the containers of independent programs.
package dumptest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// Outcome is all that one Read yields.
type Outcome struct {
	dump.Report
	Records []Record
	Rejects []Reject
	Decoded int   // records
	Failed  error // what Read itself has returned
}

// Record is a record with its cuts as Show writes them.
type Record struct {
	leak.Position
	Member string
	Cuts   []string
}

// Reject is a reject and where it was.
type Reject struct {
	leak.Reject
	Member string
}

// Read reads data as standard input.
func Read(t testing.TB, data []byte, opts dump.Options) Outcome {
	t.Helper()
	opts.Stdin = bytes.NewReader(data)
	return ReadInput(t, dump.Input{Path: "-", Size: -1}, opts)
}

// ReadFile reads data as a file of that name.
func ReadFile(t testing.TB, name string, data []byte, opts dump.Options) Outcome {
	t.Helper()
	return ReadInput(t, dump.Input{Path: File(t, name, data), Size: int64(len(data))}, opts)
}

// File writes a file that the test removes at its end, and returns its path.
func File(t testing.TB, name string, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Folder makes files below a temporary folder; a name that ends in / is a folder.
func Folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		parent := filepath.Dir(path)
		if strings.HasSuffix(name, "/") {
			parent = path
		}
		err := os.MkdirAll(parent, 0o700)
		if err == nil && parent != path {
			err = os.WriteFile(path, []byte(text), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// ReadInput reads an input.
func ReadInput(t testing.TB, in dump.Input, opts dump.Options) Outcome {
	t.Helper()
	var out Outcome
	out.Report, out.Failed = dump.Read(t.Context(), in, opts, func(b *dump.Block) error {
		defer b.Release()
		for _, r := range b.Rejects {
			out.Rejects = append(out.Rejects, Reject{r, b.Member})
		}
		b.Parse(func(r *leak.Record) {
			if r.Decoded {
				out.Decoded++
			}
			out.Records = append(out.Records, Record{r.Position, b.Member, Show(r.Cuts)})
		}, func(r leak.Reject) { out.Rejects = append(out.Rejects, Reject{r, b.Member}) })
		return nil
	})
	return out
}

// Show writes cuts as identifier=secret, one without a testable secret as identifier!secret.
func Show(cuts []leak.Cut) []string {
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

// WantCuts compares, in order; a want that ends in "..." allows for more cuts.
func WantCuts(t *testing.T, got, want []string) {
	t.Helper()
	if n := len(want); n > 0 && want[n-1] == "..." && len(got) >= n-1 {
		got, want = got[:n-1], want[:n-1]
	}
	if !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}

// FirstCuts returns the likeliest cut of each record.
func (o Outcome) FirstCuts() []string {
	var out []string
	for _, r := range o.Records {
		out = append(out, r.Cuts[0])
	}
	return out
}

// Reasons returns those of the rejects.
func (o Outcome) Reasons() []string {
	var out []string
	for _, r := range o.Rejects {
		out = append(out, string(r.Reason))
	}
	return out
}

// WantReport compares status, format and a part of the sentence; an empty one wants none.
func (o Outcome) WantReport(t *testing.T, status dump.Status, format, sentence string) {
	t.Helper()
	if o.Failed != nil {
		t.Fatalf("Read: %v", o.Failed)
	}
	if o.Status != status || o.Format != format {
		t.Errorf("got %s as %q (%v), want %s as %q", o.Status, o.Format, o.Err, status, format)
	}
	text := fmt.Sprint(o.Err)
	if (sentence == "") != (o.Err == nil) || !strings.Contains(text, sentence) {
		t.Errorf("got the sentence %q, want %q", text, sentence)
	}
}
