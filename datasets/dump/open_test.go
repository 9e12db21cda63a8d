package dump_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

func TestRead_input_that_cannot_be_opened_is_skipped(t *testing.T) {
	t.Parallel()
	got := dumptest.ReadInput(t, dump.Input{Path: filepath.Join(t.TempDir(), "gone")}, dump.Options{})
	got.WantReport(t, dump.StatusSkipped, "", "no such file or directory")
	got = dumptest.ReadInput(t, dump.Input{Path: "x", Err: errors.New("it is a device")}, dump.Options{})
	got.WantReport(t, dump.StatusSkipped, "", "it is a device")
}

func TestRead_waiting_for_a_pipe_can_be_cancelled(t *testing.T) {
	t.Parallel()
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
	_, err = dump.Read(ctx, dump.Input{Path: file, Size: -1}, dump.Options{}, func(*dump.Block) error { return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want that the time is over", err)
	}
}

func TestRead_pipe_without_a_writer_can_be_cancelled(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(file, 0o600); err != nil {
		t.Skip(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := dump.Read(ctx, dump.Input{Path: file, Size: -1}, dump.Options{}, func(*dump.Block) error { return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want that the time is over", err)
	}
}

// memory opens files that lie in memory, as a bucket would its objects.
func memory(files fstest.MapFS) func(context.Context, string) (fs.File, error) {
	return func(_ context.Context, path string) (fs.File, error) { return files.Open(path) }
}

func TestOptions_Open_reads_what_is_no_file_of_the_system(t *testing.T) {
	t.Parallel()
	list := strings.Repeat(listText, 1000)
	zip := dumptest.Zipped(t, dumptest.Packed("a.txt", list))
	rest, cut := zip[100:], zip[:100]
	for _, test := range []struct {
		name   string
		files  fstest.MapFS
		status dump.Status
		say    string
	}{
		{"text", fstest.MapFS{"x": {Data: []byte(list)}}, dump.StatusRead, ""},
		{"gzip", fstest.MapFS{"x": {Data: dumptest.Gzipped(t, []byte(list))}}, dump.StatusRead, ""},
		{"zip", fstest.MapFS{"x": {Data: zip}}, dump.StatusRead, ""},
		{"zip_in_parts", fstest.MapFS{"x": {Data: cut}, "y": {Data: rest}}, dump.StatusRead, ""},
		{"zip_as_a_stream", fstest.MapFS{"x": {Data: zip, Mode: fs.ModeNamedPipe}}, dump.StatusRead, ""},
		{"gone", fstest.MapFS{"y": {}}, dump.StatusSkipped, "file does not exist"},
		{"second_part_gone", fstest.MapFS{"x": {Data: cut}}, dump.StatusPartial, "cut off"},
		{"parquet", fstest.MapFS{"x": {Data: []byte("PAR1\x15\x04xx")}}, dump.StatusSkipped, "Parquet"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := dump.Input{Path: "x", Size: -1}
			var whole []byte
			if f := test.files["x"]; f != nil {
				whole = f.Data
			}
			if f := test.files["y"]; f != nil && whole != nil {
				in.Parts, whole = []string{"y"}, append(whole[:len(whole):len(whole)], f.Data...)
			}
			opts := dump.Options{
				Open:   memory(test.files),
				Limits: dump.Limits{Held: 1}, // what is read in place is not held
			}
			if test.name == "zip_as_a_stream" {
				opts.Limits.Held = 0
			}
			got := dumptest.ReadInput(t, in, opts)
			got.WantReport(t, test.status, got.Format, test.say)
			if test.status == dump.StatusRead && len(got.Records) != 2000 {
				t.Errorf("got %d records", len(got.Records))
			}
			if sum := sha256.Sum256(whole); whole != nil &&
				(got.Bytes != int64(len(whole)) || got.SHA256 != hex.EncodeToString(sum[:])) {
				t.Errorf("got %d bytes of %d and the digest %s", got.Bytes, len(whole), got.SHA256)
			}
		})
	}
}

// TestOptions_Open_closes_what_it_opened: what was opened is closed, also where a part is missing.
func TestOptions_Open_closes_what_it_opened(t *testing.T) {
	t.Parallel()
	open, closed := 0, 0
	files := fstest.MapFS{"x": {Data: []byte(oneLine)}, "y": {Data: []byte(oneLine)}}
	opts := dump.Options{Open: func(_ context.Context, path string) (fs.File, error) {
		f, err := files.Open(path)
		if err == nil {
			open++
		}
		return counting{f, &closed}, err
	}}
	dumptest.ReadInput(t, dump.Input{Path: "x", Parts: []string{"y"}}, opts).
		WantReport(t, dump.StatusRead, "combo", "")
	dumptest.ReadInput(t, dump.Input{Path: "x", Parts: []string{"gone"}}, opts).
		WantReport(t, dump.StatusSkipped, "", "file does not exist")
	if open != 3 || closed != 3 {
		t.Errorf("%d were opened and %d closed, want 3", open, closed)
	}
}

// counting is a file that is read as a stream, and counts what is closed.
type counting struct {
	fs.File
	closed *int
}

func (c counting) Close() error { *c.closed++; return c.File.Close() }
