package dump_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

func TestRead_dirt_does_not_change_the_kind(t *testing.T) {
	t.Parallel()
	list := strings.Repeat(oneLine, 100)
	for _, dirt := range []string{
		"INSERT INTO x VALUES (1);\n", "{\"a\":1}\n", "login: x\n", "user: x\npass: y\n",
		"\x00\x01\x02\n", "{curly}@example.com:pw\n", "-- selling lists\n", "dn: \n"[:3] + "\n",
		"[bracket]:pw\n",
	} {
		got := dumptest.Read(t, []byte(list+dirt+list), dump.Options{})
		if got.Format != "combo" || len(got.Records) < 200 {
			t.Errorf("%q makes it %s of %d records", dirt, got.Format, len(got.Records))
		}
	}
}

func TestRead_demanded_format_beats_the_content(t *testing.T) {
	t.Parallel()
	sql := "CREATE TABLE x:y\nalice@example.com:pw\n"
	dumptest.Read(t, []byte(sql), dump.Options{}).WantReport(t, dump.StatusSkipped, "sql", "SQL")
	dumptest.Read(t, []byte(sql), dump.Options{Format: "combo"}).WantReport(t, dump.StatusRead, "combo", "")
	in := dump.Input{Path: "-", Meta: dump.Meta{Format: "ulp"}}
	opts := dump.Options{Stdin: strings.NewReader(sql)}
	dumptest.ReadInput(t, in, opts).WantReport(t, dump.StatusRead, "ulp", "")
	opts = dump.Options{Stdin: strings.NewReader(sql), Format: "combo"}
	dumptest.ReadInput(t, in, opts).WantReport(t, dump.StatusRead, "combo", "")

	packed := dumptest.Gzipped(t, []byte(sql))
	dumptest.Read(t, packed, dump.Options{Format: "combo"}).WantReport(t, dump.StatusRead, "combo", "")
	_, err := dump.Read(t.Context(), in, dump.Options{Format: "nonsense"}, nil)
	if err == nil || !strings.Contains(err.Error(), `unknown format "nonsense": want one of auto, combo`) {
		t.Errorf("got %v", err)
	}
}

func TestRead_stops_at_an_error_of_the_caller(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left")
	opts := dump.Options{Stdin: strings.NewReader(strings.Repeat(oneLine, 100)), BlockSize: 10}
	calls := 0
	_, err := dump.Read(t.Context(), dump.Input{Path: "-"}, opts, func(*dump.Block) error { calls++; return full })
	if !errors.Is(err, full) || calls != 1 {
		t.Errorf("got %v after %d blocks", err, calls)
	}
}

// TestRead_100_MB_line shows that no line is held in memory beyond the limit.
func TestRead_100_MB_line(t *testing.T) {
	const size = 100 << 20
	opts := dump.Options{Stdin: io.MultiReader(strings.NewReader(oneLine),
		io.LimitReader(endless("x"), size), strings.NewReader("\nbob@example.org:pw2\n"))}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	got := dumptest.ReadInput(t, dump.Input{Path: "-"}, opts)
	runtime.ReadMemStats(&after)
	got.WantReport(t, dump.StatusPartial, "combo", "1 record over the limit of 1 MiB was not read")
	dumptest.WantCuts(t, got.FirstCuts(), []string{"alice@example.com=pw", "bob@example.org=pw2"})
	want := leak.Reject{Position: leak.Position{Offset: int64(len(oneLine)), Length: size, Line: 2}, Reason: leak.ReasonTooLong}
	if len(got.Rejects) != 1 || got.Rejects[0].Reject != want {
		t.Errorf("got rejects %+v, want %+v", got.Rejects, want)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
		t.Errorf("%d MiB were allocated", used>>20)
	}
}

func TestRead_a_file_that_changes_meanwhile_is_partial(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(path string) error{
		"shrinks": func(path string) error { return os.Truncate(path, int64(len(oneLine))) },
		"grows":   func(path string) error { return os.Truncate(path, 1<<20) },
		"written": func(path string) error { return os.Chtimes(path, time.Time{}, time.Now().Add(time.Minute)) },
		"removed": os.Remove,
		"written, and the time put back": func(path string) error {
			was, err := os.Stat(path)
			if err != nil {
				return err
			}
			time.Sleep(20 * time.Millisecond) // times of a file system are as fine as its clock
			return errors.Join(os.WriteFile(path, bytes.Repeat([]byte("x"), int(was.Size())), 0o600),
				os.Chtimes(path, time.Time{}, was.ModTime()))
		},
		"nothing": func(string) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "x")
			if err := os.WriteFile(path, []byte(strings.Repeat(oneLine, 10_000)), 0o600); err != nil {
				t.Fatal(err)
			}
			changed := false
			report, err := dump.Read(t.Context(), dump.Input{Path: path}, dump.Options{BlockSize: 1 << 10},
				func(b *dump.Block) error {
					defer b.Release()
					if changed {
						return nil
					}
					changed = true
					return change(path)
				})
			want := dump.StatusPartial
			if name == "nothing" || name == "removed" {
				want = dump.StatusRead
			}
			if err != nil || report.Status != want {
				t.Errorf("it is %s: %v, %v", report.Status, report.Err, err)
			}
			if want == dump.StatusPartial && !strings.Contains(report.Err.Error(), "while it was read") {
				t.Errorf("the sentence is %v", report.Err)
			}
		})
	}
}

func TestRead_what_a_wrong_sidecar_describes_is_read_and_partial(t *testing.T) {
	t.Parallel()
	in := dump.Input{Path: "-", Spoiled: errors.New("the sidecar is wrong")}
	got := dumptest.ReadInput(t, in, dump.Options{Stdin: strings.NewReader(oneLine)})
	got.WantReport(t, dump.StatusPartial, "combo", "the sidecar is wrong")
	if len(got.Records) != 1 {
		t.Errorf("got %d records", len(got.Records))
	}
}
