package dump

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// samples returns the sample dumps of a format.
func samples(t testing.TB, format string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", format, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no samples of %s (%v)", format, err)
	}
	return files
}

// TestSamples compares all that is found in each sample with the golden file beside it.
func TestSamples(t *testing.T) {
	for _, format := range Formats() {
		for _, file := range samples(t, format) {
			t.Run(format+"/"+strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
				opts := Options{Format: format}
				if format != "tsv" { // which nothing but its name selects
					opts.Format = formatAuto
				}
				got := readInput(t, Input{Path: file}, opts)
				got.wantReport(t, StatusRead, format, "")
				text := golden(got)
				path := strings.TrimSuffix(file, ".txt") + ".golden"
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
			})
		}
	}
}

func golden(o outcome) string {
	var b strings.Builder
	for _, r := range o.records {
		fmt.Fprintf(&b, "line %d offset %d length %d\n", r.Line, r.Offset, r.Length)
		for _, cut := range r.cuts {
			fmt.Fprintf(&b, "\t%q\n", cut)
		}
	}
	for _, r := range o.rejects {
		fmt.Fprintf(&b, "reject line %d offset %d length %d: %s\n", r.Line, r.Offset, r.Length, r.Reason)
	}
	return b.String()
}

// TestBlock_blocks_parse_at_once is for the race detector.
func TestBlock_blocks_parse_at_once(t *testing.T) {
	for _, e := range exams {
		var wait sync.WaitGroup
		var lock sync.Mutex
		records := 0
		opts := Options{Stdin: strings.NewReader(e.text(500, "\n")), BlockSize: 500}
		report, err := Read(t.Context(), Input{Path: "-"}, opts, func(b *Block) error {
			wait.Go(func() {
				defer b.Release()
				n := 0
				b.Parse(func(*Record) { n++ }, func(Reject) { n-- })
				lock.Lock()
				defer lock.Unlock()
				records += n
			})
			return nil
		})
		wait.Wait()
		if err != nil || report.Status != StatusRead || records != 500 {
			t.Errorf("%s: got %d records, %+v, %v", e.format, records, report, err)
		}
	}
}
