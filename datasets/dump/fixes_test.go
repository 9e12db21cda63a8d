package dump

import (
	"bytes"
	"context"
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
