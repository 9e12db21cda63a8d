package formattest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

var update = flag.Bool("update", false, "write the golden files again")

// SampleFiles returns the sample dumps of a format.
func SampleFiles(t testing.TB, format string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", format, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no samples of %s (%v)", format, err)
	}
	return files
}

// Contents returns what is in the samples of a format.
func Contents(t testing.TB, format string) [][]byte {
	t.Helper()
	var out [][]byte
	for _, file := range SampleFiles(t, format) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, data)
	}
	return out
}

// Samples compares all that is found in each sample of a format with the golden file beside it. The
// content tells the format, unless it is one that nothing but its name selects (byName). It runs beside
// other tests.
func Samples(t *testing.T, format string, byName bool) {
	t.Parallel()
	for _, file := range SampleFiles(t, format) {
		base := strings.TrimSuffix(file, ".txt")
		t.Run(filepath.Base(base), func(t *testing.T) {
			t.Parallel()
			var opts dump.Options
			if byName {
				opts.Format = format
			}
			got := dumptest.ReadInput(t, dump.Input{Path: file}, opts)
			got.WantReport(t, dump.StatusRead, format, "")
			wantGolden(t, base+".golden", golden(got))
		})
	}
}

func wantGolden(t *testing.T, path, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if text != string(want) {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}

func golden(o dumptest.Outcome) string {
	var b strings.Builder
	for _, r := range o.Records {
		fmt.Fprintf(&b, "line %d offset %d length %d\n", r.Line, r.Offset, r.Length)
		for _, cut := range r.Cuts {
			fmt.Fprintf(&b, "\t%q\n", cut)
		}
	}
	for _, r := range o.Rejects {
		fmt.Fprintf(&b, "reject line %d offset %d length %d: %s\n", r.Line, r.Offset, r.Length, r.Reason)
	}
	return b.String()
}
