package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// attackFull makes the attacks as large as they were when they broke an earlier build, and holds them against the clock as
// well: "make attack". Without it they are smaller, and memory, the list and the exit code decide.
const attackFull = "CREDSIEVE_ATTACK"

// attack is what somebody drops beside a good dump of one account. n is how large it is.
type attack struct {
	name        string
	small, full int
	make        func(t *testing.T, dir string, n int)
	args        []string
	exit        int
	mib         int64 // resident memory, at most
	seconds     float64
	check       func(t *testing.T, b *bench)
}

// attacks are one row each in docs/reliability.md.
func attacks() []attack {
	return []attack{
		{name: "same_empty", small: 500, full: 4000, make: manyFiles(""), exit: exitPartial, mib: 300, seconds: 10},
		{name: "same_pair", small: 500, full: 3000, make: manyFiles("one@example.com:x\n"), exit: exitComplete, mib: 300, seconds: 10},
		{name: "same_pair_with_junk", small: 500, full: 3000, make: manyFiles("one@example.com:x\ntwo%d@example.org:y\n"), exit: exitComplete, mib: 300, seconds: 10},
		{name: "rejects", small: 60_000, full: 300_000, make: nestedRejects, exit: exitPartial, mib: 300, seconds: 20, check: smallRejects},
		{name: "sevenzip_chain", small: 31, full: 31, make: chained7z, exit: exitPartial, mib: 400, seconds: 10},
		{name: "sevenzip_four", small: 4, full: 4, make: chained7z, exit: exitPartial, mib: 400, seconds: 10},
		{name: "xlsx_strings", small: 16 << 20, full: 60 << 20, make: emptyStrings, exit: exitPartial, mib: 400, seconds: 20},
		{name: "zip_entries", small: 2000, full: 100_000, make: manyEntries, exit: exitComplete, mib: 400, seconds: 10},
		{name: "zip_ratio", small: 1, full: 1, make: bombs(256 << 20), exit: exitPartial, mib: 300, seconds: 20},
		{
			name: "many_bombs", small: 8, full: 100, make: bombs(16 << 20), args: []string{"--max-unpacked", "64MiB"},
			exit: exitPartial, mib: 300, seconds: 20,
		},
	}
}

func TestAttacks(t *testing.T) {
	t.Parallel()
	full := os.Getenv(attackFull) != ""
	for _, a := range attacks() {
		t.Run(a.name, func(t *testing.T) {
			b, good := newBudgetBench(t)
			dir := filepath.Dir(b.write("d/z.txt", mustRead(t, good)))
			n := a.small
			if full {
				n = a.full
			}
			a.make(t, dir, n)
			a.run(t, b, dir, full)
		})
	}
}

func (a *attack) run(t *testing.T, b *bench, dir string, full bool) {
	cmd := exec.CommandContext(t.Context(), "credsieve", append([]string{
		"scan", "--index", b.path("index"), "--key-file", b.path("key"), "--out", b.path("run"), "--max-share", "100%",
		"--progress", "none", "--memory", "256MiB", dir,
	}, a.args...)...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	most := mostMemory(cmd.Process.Pid)
	_ = cmd.Wait() // the exit code is looked at below
	took, mib := time.Since(begin).Seconds(), <-most
	if code := cmd.ProcessState.ExitCode(); code != a.exit {
		t.Fatalf("exit code %d, want %d\n%.2000s", code, a.exit, out.String())
	}
	found := b.listed("run")
	if !slices.Equal(found, []string{"u1"}) || mib > a.mib || full && took > a.seconds {
		t.Errorf("BROKEN %s: listed %q, %.1f s of %.0f, %d MiB of %d", a.name, found, took, a.seconds, mib, a.mib)
	}
	if a.check != nil {
		a.check(t, b)
	}
	b.run(exitComplete, "verify", b.path("run"))
	if full && !t.Failed() {
		fmt.Printf("held   %-20s exit %d, %.1f s, %d MiB\n", a.name, a.exit, took, mib)
	}
}

// mostMemory watches a process until it is gone, and sends the most resident memory that it had, in MiB. What wait4 says
// of that begins with the memory of whoever started it.
func mostMemory(pid int) <-chan int64 {
	most := make(chan int64, 1)
	go func() {
		var kib int64
		for {
			text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			_, peak, found := strings.Cut(string(text), "VmHWM:")
			if err != nil || !found {
				most <- kib >> 10
				return
			}
			var n int64
			if _, err := fmt.Sscan(peak, &n); err == nil {
				kib = max(kib, n)
			}
			time.Sleep(2 * time.Millisecond)
		}
	}()
	return most
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func drop(t *testing.T, dir, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// manyFiles drops n files of one text; a verb in it is the number of the file.
func manyFiles(text string) func(t *testing.T, dir string, n int) {
	return func(t *testing.T, dir string, n int) {
		for i := range n {
			if strings.Contains(text, "%") {
				drop(t, dir, fmt.Sprintf("f%d.txt", i), fmt.Appendf(nil, text, i))
			} else {
				drop(t, dir, fmt.Sprintf("f%d.txt", i), []byte(text))
			}
		}
	}
}

// zipped makes an archive of entries of one text each.
func zipped(t *testing.T, text func(i int) []byte, names ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	deflate, err := flate.NewWriter(nil, flate.BestCompression) // a megabyte: one for all
	if err != nil {
		t.Fatal(err)
	}
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		deflate.Reset(w)
		return deflate, nil
	})
	for i, name := range names {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(text(i))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// nestedRejects: archives in archives whose names are long, around lines that are no records: each was a row of 2.4 kB.
func nestedRejects(t *testing.T, dir string, n int) {
	data, name := bytes.Repeat([]byte("x\n"), n), strings.Repeat("\U0001F4A9", 196)
	for _, extension := range []string{".txt", ".zip", ".zip"} {
		inner := data
		data = zipped(t, func(int) []byte { return inner }, name+extension)
	}
	drop(t, dir, "x.zip", data)
}

func smallRejects(t *testing.T, b *bench) {
	info, err := os.Stat(filepath.Join(b.path("run"), "rejects.csv"))
	if err != nil || info.Size() > 10_000_000 {
		t.Errorf("BROKEN rejects: %v, %v", info, err)
	}
}

// chained7z: a stream that goes through n decoders, each with a dictionary of 256 MiB.
func chained7z(t *testing.T, dir string, n int) {
	folder := "\x07\x0b\x01\x00" + string([]byte{byte(n)}) + strings.Repeat("\x21\x21\x01\x20", n)
	for i := range n - 1 {
		folder += string([]byte{byte(i + 1), byte(i)})
	}
	directory := "\x01\x04\x06\x00\x01\x09\x01\x00" + folder + "\x0c" + strings.Repeat("\xf0\x00\x00\x00\x10", n) +
		"\x00\x00\x05\x01\x11\x05\x00a\x00\x00\x00\x00\x00"
	le := binary.LittleEndian
	place := le.AppendUint64(make([]byte, 8), uint64(len(directory)))
	place = le.AppendUint32(place, crc32.ChecksumIEEE([]byte(directory)))
	data := le.AppendUint32([]byte("7z\xbc\xaf\x27\x1c\x00\x04"), crc32.ChecksumIEEE(place))
	drop(t, dir, "x.7z", append(append(data, place...), directory...))
}

// emptyStrings: a workbook whose table of texts is n bytes of nothing.
func emptyStrings(t *testing.T, dir string, n int) {
	const ns = ` xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	parts := []struct{ name, text string }{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`},
		{"xl/workbook.xml", "<workbook" + ns + `><sheets><sheet name="S" sheetId="1"/></sheets></workbook>`},
		{"xl/sharedStrings.xml", "<sst" + ns + ">" + strings.Repeat("<si/>", n/len("<si/>")) + "</sst>"},
		{"xl/worksheets/sheet1.xml", "<worksheet" + ns + `><sheetData><row r="1"><c r="A1" t="s"><v>1</v></c></row></sheetData></worksheet>`},
	}
	var names []string
	for _, p := range parts {
		names = append(names, p.name)
	}
	drop(t, dir, "x.xlsx", zipped(t, func(i int) []byte { return []byte(parts[i].text) }, names...))
}

// manyEntries: an archive of n small lists.
func manyEntries(t *testing.T, dir string, n int) {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("%06d.txt", i)
	}
	drop(t, dir, "x.zip", zipped(t, func(i int) []byte { return fmt.Appendf(nil, "user%d@example.org:x\n", i) }, names...))
}

// bombs: n archives that unpack to so many bytes of one line each.
func bombs(size int) func(t *testing.T, dir string, n int) {
	return func(t *testing.T, dir string, n int) {
		line := []byte("two@example.org:x\n")
		data := zipped(t, func(int) []byte { return bytes.Repeat(line, size/len(line)) }, "a.txt")
		for i := range n {
			drop(t, dir, fmt.Sprintf("x%d.zip", i), data)
		}
	}
}
