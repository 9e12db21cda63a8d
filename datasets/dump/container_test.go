package dump

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zlib"
)

const (
	listText = "alice@example.com:Made-Up-1\nbob@example.org:Made Up:2\n"
	moreText = "email,password\ncarol@example.net,Made-Up-3\n"
	secret   = "made-up-secret"
)

var (
	listCuts = []string{"alice@example.com=Made-Up-1", "bob@example.org=Made Up:2"}
	bothCuts = append(listCuts[:2:2], "carol@example.net=Made-Up-3")
)

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "containers", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// everyWay reads data as a file, as a stream, and out of another container, with passwords.
func everyWay(t *testing.T, data []byte, passwords []string, check func(*testing.T, outcome)) {
	t.Helper()
	meta := Meta{Passwords: passwords}
	file := filepath.Join(t.TempDir(), "dump")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	stream := func(data []byte) outcome {
		return readInput(t, Input{Path: "-", Meta: meta}, Options{Stdin: bytes.NewReader(data)})
	}
	t.Run("file", func(t *testing.T) {
		check(t, readInput(t, Input{Path: file, Meta: meta}, Options{}))
	})
	t.Run("stream", func(t *testing.T) { check(t, stream(data)) })
	t.Run("inside", func(t *testing.T) { check(t, stream(gzipped(t, data))) })
}

// readable are the fixtures, which independent programs wrote: bzip2, xz, zlib, tar, 7z and zip.
var readable = []struct {
	file   string
	locked bool
	cuts   []string
	format string
}{
	{"list.txt.bz2", false, listCuts, "combo"},
	{"list.txt.xz", false, listCuts, "combo"},
	{"blocks.txt.xz", false, listCuts, "combo"},
	{"list.txt.zlib", false, listCuts, "combo"},
	{"both.tar", false, bothCuts, "combo+csv"},
	{"solid.7z", false, bothCuts, "combo+csv"},
	{"ppmd.7z", false, bothCuts, "combo+csv"},
	{"stored.7z", false, bothCuts, "combo+csv"},
	{"locked.7z", true, bothCuts, "combo+csv"},
	{"locked_stored.7z", true, bothCuts, "combo+csv"},
	{"locked_names.7z", true, bothCuts, "combo+csv"},
	{"bzip2.zip", false, bothCuts, "combo+csv"},
	{"aes256.zip", true, bothCuts, "combo+csv"},
	{"aes128_stored.zip", true, bothCuts, "combo+csv"},
	{"zipcrypto.zip", true, bothCuts, "combo+csv"},
	{"zipcrypto_streamed.zip", true, listCuts, "combo"},
}

func TestRead_containers(t *testing.T) {
	for _, test := range readable {
		t.Run(test.file, func(t *testing.T) {
			passwords := []string{"wrong", secret}
			everyWay(t, fixture(t, test.file), passwords, func(t *testing.T, got outcome) {
				got.wantReport(t, StatusRead, test.format, "")
				wantCuts(t, got.firstCuts(), test.cuts)
			})
		})
	}
}

func TestRead_encrypted_without_the_password(t *testing.T) {
	for _, test := range readable {
		if !test.locked {
			continue
		}
		t.Run(test.file, func(t *testing.T) {
			for want, passwords := range map[string][]string{
				`encrypted: name the password in a sidecar ("passwords")`:    nil,
				"encrypted, and the password that is known does not open it": {"wrong-1"},
				"encrypted, and none of the 3 passwords tried opens it":      {"wrong-1", "", "wrong-3"},
			} {
				want = strings.TrimPrefix(want, "encrypted")
				everyWay(t, fixture(t, test.file), passwords, func(t *testing.T, got outcome) {
					got.wantReport(t, StatusSkipped, test.file[strings.LastIndex(test.file, ".")+1:], want)
					if len(got.records)+len(got.rejects) > 0 {
						t.Errorf("ciphertext was parsed: %v", got.firstCuts())
					}
					if strings.Contains(fmt.Sprint(got.Err), "wrong-") {
						t.Errorf("the sentence has a password: %v", got.Err)
					}
				})
			}
		})
	}
}

// TestRead_containers_that_are_cut_off cuts each fixture at every length.
func TestRead_containers_that_are_cut_off(t *testing.T) {
	for _, test := range readable {
		if test.file == "locked_names.7z" || test.file == "locked.7z" {
			continue // each of its lengths costs a key
		}
		t.Run(test.file, func(t *testing.T) {
			whole := fixture(t, test.file)
			const marked = 40 // bytes that tell what it is
			for n := marked; n < len(whole); n += 1 + len(whole)/200 {
				in := Input{Path: "-", Meta: Meta{Passwords: []string{secret}}}
				got := readInput(t, in, Options{Stdin: bytes.NewReader(whole[:n])})
				if got.err != nil {
					t.Fatalf("cut to %d bytes: %v", n, got.err)
				}
				if test.file == "both.tar" {
					continue // its end is zeros that may be missing: tested on its own
				}
				if got.Status == StatusRead {
					t.Fatalf("cut to %d of %d bytes it is taken for whole", n, len(whole))
				}
			}
		})
	}
}

func TestRead_what_was_whole_is_kept(t *testing.T) {
	list := strings.Repeat(listText, 20_000)
	tarred := tarOf(t, tarFile("a", list), tarFile("b", list))
	for name, test := range map[string]struct {
		data []byte
		say  string
	}{
		"xz":    {run(t, []byte(list+noise(1<<20)), "xz", "-c"), "the xz stream ends early"},
		"bzip2": {run(t, []byte(list+noise(1<<20)), "bzip2", "-c"), "the bzip2 stream ends early"},
		"zlib":  {zlibbed(t, []byte(list+noise(1<<20))), "the zlib stream ends early"},
		"tar":   {tarred, "ends early"},
	} {
		t.Run(name, func(t *testing.T) {
			got := read(t, test.data[:len(test.data)*9/10], Options{})
			got.wantReport(t, StatusPartial, "combo", test.say)
			if len(got.records) < 40_000 {
				t.Errorf("got %d records", len(got.records))
			}
			if r := got.reasons(); len(r) == 0 || r[len(r)-1] != string(ReasonTruncated) {
				t.Errorf("the loss does not show: %v", r)
			}
		})
	}
}

func TestRead_damaged_containers(t *testing.T) {
	for _, test := range readable {
		if strings.HasPrefix(test.file, "locked") {
			continue // each try would cost a key derivation
		}
		t.Run(test.file, func(t *testing.T) {
			whole := fixture(t, test.file)
			for i := 0; i < len(whole); i += 1 + len(whole)/100 {
				broken := bytes.Clone(whole)
				broken[i] ^= 0x55
				in := Input{Path: "-", Meta: Meta{Passwords: []string{secret}}}
				if got := readInput(t, in, Options{Stdin: bytes.NewReader(broken)}); got.err != nil {
					t.Fatalf("byte %d: %v", i, got.err)
				}
			}
		})
	}
}

func TestRead_containers_joined(t *testing.T) {
	for _, file := range []string{"list.txt.bz2", "list.txt.xz"} {
		twice := bytes.Repeat(fixture(t, file), 2)
		got := read(t, twice, Options{})
		got.wantReport(t, StatusRead, "combo", "")
		wantCuts(t, got.firstCuts(), append(listCuts[:2:2], listCuts...))
	}
}

func TestRead_text_that_begins_like_a_container(t *testing.T) {
	for _, text := range []string{
		"x^a:b@example.com:pw\n", "x^\n", "x^", "x\x01@example.com:pw\n", "BZh@example.com:pw\n",
		"7z@example.com:pw\n", "Rar!@example.com:pw\n", "x^" + strings.Repeat("\n"+oneLine, 99),
	} {
		got := read(t, []byte(text), Options{})
		if got.Status == StatusSkipped || got.Format != "combo" {
			t.Errorf("%q: got %s as %q: %v", text[:3], got.Status, got.Format, got.Err)
		}
	}
}

// The tar archives.

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

func TestRead_tar_with_links_devices_and_hostile_names(t *testing.T) {
	link := func(kind byte, name string) tarred {
		return tarred{Header: tar.Header{Name: name, Linkname: "/etc/passwd", Typeflag: kind}}
	}
	long := strings.Repeat("long/", 60) + "\x1b[2Jname" // needs a PAX header
	data := tarOf(t, link(tar.TypeSymlink, "s"), link(tar.TypeLink, "h"), link(tar.TypeChar, "c"),
		link(tar.TypeBlock, "b"), link(tar.TypeFifo, "f"), link(tar.TypeDir, "d/"),
		tarFile("../../up", listText), tarFile("/root", listText), tarFile(long, listText),
		tarFile("._up", "\x00\x05\x16\x07"))
	everyWay(t, data, nil, func(t *testing.T, got outcome) {
		got.wantReport(t, StatusRead, "combo", "")
		if len(got.records) != 6 {
			t.Fatalf("got %d records", len(got.records))
		}
		for i, want := range []string{"../../up", "/root", "long/?[2Jname"} {
			if name := got.records[2*i].member; !strings.HasSuffix(name, want) {
				t.Errorf("got the member %q, want %q", name, want)
			}
		}
	})
	old := bytes.Clone(tarOf(t, tarFile("a", listText)))
	sum := 8 * int(' ')
	copy(old[257:], make([]byte, 8)) // as before the mark "ustar"
	for i, b := range old[:512] {
		if i < 148 || i >= 156 {
			sum += int(b)
		}
	}
	copy(old[148:], fmt.Sprintf("%06o\x00 ", sum))
	read(t, old, Options{}).wantReport(t, StatusRead, "combo", "")
}

func TestRead_tar_in_a_compression_is_one_archive(t *testing.T) {
	inner := zipped(t, packed("a.gz", string(gzipped(t, []byte(listText)))))
	data := gzipped(t, tarOf(t, tarFile("inner.zip", string(inner))))
	got := read(t, data, Options{})
	got.wantReport(t, StatusRead, "combo", "")
	nested := []byte(listText)
	for range 5 {
		nested = tarOf(t, tarFile("t", string(nested)))
	}
	read(t, nested, Options{}).wantReport(t, StatusSkipped, "tar", "more than 3 containers deep")
}

// The limits.

func TestRead_limits(t *testing.T) {
	list := strings.Repeat(listText, 1000) // 54 kB
	both := zipped(t, packed("a", list), packed("b", list), packed("c", list))
	for _, test := range []struct {
		name    string
		data    []byte
		limits  Limits
		say     string
		records int
	}{
		{"output", both, Limits{Output: 60_000}, "the input unpacks to over 60000 bytes", 2000},
		{"member", both, Limits{Member: 30_000}, `member "c": it unpacks to over 30000 bytes`, 3000},
		{"entries", tarOf(t, tarFile("a", list), tarFile("b", list)), Limits{Entries: 1},
			"more than 1 entries", 2000},
		{"tar_member", tarOf(t, tarFile("a", list), tarFile("b", listText)), Limits{Member: 30_000},
			`member "a": it unpacks to over 30000 bytes`, 1000},
		{"depth", zipped(t, packed("a", list), packed("b.gz", string(gzipped(t, []byte(list))))),
			Limits{Depth: 1}, `member "b.gz": it lies more than 1 containers deep`, 2000},
		{"held", tarOf(t, tarFile("a", list), tarFile("b.zip", string(both))), Limits{Held: 100},
			`member "b.zip": a zip archive over 100 bytes cannot be read from a stream`, 2000},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := readFile(t, "dump", test.data, Options{Limits: test.limits})
			got.wantReport(t, StatusPartial, "combo", test.say)
			if len(got.records) < test.records || len(got.records) > test.records+2000 {
				t.Errorf("got %d records, want about %d", len(got.records), test.records)
			}
		})
	}
}

// TestRead_archives_inside_are_held_within_one_bound shows that nesting does not multiply it.
func TestRead_archives_inside_are_held_within_one_bound(t *testing.T) {
	inner := zipped(t, entry{name: "a", text: noise(60_000)})
	outer := zipped(t, entry{name: "inner.zip", text: string(inner)}, packed("b", listText))
	opts := Options{Limits: Limits{Held: int64(len(outer)) + 1000}}
	got := read(t, outer, opts)
	got.wantReport(t, StatusPartial, "combo", `member "inner.zip": a zip archive over`)
	if again := read(t, outer, Options{}); again.Status != StatusRead {
		t.Errorf("with the default it is %s: %v", again.Status, again.Err)
	}
}

func TestRead_traps_are_bounded(t *testing.T) {
	lines := strings.Repeat(oneLine, 1<<20)
	tenGB := func(text string) []byte { // as members of one gzip file
		return bytes.Repeat(gzipped(t, []byte(text)), 10<<30/len(text))
	}
	lying := zipped(t, packed("a", listText), packed("b", listText))
	at := bytes.LastIndex(lying, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(lying[at+24:], 1<<31)
	for _, test := range []struct {
		name   string
		data   []byte
		status Status
		format string
		say    string
	}{
		{"gzip_of_zeros", tenGB(strings.Repeat("\x00", 64<<20)), StatusSkipped, "binary", "binary"},
		{"gzip_of_lines", tenGB(lines), StatusPartial, "combo", "over 200 times"},
		{"xz_of_lines", bytes.Repeat(run(t, []byte(lines), "xz", "-0", "-c"), 20), StatusPartial,
			"combo", "over 200 times"},
		{"nested", nestedBomb(t, 6, 16), StatusSkipped, "zip", "more than 3 containers deep"},
		{"lying_size", lying, StatusPartial, "combo", `member "b": the zip stream ends early`},
		{"overlap", overlapping(t), StatusPartial, "combo", "over 200 times"},
		{"zstd_window", zstdWindow(t), StatusSkipped, "zstd", "zstd -d --long=31"},
		{"xz_dictionary", xzWithDictionary(t, 40), StatusSkipped, "xz",
			"a dictionary of 4096 MiB, over the limit of 64 MiB"},
		{"sparse_tar", sparseTar(t), StatusPartial, "combo", "times its size"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "trap")
			if err := os.WriteFile(file, test.data, 0o600); err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			start := time.Now()
			var records int
			report, err := Read(t.Context(), Input{Path: file}, Options{}, func(b *Block) error {
				b.Parse(func(*Record) { records++ }, func(Reject) {})
				b.Release()
				return nil
			})
			runtime.ReadMemStats(&after)
			outcome{Report: report, err: err}.wantReport(t, test.status, test.format, test.say)
			if used := int64(after.Sys) - int64(before.Sys); used > 512<<20 {
				t.Errorf("it took %d MiB", used>>20)
			}
			if took := time.Since(start); took > time.Minute {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// nestedBomb is a zip in zips, each of which holds the one below many times, like 42.zip.
func nestedBomb(t testing.TB, depth, width int) []byte {
	data := []byte(strings.Repeat("0", 1<<20))
	for range depth {
		var entries []entry
		for i := range width {
			entries = append(entries, packed(fmt.Sprint(i), string(data)))
		}
		data = zipped(t, entries...)
	}
	return data
}

// overlapping is a zip archive whose directory names the same data over and over.
func overlapping(t testing.TB) []byte {
	list := strings.Repeat(oneLine, 1000)
	one := zipped(t, packed("a", list))
	at := bytes.Index(one, []byte("PK\x01\x02"))
	end := bytes.Index(one, []byte("PK\x05\x06"))
	const times = 20_000
	out := append(bytes.Clone(one[:at]), bytes.Repeat(one[at:end], times)...)
	tail := bytes.Clone(one[end:])
	binary.LittleEndian.PutUint16(tail[8:], times)
	binary.LittleEndian.PutUint16(tail[10:], times)
	binary.LittleEndian.PutUint32(tail[12:], uint32(len(out)-at))
	return append(out, tail...)
}

func zstdWindow(t testing.TB) []byte {
	t.Helper()
	const exponent = 31 - 10 // of a window of 2 GiB, above 1 KiB
	frame := append([]byte("\x28\xb5\x2f\xfd\x00"), exponent<<3)
	text := []byte(listText)
	size := uint32(len(text))<<3 | 1 // the last block, raw
	return append(append(frame, byte(size), byte(size>>8), byte(size>>16)), text...)
}

// xzWithDictionary changes what a block asks for, and mends the sum of its header.
func xzWithDictionary(t testing.TB, property byte) []byte {
	data := fixture(t, "list.txt.xz")
	header := data[12 : 12+4*(int(data[12])+1)]
	at := bytes.Index(header, []byte{lzma2ID, 1})
	if at < 0 {
		t.Fatal("the fixture has no LZMA2")
	}
	header[at+2] = property
	sum := len(header) - 4
	binary.LittleEndian.PutUint32(header[sum:], crc32.ChecksumIEEE(header[:sum]))
	return data
}

// sparseTar holds a file of one line and then a hole of 1 TB.
func sparseTar(t testing.TB) []byte {
	folder := t.TempDir()
	file := filepath.Join(folder, "sparse")
	if err := os.WriteFile(file, []byte(strings.Repeat(oneLine, 10_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, 1<<40); err != nil {
		t.Skip(err)
	}
	return run(t, nil, "tar", "--sparse", "--format=pax", "-C", folder, "-cf", "-", "sparse")
}

func TestRead_xz_dictionary_of_a_later_block(t *testing.T) {
	trap := append(fixture(t, "list.txt.xz"), xzWithDictionary(t, 40)...)
	got := read(t, trap, Options{})
	got.wantReport(t, StatusPartial, "combo", "a dictionary of 4096 MiB")
	wantCuts(t, got.firstCuts(), listCuts)
}

func TestRead_containers_can_be_cancelled(t *testing.T) {
	list := strings.Repeat(listText, 200_000)
	for name, data := range map[string][]byte{
		"xz": run(t, []byte(list), "xz", "-0", "-c"), "7z": sevenZipped(t, nil, "a", list, "b", list),
		"tar": tarOf(t, tarFile("a", list), tarFile("b", list)),
		"rar": rarOf(rarFile{name: "a", text: list}, rarFile{name: "b", text: list})[0],
		"zip": zipped(t, packed("a", list), packed("b", list)),
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "dump")
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			blocks := 0
			_, err := Read(ctx, Input{Path: file}, Options{}, func(b *Block) error {
				blocks++
				cancel()
				return nil
			})
			if !errors.Is(err, context.Canceled) || blocks != 1 {
				t.Errorf("got %v after %d blocks", err, blocks)
			}
		})
	}
}

// The programs.

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
