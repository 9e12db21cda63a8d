package dump

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

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

func TestRead_zip_entries_are_members(t *testing.T) {
	archive := zipped(t,
		packed("list.txt", oneLine+"bob@example.org:pw2"),
		entry{name: "folder/"},
		packed("folder/leak.csv", "email,password\ncarol@example.com,pw3\n"),
		packed("folder/again.txt.gz", string(gzipped(t, []byte(oneLine)))),
		packed("inner.zip", string(zipped(t, entry{name: "stored", text: oneLine}))),
		packed("__MACOSX/._list.txt", "\x00\x05\x16\x07"),
		packed("nothing.txt", ""),
	)
	want := "list.txt alice@example.com=pw|list.txt bob@example.org=pw2|" +
		"folder/leak.csv carol@example.com=pw3|folder/again.txt.gz alice@example.com=pw|" +
		"inner.zip/stored alice@example.com=pw"
	for name, got := range map[string]outcome{
		"file":   readFile(t, "any.name", archive, Options{}),
		"stream": read(t, archive, Options{}),
		"gzip":   read(t, gzipped(t, archive), Options{}),
	} {
		t.Run(name, func(t *testing.T) {
			got.wantReport(t, StatusRead, "combo+csv", "")
			var members []string
			for _, r := range got.records {
				members = append(members, r.member+" "+r.cuts[0])
			}
			if text := strings.Join(members, "|"); text != want {
				t.Errorf("got %s\nwant %s", text, want)
			}
		})
	}
}

func TestRead_digest_size_and_progress_are_those_of_the_disk(t *testing.T) {
	long := strings.Repeat(oneLine, 50_000)
	for name, data := range map[string][]byte{
		"plain": []byte(long), "gzip": gzipped(t, []byte(long)), "zstd": zstded(t, []byte(long)),
		"zip":           zipped(t, packed("a", long), packed("b", long)),
		"skipped":       []byte("7z\xbc\xaf\x27\x1c" + long),
		"trailing_junk": append(gzipped(t, []byte(long)), make([]byte, 300_000)...),
		"cut_zip":       zipped(t, packed("a", long))[:300],
		"empty":         nil,
	} {
		t.Run(name, func(t *testing.T) {
			sum := sha256.Sum256(data)
			for _, from := range []string{"file", "stream"} {
				var seen int64
				opts := Options{Progress: func(n int64) {
					if n < 0 {
						t.Errorf("progress goes back by %d", -n)
					}
					seen += n
				}}
				got := read(t, data, opts)
				if from == "file" {
					seen = 0
					got = readFile(t, name, data, opts)
				}
				if got.Bytes != int64(len(data)) || got.SHA256 != hex.EncodeToString(sum[:]) {
					t.Errorf("%s: got %d bytes and digest %s", from, got.Bytes, got.SHA256)
				}
				if seen != int64(len(data)) {
					t.Errorf("%s: progress ends at %d of %d bytes", from, seen, len(data))
				}
			}
		})
	}
}

func TestRead_several_gzip_members_are_one_text(t *testing.T) {
	half := len(oneLine) / 2
	data := append(gzipped(t, []byte(oneLine[:half])), gzipped(t, []byte(oneLine[half:]))...)
	got := read(t, data, Options{})
	got.wantReport(t, StatusRead, "combo", "")
	wantCuts(t, got.firstCuts(), []string{"alice@example.com=pw"})
}

func TestRead_damaged_gzip_is_partial(t *testing.T) {
	data := gzipped(t, []byte(strings.Repeat(oneLine, 10)+"bob@example.org:cu"))
	data[len(data)-8] ^= 1 // of the checksum
	got := read(t, data, Options{})
	got.wantReport(t, StatusPartial, "combo", "the gzip stream is damaged")
	if reasons := fmt.Sprint(got.reasons()); len(got.records) != 10 || reasons != "[read_error]" {
		t.Errorf("got %d records and rejects %s", len(got.records), reasons)
	}
}

func TestRead_members_of_an_archive_that_are_lost(t *testing.T) {
	cut := gzipped(t, []byte(strings.Repeat(oneLine, 3)))
	for _, test := range []struct {
		name             string
		entries          []entry
		status           Status
		format, sentence string
		records          int
	}{
		{"encrypted", []entry{packed("a", oneLine), {name: "b", text: "secret bytes", flags: 1}},
			StatusPartial, "combo", "1 entry is encrypted", 1},
		{"all_encrypted", []entry{{name: "a", text: "x", flags: 1}, {name: "b", text: "y", flags: 1}},
			StatusSkipped, "zip", "2 entries are encrypted", 0},
		{"deflate64", []entry{packed("a", oneLine), {name: "b", text: "xyz", method: 9}},
			StatusPartial, "combo", `member "b": it is compressed by method 9`, 1},
		{"other_kind", []entry{packed("a", oneLine), packed("b.sql", "INSERT INTO t VALUES (1);\n")},
			StatusPartial, "combo", `member "b.sql": it is an SQL dump`, 1},
		{"cut_member", []entry{packed("a", oneLine), packed("b.gz", string(cut[:len(cut)-9]))},
			StatusPartial, "combo", `member "b.gz": the gzip stream ends early`, 4},
		{"office", []entry{packed("[Content_Types].xml", "<x/>"), packed("xl/a.xml", "<x/>")},
			StatusSkipped, "office", "Office document", 0},
		{"too_deep", []entry{packed("a.gz.gz.gz",
			string(gzipped(t, gzipped(t, gzipped(t, []byte(oneLine))))))},
			StatusSkipped, "gzip", "more than 3 containers deep", 0},
		{"deep", []entry{packed("a.gz.gz", string(gzipped(t, gzipped(t, []byte(oneLine)))))},
			StatusRead, "combo", "", 1},
		{"hostile_name", []entry{packed("\x1b[2J\x00\xff.sql", "CREATE TABLE x")},
			StatusSkipped, "sql", `member "?[2J??.sql": `, 0},
		{"no_entries", nil, StatusSkipped, "", "the dump is empty", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := readFile(t, "a.zip", zipped(t, test.entries...), Options{})
			got.wantReport(t, test.status, test.format, test.sentence)
			if len(got.records) != test.records {
				t.Errorf("got %d records, want %d", len(got.records), test.records)
			}
		})
	}
}

func TestRead_many_lost_members_make_one_sentence(t *testing.T) {
	entries := make([]entry, 500)
	for i := range entries {
		entries[i] = packed(fmt.Sprintf("%d.sql", i), "CREATE TABLE x")
	}
	got := readFile(t, "a.zip", zipped(t, entries...), Options{})
	got.wantReport(t, StatusSkipped, "sql", "and 497 more of its members")
}

func TestRead_zip_that_was_cut_off(t *testing.T) {
	list := strings.Repeat(oneLine, 5)
	archive := zipped(t, packed("a", list), packed("b", list), entry{name: "c", text: list},
		packed("last", list))
	directory := bytes.Index(archive, []byte("PK\x01\x02"))
	for _, test := range []struct{ keep, records int }{
		{directory, 15}, // a member without its descriptor could go on
		{directory + 10, 20}, {len(archive) - 1, 20}, {60, 0}, {10, 0},
	} {
		for _, got := range []outcome{
			readFile(t, "a.zip", archive[:test.keep], Options{}), read(t, archive[:test.keep], Options{}),
		} {
			if got.Err == nil || !strings.Contains(got.Err.Error(), "the zip archive is cut off") {
				t.Errorf("cut to %d bytes: got %v", test.keep, got.Err)
			}
			if got.Status == StatusRead || len(got.records) < test.records {
				t.Errorf("cut to %d bytes: got %s and %d records, want %d",
					test.keep, got.Status, len(got.records), test.records)
			}
		}
	}
}

func TestRead_bomb_is_stopped(t *testing.T) {
	if testing.Short() {
		t.Skip("unpacks 200 MB")
	}
	bomb := strings.Repeat(strings.Repeat("\n", 999)+"x\n", 110_000)
	for name, data := range map[string][]byte{
		"gzip": gzipped(t, []byte(bomb)), "zstd": zstded(t, []byte(bomb)),
		"zip": zipped(t, packed("a", bomb), packed("b", oneLine)),
	} {
		t.Run(name, func(t *testing.T) {
			got := readFile(t, "x", data, Options{})
			got.wantReport(t, StatusPartial, "combo", "unpacks to over 200 times its size")
			last := got.rejects[len(got.rejects)-1]
			if last.Reason != ReasonOverLimit || last.Offset > freeOutput+1<<20 {
				t.Errorf("it was stopped at %+v", last)
			}
		})
	}
}

func TestRead_zip_over_the_number_of_entries(t *testing.T) {
	entries := make([]entry, DefaultEntries+1)
	for i := range entries {
		entries[i] = entry{name: "e"}
	}
	got := readFile(t, "a.zip", zipped(t, entries...), Options{})
	got.wantReport(t, StatusSkipped, "zip", "it has more than 100000 entries")
}

func TestRead_kinds_that_are_not_read(t *testing.T) {
	for _, test := range []struct{ name, text, format, way string }{
		{"parquet", "PAR1\x15\x04xx", "parquet", "CSV"},
		{"sqlite", "SQLite format 3\x00", "sqlite", "sqlite3"},
		{"pgdump", "PGDMP\x01", "pgdump", "pg_restore"},
		{"bak", "TAPE\x00\x00\x03\x00\x8c\x00\x0e\x01", "mssql_backup", "restore it"},
		{"bak_compressed", "MSSQLBAK\x02\x00", "mssql_backup", "restore it"},
		{"ole", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole", ".xlsx"},
		{"pdf", "%PDF-1.7\n", "pdf", "extract its text"},
		{"sql_without_users", "-- MySQL dump 10.13\n-- Host: x\n", "sql", "no table has both"},
		{"hash_plain", "0123456789abcdef0123456789abcdef:pw\n0123456789abcdef0123456789abcde1:$HEX[613a62]\n",
			"hash_plain", "email:hash"},
		{"html", "<!DOCTYPE html>\n<td>alice@example.com:pw</td>\n", "xml", "CSV"},
		{"png", "\x89PNG\r\n\x1a\n", "image", "nothing"},
		{"binary", strings.Repeat("\x01\x02\x03abc\x00\xfe\n", 99), "binary", "convert it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := read(t, []byte(test.text), Options{})
			got.wantReport(t, StatusSkipped, test.format, test.way)
			if len(got.records)+len(got.rejects) > 0 {
				t.Errorf("it was parsed all the same")
			}
		})
	}
}

func TestRead_dirt_does_not_change_the_kind(t *testing.T) {
	list := strings.Repeat(oneLine, 100)
	for _, dirt := range []string{
		"INSERT INTO x VALUES (1);\n", "{\"a\":1}\n", "login: x\n", "user: x\npass: y\n",
		"\x00\x01\x02\n", "{curly}@example.com:pw\n", "-- selling lists\n", "dn: \n"[:3] + "\n",
		"[bracket]:pw\n",
	} {
		got := read(t, []byte(list+dirt+list), Options{})
		if got.Format != "combo" || len(got.records) < 200 {
			t.Errorf("%q makes it %s of %d records", dirt, got.Format, len(got.records))
		}
	}
}

func TestRead_demanded_format_beats_the_content(t *testing.T) {
	sql := "CREATE TABLE x:y\nalice@example.com:pw\n"
	read(t, []byte(sql), Options{}).wantReport(t, StatusSkipped, "sql", "SQL")
	read(t, []byte(sql), Options{Format: "combo"}).wantReport(t, StatusRead, "combo", "")
	in := Input{Path: "-", Meta: Meta{Format: "ulp"}}
	opts := Options{Stdin: strings.NewReader(sql)}
	readInput(t, in, opts).wantReport(t, StatusRead, "ulp", "")
	opts = Options{Stdin: strings.NewReader(sql), Format: "combo"}
	readInput(t, in, opts).wantReport(t, StatusRead, "combo", "")

	packed := gzipped(t, []byte(sql))
	read(t, packed, Options{Format: "combo"}).wantReport(t, StatusRead, "combo", "")
	_, err := Read(t.Context(), in, Options{Format: "nonsense"}, nil)
	if err == nil || !strings.Contains(err.Error(), `unknown format "nonsense": want one of auto, combo`) {
		t.Errorf("got %v", err)
	}
}

func TestRead_input_that_cannot_be_opened_is_skipped(t *testing.T) {
	got := readInput(t, Input{Path: filepath.Join(t.TempDir(), "gone")}, Options{})
	got.wantReport(t, StatusSkipped, "", "no such file or directory")
	got = readInput(t, Input{Path: "x", Err: errors.New("it is a device")}, Options{})
	got.wantReport(t, StatusSkipped, "", "it is a device")
}

func TestRead_stops_at_an_error_of_the_caller(t *testing.T) {
	full := errors.New("no space left")
	opts := Options{Stdin: strings.NewReader(strings.Repeat(oneLine, 100)), BlockSize: 10}
	calls := 0
	_, err := Read(t.Context(), Input{Path: "-"}, opts, func(*Block) error { calls++; return full })
	if !errors.Is(err, full) || calls != 1 {
		t.Errorf("got %v after %d blocks", err, calls)
	}
}

func TestRead_waiting_for_a_pipe_can_be_cancelled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(file, 0o600); err != nil {
		t.Skip(err)
	}
	writer, err := os.OpenFile(file, os.O_RDWR, 0) // both ends, so that opening does not wait
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	if _, err := writer.WriteString(oneLine); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = Read(ctx, Input{Path: file, Size: -1}, Options{}, func(*Block) error { return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want that the time is over", err)
	}
}

// TestRead_100_MB_line shows that no line is held in memory beyond the limit.
func TestRead_100_MB_line(t *testing.T) {
	const size = 100 << 20
	opts := Options{Stdin: io.MultiReader(strings.NewReader(oneLine),
		io.LimitReader(endless("x"), size), strings.NewReader("\nbob@example.org:pw2\n"))}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	got := readInput(t, Input{Path: "-"}, opts)
	runtime.ReadMemStats(&after)
	got.wantReport(t, StatusPartial, "combo", "1 record over the limit of 1 MiB was not read")
	wantCuts(t, got.firstCuts(), []string{"alice@example.com=pw", "bob@example.org=pw2"})
	want := Reject{Position: Position{Offset: int64(len(oneLine)), Length: size, Line: 2}, Reason: ReasonTooLong}
	if len(got.rejects) != 1 || got.rejects[0].Reject != want {
		t.Errorf("got rejects %+v, want %+v", got.rejects, want)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
		t.Errorf("%d MiB were allocated", used>>20)
	}
}
