package dump

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// processorTime is what this process has used of all processors. Unlike the time on the wall it does not
// grow with what else the machine does.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func TestCSV_quotes_in_every_field_take_linear_time(t *testing.T) {
	text := "email,password\n" + strings.Repeat("\"a\nb\",", 200_000) + "\"a\n\"x\n"
	start := processorTime(t)
	got := read(t, []byte(text), Options{})
	if took := processorTime(t) - start; got.err != nil || took > 2*time.Second {
		t.Errorf("it took %v (%v)", took, got.err)
	}
	wantBalance(t, text, "email,password", got)
}

func TestCSV_scanning_for_the_last_row_can_be_interrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	data := []byte(strings.Repeat("\"a@example.com\",b\n", 10_000))
	table := &table{rows: rows{delimiter: ',', count: 2}, lines: lines{'\n'}}
	if got := table.lastWithin(ctx, data); got != len(data) {
		t.Errorf("the last row ends at %d, want %d", got, len(data))
	}
	cancel()
	if got := table.lastWithin(ctx, data); got > len(data)/10 {
		t.Errorf("it went on up to %d of %d", got, len(data))
	}
}

func TestCSV_position_of_what_stands_above(t *testing.T) {
	text := byteOrderMark + "# leaked\r\n\r\n<made up>\r\nemail,password\r\nalice@example.com,pw\r\n"
	got := read(t, []byte(text), Options{BlockSize: 1})
	got.wantReport(t, StatusRead, "csv", "")
	want := []Reject{
		{Position: Position{Offset: 3, Length: 8, Line: 1}, Reason: ReasonNotARecord},
		{Position: Position{Offset: 15, Length: 9, Line: 3}, Reason: ReasonNotARecord},
	}
	for i, r := range got.rejects {
		if len(got.rejects) != len(want) || r.Reject != want[i] {
			t.Errorf("got reject %+v, want %+v", r.Reject, want)
		}
	}
	below := Position{Offset: 42, Length: 20, Line: 5}
	if r := got.records[0]; len(got.rejects) != 2 || r.Position != below {
		t.Errorf("got the record at %+v and %d rejects", r.Position, len(got.rejects))
	}
}

func TestCSV_a_list_above_a_header_is_read_as_a_list(t *testing.T) {
	got := read(t, []byte(oneLine+"email,password\nbob@example.org,pw\n"), Options{})
	got.wantReport(t, StatusRead, "combo", "")
	if len(got.records) != 2 {
		t.Errorf("got %d records, want both", len(got.records))
	}
}

func TestCSV_only_a_header_is_empty(t *testing.T) {
	for _, text := range []string{"email,password\n", "email,password", "\n\nemail,password\n\n \n"} {
		read(t, []byte(text), Options{}).wantReport(t, StatusSkipped, "", "the dump is empty")
	}
	got := read(t, []byte("# x\nemail,password\n"), Options{})
	if !slices.Equal(got.reasons(), []string{"not_a_record"}) || got.Status != StatusRead {
		t.Errorf("below a banner: got %s with rejects %q", got.Status, got.reasons())
	}
}

func TestCombo_hostile_line_costs_little(t *testing.T) {
	line := []byte("9:" + strings.Repeat(`"a@example.com":`, 62) + strings.Repeat(`""`, 400_000) + `"`)
	var c cutter
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := processorTime(t)
	const times = 10
	for range times {
		if reason := c.line(line); reason != "" || c.n != maxCuts {
			t.Fatalf("got %d cuts (%s)", c.n, reason)
		}
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 32<<20 {
		t.Errorf("it took %d MiB of memory", n>>20)
	}
	if d := processorTime(t) - start; d > 2*time.Second {
		t.Errorf("%d lines took %v", times, d)
	}
}

func TestCombo_addresses_alone_are_rejects(t *testing.T) {
	got := read(t, []byte(strings.Repeat("alice@example.com\n", 9)), Options{})
	if len(got.records) > 0 || len(got.rejects) != 9 || got.rejects[0].Reason != ReasonNoSeparator {
		t.Errorf("got %d records and rejects %q", len(got.records), got.reasons())
	}
}

func TestRead_lists_that_begin_like_other_kinds(t *testing.T) {
	rest := strings.Repeat(oneLine, 9)
	ustar := make([]byte, 257)
	for i := range ustar {
		ustar[i] = 'x'
	}
	for _, start := range []string{
		"LZIPpo@example.com:pw", "ARROW1@example.com:pw", "PGDMP@example.com:pw",
		"TAPE@example.com:pw", "MSSQLBAK@example.com:pw",
		"PAR1@example.com:pw-and-more", "GIF89a@example.com:pw", string(ustar) + "ustar:pw",
		"[[ free combo ]]", "{} {} {}", "[]", "{{ made up }}", `["free"]`,
	} {
		got := read(t, []byte(start+"\n"+rest), Options{})
		if got.Status != StatusRead || got.Format != "combo" || len(got.records) < 9 {
			t.Errorf("%.20q: got %s as %q with %d records (%v)",
				start, got.Status, got.Format, len(got.records), got.Err)
		}
	}
	for _, start := range []string{"%PDF-x@example.com:pw\n", "{\\rtf@example.com:pw\n"} {
		got := read(t, []byte(start+rest), Options{Format: "combo"})
		got.wantReport(t, StatusRead, "combo", "")
		if len(got.records) != 10 {
			t.Errorf("%q: got %d records, want 10", start, len(got.records))
		}
		if got := read(t, []byte(start+rest), Options{}); got.Status != StatusSkipped {
			t.Errorf("%q: got %s when nothing is demanded", start, got.Status)
		}
	}
	for start, kind := range map[string]string{
		"LZIP\x01\x0c": "lzip", "ARROW1\x00\x00": "arrow", "PGDMP\x01\x0e": "pgdump",
		"GIF89a\x01\x00\x01": "image", "PAR1\x15\x04": "parquet",
	} {
		if got := read(t, []byte(start), Options{}); got.Status != StatusSkipped || got.Format != kind {
			t.Errorf("%q: got %s as %q, want skipped as %q", start, got.Status, got.Format, kind)
		}
	}
}

func TestRead_pipe_without_a_writer_can_be_cancelled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(file, 0o600); err != nil {
		t.Skip(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := Read(ctx, Input{Path: file, Size: -1}, Options{}, func(*Block) error { return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want that the time is over", err)
	}
}

func TestList_hidden_files_are_dumps(t *testing.T) {
	dir := folder(t, map[string]string{
		"d/.x": "a", "d/.y/z": "a", "d/.DS_Store": "a", "d/._x": "a", "d/.git/x": "a",
		"d/.run.partial-1/x": "a", "d/.x.meta.yaml": "name: x",
	})
	wantPaths(t, listed(t, dir, filepath.Join(dir, "d")), []string{"d/.x", "d/.y/z"})
}

func TestList_a_run_is_no_dump(t *testing.T) {
	dir := folder(t, map[string]string{
		"d/x": "a", "d/run/manifest.json": "{}", "d/run/at_risk.csv": "email,password\n",
		"d/run/rejects.csv": "", "d/late/manifest.json": "{}", "d/late/held/at_risk.csv": "",
		"d/other/manifest.json": "{}",
	})
	const sentence = " [it is a run of credsieve, not a dump]"
	wantPaths(t, listed(t, dir, filepath.Join(dir, "d")), []string{
		"d/late" + sentence, "d/other/manifest.json", "d/run" + sentence, "d/x",
	})
	inputs, err := List(t.Context(), []string{filepath.Join(dir, "d/run")})
	if err != nil || len(inputs) != 1 || !errors.Is(inputs[0].Err, ErrNotPasswords) {
		t.Errorf("named by itself it is %+v (%v)", inputs, err)
	}
}

func TestSQL_what_never_ends_is_a_reject(t *testing.T) {
	const start = "INSERT INTO users (email, password) VALUES ('a@example.com', 'x');\n"
	const more = "INSERT INTO users (email, password) VALUES (3, 'b@example.com', 7);\n"
	for name, open := range map[string]string{
		"comment":        "/* made up\n" + strings.Repeat(more, 9),
		"comment_inside": "/* made up\n" + strings.Repeat(more, 20_000),
		"quote":          "'made up\n" + strings.ReplaceAll(more, "'", ""),
		"name":           "`made up\n" + strings.ReplaceAll(more, "`", ""),
	} {
		t.Run(name, func(t *testing.T) {
			text := start + "\nDROP TABLE x;\n\nDROP TABLE " + open
			if name == "comment_inside" { // a record reads on behind it
				text = start + "\nSET x = 1;\n\nDROP TABLE " + open
			}
			for _, size := range []int{1, 1 << 20} {
				got := read(t, []byte(text), Options{BlockSize: size})
				got.wantReport(t, StatusPartial, "sql", "in the middle of a comment or a quoted text")
				at := strings.Index(text, open)
				want := Reject{Reason: ReasonUnfinished}
				want.Position = Position{Offset: int64(at), Length: int64(len(open)), Line: 5}
				if len(got.records) != 1 || len(got.rejects) != 1 || got.rejects[0].Reject != want {
					t.Errorf("got %d records, rejects %+v, want %+v", len(got.records), got.rejects, want)
				}
			}
		})
	}
}

func TestSQL_lines_are_counted_over_long_statements(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("CREATE TABLE t (\n")
	for range 60_000 {
		b.WriteString("  x INT,\n")
	}
	b.WriteString("y INT);\nINSERT INTO users (email, password) VALUES\n('a@example.com', 'x');\n")
	got := read(t, b.Bytes(), Options{})
	if len(got.records) != 1 || got.records[0].Line != 60_004 {
		t.Errorf("got records %+v, want one on line 60004", got.records)
	}
}

func TestStealerLog_unknown_key_between_login_and_password(t *testing.T) {
	block := "URL: https://example.com/\nEmail: alice@example.com\nName: x\nPassword: made up\n\n"
	for _, n := range []int{1, 50} {
		got := read(t, []byte(strings.Repeat(block, n)), Options{})
		got.wantReport(t, StatusRead, "stealer_log", "")
		wantCuts(t, got.firstCuts(), slices.Repeat([]string{"alice@example.com=made up"}, n))
	}
	list := strings.Repeat("login: x\n"+oneLine+"pass: y\n"+oneLine, 9)
	if got := read(t, []byte(list), Options{}); got.Format != "combo" {
		t.Errorf("a list with such lines is read as %q", got.Format)
	}
}
