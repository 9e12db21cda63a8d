package unpack_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

func TestWalk_limits(t *testing.T) {
	t.Parallel()
	list := strings.Repeat(listText, 1000) // 54 kB
	both := dumptest.Zipped(t, dumptest.Packed("a", list), dumptest.Packed("b", list), dumptest.Packed("c", list))
	for _, test := range []struct {
		name    string
		data    []byte
		limits  dump.Limits
		say     string
		records int
	}{
		{"output", both, dump.Limits{Output: 60_000}, "the input unpacks to over 60000 bytes", 2000},
		{"member", both, dump.Limits{Member: 30_000}, `member "c": it unpacks to over 30000 bytes`, 3000},
		{"entries", dumptest.Tar(t, dumptest.TarFile("a", list), dumptest.TarFile("b", list)), dump.Limits{Entries: 1},
			"more than 1 entries", 2000},
		{"tar_member", dumptest.Tar(t, dumptest.TarFile("a", list), dumptest.TarFile("b", listText)), dump.Limits{Member: 30_000},
			`member "a": it unpacks to over 30000 bytes`, 1000},
		{"depth", dumptest.Zipped(t, dumptest.Packed("a", list), dumptest.Packed("b.gz", string(dumptest.Gzipped(t, []byte(list))))),
			dump.Limits{Depth: 1}, `member "b.gz": it lies more than 1 containers deep`, 2000},
		{"held", dumptest.Tar(t, dumptest.TarFile("a", list), dumptest.TarFile("b.zip", string(both))), dump.Limits{Held: 100},
			`member "b.zip": a zip archive over 100 bytes cannot be read from a stream`, 2000},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := dumptest.ReadFile(t, "dump", test.data, dump.Options{Limits: test.limits})
			got.WantReport(t, dump.StatusPartial, "combo", test.say)
			if len(got.Records) < test.records || len(got.Records) > test.records+2000 {
				t.Errorf("got %d records, want about %d", len(got.Records), test.records)
			}
		})
	}
}

// TestWalk_archives_inside_are_held_within_one_bound shows that nesting does not multiply it.
func TestWalk_archives_inside_are_held_within_one_bound(t *testing.T) {
	t.Parallel()
	inner := dumptest.Zipped(t, dumptest.Entry{Name: "a", Text: dumptest.Noise(60_000)})
	outer := dumptest.Zipped(t, dumptest.Entry{Name: "inner.zip", Text: string(inner)}, dumptest.Packed("b", listText))
	opts := dump.Options{Limits: dump.Limits{Held: int64(len(outer)) + 1000}}
	got := dumptest.Read(t, outer, opts)
	got.WantReport(t, dump.StatusPartial, "combo", `member "inner.zip": a zip archive over`)
	if again := dumptest.Read(t, outer, dump.Options{}); again.Status != dump.StatusRead {
		t.Errorf("with the default it is %s: %v", again.Status, again.Err)
	}
}

func TestWalk_bomb_is_stopped(t *testing.T) {
	t.Parallel()
	const free = 8 << 20
	bomb := strings.Repeat(strings.Repeat("\n", 999)+"x\n", 11_000)
	for name, data := range map[string][]byte{
		"gzip": dumptest.Gzipped(t, []byte(bomb)), "zstd": dumptest.Zstded(t, []byte(bomb)),
		"zip": dumptest.Zipped(t, dumptest.Packed("a", bomb), dumptest.Packed("b", oneLine)),
	} {
		t.Run(name, func(t *testing.T) {
			got := dumptest.ReadFile(t, "x", data, dump.Options{Limits: dump.Limits{Free: free}})
			got.WantReport(t, dump.StatusPartial, "combo", "unpacks to over 200 times its size")
			last := got.Rejects[len(got.Rejects)-1]
			if last.Reason != leak.ReasonOverLimit || last.Offset > free+1<<20 {
				t.Errorf("it was stopped at %+v", last)
			}
			dumptest.ReadFile(t, "x", data, dump.Options{}).WantReport(t, dump.StatusRead, "combo", "")
		})
	}
}

func TestWalk_zip_over_the_number_of_entries(t *testing.T) {
	t.Parallel()
	entries := make([]dumptest.Entry, dump.DefaultEntries+1)
	for i := range entries {
		entries[i] = dumptest.Entry{Name: "e"}
	}
	got := dumptest.ReadFile(t, "a.zip", dumptest.Zipped(t, entries...), dump.Options{})
	got.WantReport(t, dump.StatusSkipped, "zip", "it has more than 100000 entries")
}

// TestWalk_traps_are_bounded is not parallel: it measures memory of the process.
func TestWalk_traps_are_bounded(t *testing.T) {
	lines := strings.Repeat(oneLine, 1<<20)
	tenGB := func(text string) []byte { // as members of one gzip file
		return bytes.Repeat(dumptest.Gzipped(t, []byte(text)), 10<<30/len(text))
	}
	lying := dumptest.Zipped(t, dumptest.Packed("a", listText), dumptest.Packed("b", listText))
	at := bytes.LastIndex(lying, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(lying[at+24:], 1<<31)
	for _, test := range []struct {
		name   string
		data   []byte
		status dump.Status
		format string
		say    string
	}{
		{"gzip_of_zeros", tenGB(strings.Repeat("\x00", 64<<20)), dump.StatusSkipped, "binary", "binary"},
		{"gzip_of_lines", tenGB(lines), dump.StatusPartial, "combo", "over 200 times"},
		{"xz_of_lines", bytes.Repeat(dumptest.Run(t, []byte(lines), "xz", "-0", "-c"), 20), dump.StatusPartial,
			"combo", "over 200 times"},
		{"nested", nestedBomb(t, 6, 16), dump.StatusSkipped, "zip", "more than 3 containers deep"},
		{"lying_size", lying, dump.StatusPartial, "combo", `member "b": the zip stream ends early`},
		{"overlap", overlapping(t), dump.StatusPartial, "combo", "over 200 times"},
		{"zstd_window", zstdWindow(t), dump.StatusSkipped, "zstd", "zstd -d --long=31"},
		{"xz_dictionary", xzWithDictionary(t, 40), dump.StatusSkipped, "xz",
			"a dictionary of 4096 MiB, over the limit of 64 MiB"},
		{"sparse_tar", sparseTar(t), dump.StatusPartial, "combo", "times its size"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := dumptest.File(t, "trap", test.data)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			var read int64
			opts := dump.Options{Limits: dump.Limits{Free: 1 << 20}}
			report, err := dump.Read(t.Context(), dump.Input{Path: file}, opts, func(b *dump.Block) error {
				b.Parse(func(r *leak.Record) { read += r.Length + 1 }, func(leak.Reject) {})
				b.Release()
				return nil
			})
			runtime.ReadMemStats(&after)
			dumptest.Outcome{Report: report, Failed: err}.WantReport(t, test.status, test.format, test.say)
			if used := int64(after.Sys) - int64(before.Sys); used > 512<<20 {
				t.Errorf("it took %d MiB", used>>20)
			}
			// A buffer of each decoder may be full when the limit is met.
			if most := 201*int64(len(test.data)) + 32<<20; read > most {
				t.Errorf("%d MiB were read of %d bytes", read>>20, len(test.data))
			}
		})
	}
}

// nestedBomb is a zip in zips, each of which holds the one below many times, like 42.zip.
func nestedBomb(t testing.TB, depth, width int) []byte {
	data := []byte(strings.Repeat("0", 1<<20))
	for range depth {
		var entries []dumptest.Entry
		for i := range width {
			entries = append(entries, dumptest.Packed(fmt.Sprint(i), string(data)))
		}
		data = dumptest.Zipped(t, entries...)
	}
	return data
}

// overlapping is a zip archive whose directory names the same data over and over.
func overlapping(t testing.TB) []byte {
	list := strings.Repeat(oneLine, 1000)
	one := dumptest.Zipped(t, dumptest.Packed("a", list))
	at := bytes.Index(one, []byte("PK\x01\x02"))
	end := bytes.Index(one, []byte("PK\x05\x06"))
	const times = 2000
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
	return dumptest.Run(t, nil, "tar", "--sparse", "--format=pax", "-C", folder, "-cf", "-", "sparse")
}
