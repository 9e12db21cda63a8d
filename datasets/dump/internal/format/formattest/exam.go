// Package formattest is the acceptance exam of formats: what each of them must do alike. A family
// calls it in its tests, with samples of its own:
//
//  1. [Exam.Run] writes dumps of a format and reads them back: line ends, dirt, records over the
//     limit, streams and disks that fail, blocks of any size.
//  2. [Samples] compares what is found in the files of testdata with the golden file beside each.
//  3. [FuzzLines] and [FuzzRecords] read anything as a format.
//  4. [Benchmark] sets both halves of the work on a format beside bare splitting into lines.
//
// All but the benchmark goes through dump.Read, so that a format is examined as it is used.
package formattest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// Exam is what has to be known of a format to examine it.
type Exam struct {
	Format format.Format
	Header string // first line, without line end
	// Record writes a record, without the last line end.
	Record func(id, password string) string
	// Closing is a line that may end a record and is nothing by itself.
	Closing string
	// Longest is how many bytes a password can have, 0 for as many as one likes.
	Longest int
}

// Run examines the format beside other tests. Each part is a subtest.
func (e Exam) Run(t *testing.T) {
	t.Parallel()
	for name, part := range map[string]func(t *testing.T){
		"line_ends": e.lineEnds, "dirt": e.dirt, "long_record": e.longRecord,
		"too_long_record": e.tooLong, "truncated_streams": e.truncated, "empty": e.empty,
		"cancelled": e.cancelled, "block_sizes_do_not_matter": e.blockSizes,
		"failing_disk": e.failingDisk, "blocks_parse_at_once": e.atOnce,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			part(t)
		})
	}
}

// Text is a dump of n records.
func (e Exam) Text(n int, lineEnd string) string {
	var b strings.Builder
	if e.Header != "" {
		b.WriteString(e.Header + lineEnd)
	}
	for i := range n {
		id, password := fmt.Sprintf("user%d@example.com", i), fmt.Sprintf("made-up %d!", i)
		b.WriteString(strings.ReplaceAll(e.Record(id, password), "\n", lineEnd) + lineEnd)
	}
	return b.String()
}

func (e Exam) name() string { return e.Format.Name() }

func (e Exam) options() dump.Options { return dump.Options{Format: e.name()} }

// lines is how many lines a record takes.
func (e Exam) lines() int { return strings.Count(e.Record("", ""), "\n") + 1 }

// cuts are the first cuts of the first n records.
func (e Exam) cuts(n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("user%d@example.com=made-up %d!", i, i))
	}
	return out
}

func (e Exam) wantAll(t *testing.T, got dumptest.Outcome, n int) {
	t.Helper()
	got.WantReport(t, dump.StatusRead, e.name(), "")
	dumptest.WantCuts(t, got.FirstCuts(), e.cuts(n))
	if len(got.Rejects) > 0 {
		t.Errorf("got rejects %+v", got.Rejects)
	}
}

func (e Exam) lineEnds(t *testing.T) {
	for name, end := range map[string]string{"lf": "\n", "crlf": "\r\n", "cr": "\r"} {
		text := e.Text(50, end)
		e.wantAll(t, dumptest.Read(t, []byte(text), e.options()), 50)
		e.wantAll(t, dumptest.Read(t, []byte(strings.TrimSuffix(text, end)), e.options()), 50)
		e.wantAll(t, dumptest.Read(t, []byte(cut.ByteOrderMark+text), e.options()), 50)
		got := dumptest.Read(t, []byte(text), e.options())
		last := got.Records[49]
		if want := int64(len(text) - len(end)); last.Offset+last.Length != want {
			t.Errorf("%s: the last record ends at %d, want %d", name, last.Offset+last.Length, want)
		}
		if want := int64(strings.Count(text, end) - e.lines() + 1); last.Line != want {
			t.Errorf("%s: the last record is on line %d, want %d", name, last.Line, want)
		}
	}
}

func (e Exam) dirt(t *testing.T) {
	text := e.Text(1, "\n") + "\n  \n" + e.Record("bob@example.org", "a\x00b") + "\n\x1a"
	got := dumptest.Read(t, []byte(text), e.options())
	got.WantReport(t, dump.StatusRead, e.name(), "")
	dumptest.WantCuts(t, got.FirstCuts(), []string{e.cuts(1)[0], "bob@example.org=a\x00b"})
}

func (e Exam) longRecord(t *testing.T) {
	long := strings.Repeat("x", 300<<10)
	if e.Longest > 0 {
		long = long[:e.Longest]
	}
	text := e.Text(1, "\n") + e.Record("bob@example.org", long) + "\n" +
		e.Record("carol@example.com", "pw")
	got := dumptest.Read(t, []byte(text), e.options())
	got.WantReport(t, dump.StatusRead, e.name(), "")
	dumptest.WantCuts(t, got.FirstCuts(),
		[]string{e.cuts(1)[0], "bob@example.org=" + long, "carol@example.com=pw"})
}

func (e Exam) tooLong(t *testing.T) {
	start := e.Text(3, "\n")
	long := e.Record("bob@example.org", strings.Repeat("x", 5000))
	text := start + long + "\r\n" + e.Record("carol@example.com", "pw") + "\n"
	opts := e.options()
	for _, opts.BlockSize = range []int{1, 100, 1 << 20} {
		for _, limit := range []int{1000, len(long) - 1} {
			opts.MaxRecord = limit
			got := dumptest.Read(t, []byte(text), opts)
			got.WantReport(t, dump.StatusPartial, e.name(), "1 record over the limit of")
			dumptest.WantCuts(t, got.FirstCuts(), append(e.cuts(3), "carol@example.com=pw"))
			e.wantTooLong(t, got, start, long)
		}
		opts.MaxRecord = len(long)
		if got := dumptest.Read(t, []byte(text), opts); len(got.Rejects) > 0 {
			t.Errorf("a record of just the limit is a reject: %+v", got.Rejects)
		}
	}
}

// wantTooLong checks where the record that is too long was, and the one after it.
func (e Exam) wantTooLong(t *testing.T, got dumptest.Outcome, start, long string) {
	t.Helper()
	line := int64(strings.Count(start, "\n") + 1)
	want := leak.Reject{Reason: leak.ReasonTooLong}
	want.Position = leak.Position{Offset: int64(len(start)), Length: int64(len(long)), Line: line}
	if n := len(got.Rejects); n == 1 && got.Rejects[0].Length < want.Length && e.Closing != "" {
		// It need not be lost with the rest.
		want.Length = int64(len(strings.TrimSuffix(long, "\n"+e.Closing)))
	}
	if len(got.Rejects) != 1 || got.Rejects[0].Reject != want {
		t.Errorf("got rejects %+v, want %+v", got.Rejects, want)
	}
	if r := got.Records[3]; r.Line != line+int64(e.lines()) {
		t.Errorf("the record after it is on line %d, want %d", r.Line, line+int64(e.lines()))
	}
}

func (e Exam) truncated(t *testing.T) {
	text := []byte(e.Text(20_000, "\n"))
	for stream, packed := range map[string][]byte{
		"gzip": dumptest.Gzipped(t, text), "zstd": dumptest.Zstded(t, text),
	} {
		e.wantAll(t, dumptest.Read(t, packed, e.options()), 20_000)
		for _, keep := range []int{5, len(packed) / 2, len(packed) - 1} {
			t.Run(fmt.Sprintf("%s_cut_to_%d_bytes", stream, keep), func(t *testing.T) {
				got := dumptest.Read(t, packed[:keep], e.options())
				got.WantReport(t, dump.StatusPartial, e.name(), "the "+stream+" stream ends early")
				if !slices.Equal(got.Reasons(), []string{"truncated"}) {
					t.Fatalf("got rejects %+v, want one truncated", got.Rejects)
				}
				dumptest.WantCuts(t, got.FirstCuts(), e.cuts(len(got.Records)))
				if keep > 5 && len(got.Records) < 5000 {
					t.Errorf("only %d records", len(got.Records))
				}
				e.wantLoss(t, string(text), got)
			})
		}
	}
}

// wantLoss checks that what was lost begins after the last record and is of one record at most.
func (e Exam) wantLoss(t *testing.T, text string, got dumptest.Outcome) {
	t.Helper()
	lost := got.Rejects[0]
	start := 0
	if n := len(got.Records); n > 0 {
		start = int(got.Records[n-1].Offset+got.Records[n-1].Length) + 1
	} else if e.Header != "" && lost.Offset > 0 {
		start = len(e.Header) + 1
	}
	record := firstLines(text[start:], e.lines())
	if lost.Offset != int64(start) || lost.Length > int64(len(record)) {
		t.Errorf("the loss is at %+v, want it from %d within %q", lost, start, record)
	}
}

// firstLines returns the first n lines of text, without the last line end.
func firstLines(text string, n int) string {
	end := 0
	for range n {
		i := strings.IndexByte(text[min(end, len(text)):], '\n')
		if i < 0 {
			return text
		}
		end += i + 1
	}
	return text[:end-1]
}

func (e Exam) empty(t *testing.T) {
	for _, text := range []string{
		"", "\n", " \r\n\t\n", cut.ByteOrderMark, strings.Repeat("\n", 200_000),
	} {
		got := dumptest.Read(t, []byte(text), e.options())
		if len(text) > format.SampleSize && e.Header != "" {
			continue // a header must come within the sample
		}
		got.WantReport(t, dump.StatusSkipped, "", "the dump is empty")
		if len(got.Records)+len(got.Rejects) > 0 {
			t.Errorf("something was found in %q", text)
		}
	}
	got := dumptest.Read(t, dumptest.Gzipped(t, nil), e.options())
	got.WantReport(t, dump.StatusSkipped, "", "the dump is empty")
}

func (e Exam) cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	opts := e.options()
	opts.BlockSize = 1 << 10
	// It never ends by itself.
	opts.Stdin = io.MultiReader(strings.NewReader(e.Text(100, "\n")),
		endless(e.Record("a@example.com", "b")+"\n"))
	blocks := 0
	_, err := dump.Read(ctx, dump.Input{Path: "-"}, opts, func(b *dump.Block) error {
		b.Release()
		if blocks++; blocks == 5 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was cancelled", err)
	}
	if blocks > 1000 {
		t.Errorf("it went on for %d blocks", blocks)
	}
}

// endless repeats a text for ever.
type endless string

func (e endless) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		n += copy(p[n:], e)
	}
	return n, nil
}

func (e Exam) blockSizes(t *testing.T) {
	text := e.Text(40, "\n") + "nothing\n" + e.Record("bob@example.org", "a\"b") + "\r\n\r\n" +
		e.Record("carol@example.com", "a\rb") + "\nrubbish"
	want := dumptest.Read(t, []byte(text), e.options())
	for _, size := range []int{1, 2, 3, 7, 64, 1000} {
		opts := e.options()
		opts.BlockSize = size
		got := dumptest.Read(t, []byte(text), opts)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("blocks of %d bytes yield\n%+v\nwant\n%+v", size, got, want)
		}
		opts.Stdin = iotest.OneByteReader(strings.NewReader(text))
		got = dumptest.ReadInput(t, dump.Input{Path: "-"}, opts)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("single bytes yield\n%+v\nwant\n%+v", got, want)
		}
	}
	WantBalance(t, text, e.Header, want)
}

func (e Exam) failingDisk(t *testing.T) {
	text := e.Text(30, "\n") + e.Record("bob@example.org", "cut off he")
	opts := e.options()
	opts.Stdin = io.MultiReader(strings.NewReader(text),
		iotest.ErrReader(errors.New("input/output error")))
	got := dumptest.ReadInput(t, dump.Input{Path: "-"}, opts)
	got.WantReport(t, dump.StatusPartial, e.name(),
		"failed to read it to its end: input/output error")
	dumptest.WantCuts(t, got.FirstCuts(), e.cuts(30))
	if !slices.Equal(got.Reasons(), []string{"read_error"}) || got.SHA256 != "" {
		t.Errorf("got rejects %q and digest %q, want a read_error and none",
			got.Reasons(), got.SHA256)
	}
	WantBalance(t, text, e.Header, got)
}

// atOnce parses many blocks at once, for the race detector.
func (e Exam) atOnce(t *testing.T) {
	var wait sync.WaitGroup
	var records atomic.Int64
	opts := e.options()
	opts.Stdin, opts.BlockSize = strings.NewReader(e.Text(500, "\n")), 500
	report, err := dump.Read(t.Context(), dump.Input{Path: "-"}, opts, func(b *dump.Block) error {
		wait.Go(func() {
			defer b.Release()
			b.Parse(func(*leak.Record) { records.Add(1) }, func(leak.Reject) { records.Add(-1) })
		})
		return nil
	})
	wait.Wait()
	if err != nil || report.Status != dump.StatusRead || records.Load() != 500 {
		t.Errorf("got %d records, %+v, %v", records.Load(), report, err)
	}
}
