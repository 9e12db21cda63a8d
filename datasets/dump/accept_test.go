package dump

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// exam is what the acceptance suite needs to know of a format.
type exam struct {
	format string
	header string // first line, without line end
	line   func(id, password string) string
}

// exams has one entry for each format: a new format is examined by adding its line.
var exams = []exam{
	{"combo", "", func(id, password string) string { return id + ":" + password }},
	{"ulp", "", func(id, password string) string {
		return "https://portal.example.com:8443/in:" + id + ":" + password
	}},
	{"sql", "COPY public.users (email, password) FROM stdin;", func(id, password string) string {
		return id + "\t" + password
	}},
	{"csv", "id,email,password", func(id, password string) string {
		return `7,` + id + `,"` + strings.ReplaceAll(password, `"`, `""`) + `"`
	}},
	{"tsv", "email\tpassword", func(id, password string) string { return id + "\t" + password }},
	{"stealer_log", "", func(id, password string) string {
		return "URL: https://portal.example.com/in\nUsername: " + id + "\nPassword: " + password +
			"\n" + rule
	}},
	{"json", "", func(id, password string) string {
		return `{"_id":{"$oid":"0123456789abcdef01234567"},"email":"` + id + `","pw":` +
			jsonText(password) + `}`
	}},
	{"ldif", "", func(id, password string) string {
		return "dn: cn=x,dc=example,dc=com\nmail: " + id + "\nuserPassword:: " +
			base64.StdEncoding.EncodeToString([]byte(password))
	}},
	{"passwd", "", func(id, password string) string { return id + ":" + password }},
}

// text is a dump of n records.
func (e exam) text(n int, lineEnd string) string {
	var b strings.Builder
	if e.header != "" {
		b.WriteString(e.header + lineEnd)
	}
	for i := range n {
		id, password := fmt.Sprintf("user%d@example.com", i), fmt.Sprintf("made-up %d!", i)
		b.WriteString(strings.ReplaceAll(e.line(id, password), "\n", lineEnd) + lineEnd)
	}
	return b.String()
}

// rule closes a block of a stealer log.
const rule = "==============="

// firstLines returns the first n lines of text.
func firstLines(text []byte, n int) []byte {
	end := 0
	for range n {
		i := bytes.IndexByte(text[min(end, len(text)):], '\n')
		if i < 0 {
			return text
		}
		end += i + 1
	}
	return text[:end-1]
}

// lines is how many lines a record takes.
func (e exam) lines() int { return strings.Count(e.line("", ""), "\n") + 1 }

func (e exam) cuts(n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("user%d@example.com=made-up %d!", i, i))
	}
	return out
}

func TestFormats_all_are_examined(t *testing.T) {
	var examined []string
	for _, e := range exams {
		examined = append(examined, e.format)
	}
	if !slices.Equal(examined, Formats()) {
		t.Errorf("examined are %q, but the formats are %q", examined, Formats())
	}
}

func TestAcceptance(t *testing.T) {
	for _, e := range exams {
		t.Run(e.format, func(t *testing.T) {
			t.Run("line_ends", e.lineEnds)
			t.Run("dirt", e.dirt)
			t.Run("long_line", e.longLine)
			t.Run("too_long_line", e.tooLongLine)
			t.Run("truncated_streams", e.truncated)
			t.Run("empty", e.empty)
			t.Run("cancelled", e.cancelled)
			t.Run("block_sizes_do_not_matter", e.blockSizes)
			t.Run("failing_disk", e.failingDisk)
		})
	}
}

func (e exam) options() Options { return Options{Format: e.format} }

func (e exam) wantAll(t *testing.T, got outcome, n int) {
	t.Helper()
	got.wantReport(t, StatusRead, e.format, "")
	wantCuts(t, got.firstCuts(), e.cuts(n))
	if len(got.rejects) > 0 {
		t.Errorf("got rejects %+v", got.rejects)
	}
}

func (e exam) lineEnds(t *testing.T) {
	for name, end := range map[string]string{"lf": "\n", "crlf": "\r\n", "cr": "\r"} {
		text := e.text(50, end)
		e.wantAll(t, read(t, []byte(text), e.options()), 50)
		e.wantAll(t, read(t, []byte(strings.TrimSuffix(text, end)), e.options()), 50)
		e.wantAll(t, read(t, []byte(byteOrderMark+text), e.options()), 50)
		got := read(t, []byte(text), e.options())
		last := got.records[49]
		if want := int64(len(text) - len(end)); last.Offset+last.Length != want {
			t.Errorf("%s: the last record ends at %d, want %d", name, last.Offset+last.Length, want)
		}
		if want := int64(strings.Count(text, end) - e.lines() + 1); last.Line != want {
			t.Errorf("%s: the last record is on line %d, want %d", name, last.Line, want)
		}
	}
}

func (e exam) dirt(t *testing.T) {
	text := e.text(1, "\n") + "\n  \n" + e.line("bob@example.org", "a\x00b") + "\n\x1a"
	got := read(t, []byte(text), e.options())
	got.wantReport(t, StatusRead, e.format, "")
	wantCuts(t, got.firstCuts(), []string{e.cuts(1)[0], "bob@example.org=a\x00b"})
}

func (e exam) longLine(t *testing.T) {
	long := strings.Repeat("x", 300<<10)
	if e.format == "csv" { // over the limit of a quoted field
		long = strings.Repeat("x", 60<<10)
	}
	text := e.text(1, "\n") + e.line("bob@example.org", long) + "\n" + e.line("carol@example.com", "pw")
	got := read(t, []byte(text), e.options())
	got.wantReport(t, StatusRead, e.format, "")
	wantCuts(t, got.firstCuts(),
		[]string{e.cuts(1)[0], "bob@example.org=" + long, "carol@example.com=pw"})
}

func (e exam) tooLongLine(t *testing.T) {
	start := e.text(3, "\n")
	long := e.line("bob@example.org", strings.Repeat("x", 5000))
	text := start + long + "\r\n" + e.line("carol@example.com", "pw") + "\n"
	opts := e.options()
	for _, opts.BlockSize = range []int{1, 100, 1 << 20} {
		for _, limit := range []int{1000, len(long) - 1} {
			opts.MaxRecord = limit
			got := read(t, []byte(text), opts)
			got.wantReport(t, StatusPartial, e.format, "1 record over the limit of")
			wantCuts(t, got.firstCuts(), append(e.cuts(3), "carol@example.com=pw"))
			line := int64(strings.Count(start, "\n") + 1)
			want := Reject{Reason: ReasonTooLong}
			want.Position = Position{Offset: int64(len(start)), Length: int64(len(long)), Line: line}
			if n := len(got.rejects); n == 1 && got.rejects[0].Length < want.Length {
				// A rule that closes a block is nothing by itself: it need not be lost with the rest.
				want.Length = int64(len(strings.TrimSuffix(long, "\n"+rule)))
			}
			if len(got.rejects) != 1 || got.rejects[0].Reject != want {
				t.Errorf("got rejects %+v, want %+v", got.rejects, want)
			}
			if r := got.records[3]; r.Line != line+int64(e.lines()) {
				t.Errorf("the record behind it is on line %d, want %d", r.Line, line+int64(e.lines()))
			}
		}
		opts.MaxRecord = len(long)
		if got := read(t, []byte(text), opts); len(got.rejects) > 0 {
			t.Errorf("a line of just the limit is a reject: %+v", got.rejects)
		}
	}
}

func (e exam) truncated(t *testing.T) {
	text := []byte(e.text(20_000, "\n"))
	for stream, packed := range map[string][]byte{"gzip": gzipped(t, text), "zstd": zstded(t, text)} {
		e.wantAll(t, read(t, packed, e.options()), 20_000)
		for _, keep := range []int{5, len(packed) / 2, len(packed) - 1} {
			got := read(t, packed[:keep], e.options())
			got.wantReport(t, StatusPartial, e.format, "the "+stream+" stream ends early")
			if !slices.Equal(got.reasons(), []string{"truncated"}) {
				t.Fatalf("%s cut to %d bytes: got rejects %+v, want one truncated",
					stream, keep, got.rejects)
			}
			wantCuts(t, got.firstCuts(), e.cuts(len(got.records)))
			if keep > 5 && len(got.records) < 5000 {
				t.Errorf("%s cut to %d bytes: only %d records", stream, keep, len(got.records))
			}
			lost := got.rejects[0]
			start := 0 // of the line behind the last record
			if n := len(got.records); n > 0 {
				start = int(got.records[n-1].Offset+got.records[n-1].Length) + 1
			} else if e.header != "" && lost.Offset > 0 {
				start = len(e.header) + 1
			}
			line := firstLines(text[start:], e.lines())
			if lost.Offset != int64(start) || lost.Length > int64(len(line)) {
				t.Errorf("the loss is at %+v, want it from %d within %q", lost, start, line)
			}
		}
	}
}

func (e exam) empty(t *testing.T) {
	for _, text := range []string{"", "\n", " \r\n\t\n", byteOrderMark, strings.Repeat("\n", 200_000)} {
		got := read(t, []byte(text), e.options())
		if len(text) > sampleSize && e.header != "" {
			continue // a header must come within the sample
		}
		got.wantReport(t, StatusSkipped, "", "the dump is empty")
		if len(got.records)+len(got.rejects) > 0 {
			t.Errorf("something was found in %q", text)
		}
	}
	read(t, gzipped(t, nil), e.options()).wantReport(t, StatusSkipped, "", "the dump is empty")
}

func (e exam) cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	opts := e.options()
	opts.BlockSize = 1 << 10
	// It never ends by itself.
	opts.Stdin = io.MultiReader(strings.NewReader(e.text(100, "\n")),
		endless(e.line("a@example.com", "b")+"\n"))
	blocks := 0
	_, err := Read(ctx, Input{Path: "-"}, opts, func(b *Block) error {
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

func (e exam) blockSizes(t *testing.T) {
	text := e.text(40, "\n") + "nothing\n" + e.line("bob@example.org", "a\"b") + "\r\n\r\n" +
		e.line("carol@example.com", "a\rb") + "\nrubbish"
	want := read(t, []byte(text), e.options())
	for _, size := range []int{1, 2, 3, 7, 64, 1000} {
		opts := e.options()
		opts.BlockSize = size
		got := read(t, []byte(text), opts)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("blocks of %d bytes yield\n%+v\nwant\n%+v", size, got, want)
		}
		opts.Stdin = iotest.OneByteReader(strings.NewReader(text))
		if got := readInput(t, Input{Path: "-"}, opts); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("single bytes yield\n%+v\nwant\n%+v", got, want)
		}
	}
	wantBalance(t, text, e.header, want)
}

// wantBalance checks that each byte of a member that is not blank is in one record or reject.
func wantBalance(t *testing.T, text, header string, got outcome) {
	t.Helper()
	covered := make([]int, len(text))
	cover := func(p Position) {
		if p.Offset < 0 || p.Length < 0 || p.Offset+p.Length > int64(len(text)) {
			t.Fatalf("position out of range: %+v", p)
		}
		for i := range p.Length {
			covered[p.Offset+i]++
		}
	}
	cover(Position{Length: int64(len(header))})
	for _, r := range got.records {
		cover(r.Position)
	}
	for _, r := range got.rejects {
		cover(r.Position)
	}
	isEnd := func(i int) bool { // psql's end of data
		return text[i] == '\\' && i+1 < len(text) && text[i+1] == '.' ||
			text[i] == '.' && i > 0 && text[i-1] == '\\'
	}
	for i, n := range covered {
		if n > 1 || n == 0 && !isSpace(text[i]) && !isEnd(i) {
			t.Fatalf("byte %d is in %d records and rejects", i, n)
		}
	}
}

func (e exam) failingDisk(t *testing.T) {
	text := e.text(30, "\n") + e.line("bob@example.org", "cut off he")
	opts := e.options()
	opts.Stdin = io.MultiReader(strings.NewReader(text),
		iotest.ErrReader(errors.New("input/output error")))
	got := readInput(t, Input{Path: "-"}, opts)
	got.wantReport(t, StatusPartial, e.format, "failed to read it to its end: input/output error")
	wantCuts(t, got.firstCuts(), e.cuts(30))
	if !slices.Equal(got.reasons(), []string{"read_error"}) || got.SHA256 != "" {
		t.Errorf("got rejects %q and digest %q, want a read_error and none",
			got.reasons(), got.SHA256)
	}
	wantBalance(t, text, e.header, got)
}
