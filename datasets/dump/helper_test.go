package dump

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/leak"
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
		b.Parse(func(r *leak.Record) {
			if r.Decoded {
				out.Decoded++
			}
			out.records = append(out.records, found{r.Position, b.Member, show(r.Cuts)})
		}, func(r leak.Reject) { out.rejects = append(out.rejects, lostAt{r, b.Member}) })
		return nil
	})
	return out
}

// show writes cuts as identifier=secret, one without a testable secret as identifier!secret.
func show(cuts []leak.Cut) []string {
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

const oneLine = "alice@example.com:pw\n"

// entry is one entry of an archive to make.
type entry struct {
	name, text string
	method     uint16
	flags      uint16
}

func zipped(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, e := range entries {
		header := &zip.FileHeader{Name: e.name, Method: e.method, Flags: e.flags}
		var to io.Writer
		var err error
		if e.flags == 0 && e.method == zip.Deflate {
			to, err = w.CreateHeader(header)
		} else {
			header.CompressedSize64, header.UncompressedSize64 = uint64(len(e.text)), uint64(len(e.text))
			header.CRC32 = crc32.ChecksumIEEE([]byte(e.text))
			to, err = w.CreateRaw(header)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(to, e.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func packed(name, text string) entry { return entry{name: name, text: text, method: zip.Deflate} }

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "containers", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func tarFile(name, text string) tarred {
	return tarred{tar.Header{Name: name, Size: int64(len(text)), Mode: 0o600}, text}
}

type tarred struct {
	tar.Header
	text string
}

func tarOf(t testing.TB, entries ...tarred) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, e := range entries {
		if err := w.WriteHeader(&e.Header); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// run starts a program, and skips the test when it is missing.
func run(t testing.TB, in []byte, name string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("the program %s is missing", name)
	}
	var out, problem bytes.Buffer
	command := exec.CommandContext(t.Context(), name, args...)
	command.Stdin, command.Stdout, command.Stderr = bytes.NewReader(in), &out, &problem
	if err := command.Run(); err != nil {
		t.Fatalf("%s %v: %v: %s", name, args, err, problem.String())
	}
	return out.Bytes()
}

func zlibbed(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	writeAll(t, zlib.NewWriter(&out), data)
	return out.Bytes()
}

// noise is text that does not compress.
func noise(n int) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
	out := make([]byte, n)
	state := uint64(42)
	for i := range out {
		state = state*6364136223846793005 + 1442695040888963407
		out[i] = letters[state>>58]
		if i%40 == 39 {
			out[i] = '\n'
		}
		if i%40 == 20 {
			out[i] = ':'
		}
	}
	return string(out)
}

// sevenZipped packs names and texts with the program 7z.
func sevenZipped(t testing.TB, args []string, namesAndTexts ...string) []byte {
	t.Helper()
	folder := t.TempDir()
	archive := filepath.Join(folder, "out.archive")
	call := append([]string{"a", "-bd", "-y"}, args...)
	call = append(call, archive)
	for i := 0; i < len(namesAndTexts); i += 2 {
		name := filepath.Join(folder, namesAndTexts[i])
		if err := os.WriteFile(name, []byte(namesAndTexts[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
		call = append(call, name)
	}
	run(t, nil, "7z", call...)
	data, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// positions are all records and rejects with where they are, a line each.
func positions(o outcome) []string {
	var out []string
	for _, r := range o.records {
		out = append(out, fmt.Sprint(r.Position, r.cuts))
	}
	for _, r := range o.rejects {
		out = append(out, fmt.Sprint(r.Reject))
	}
	return out
}

// wantBalance checks that each byte of a member that is not blank is in one record or reject.
func wantBalance(t *testing.T, text, header string, got outcome) {
	t.Helper()
	covered := make([]int, len(text))
	cover := func(p leak.Position) {
		if p.Offset < 0 || p.Length < 0 || p.Offset+p.Length > int64(len(text)) {
			t.Fatalf("position out of range: %+v", p)
		}
		for i := range p.Length {
			covered[p.Offset+i]++
		}
	}
	cover(leak.Position{Length: int64(len(header))})
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
		if n > 1 || n == 0 && !cut.IsSpace(text[i]) && !isEnd(i) {
			t.Fatalf("byte %d is in %d records and rejects", i, n)
		}
	}
}

// benchmarkLines are 40 bytes a line.
func benchmarkLines(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "user%08d@mail.example.com:Made-Up-%02d\n", i, i%100)
	}
	return b.Bytes()
}
