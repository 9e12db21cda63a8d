package unchanged_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/internal/unchanged"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	must := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	tests := map[string]struct {
		change func(t *testing.T, path string, was os.FileInfo)
		want   string // nothing: it is what it was
	}{
		"nothing": {func(*testing.T, string, os.FileInfo) {}, ""},
		"longer":  {func(t *testing.T, path string, _ os.FileInfo) { must(t, os.Truncate(path, 20)) }, "from 10 bytes to 20"},
		"shorter": {func(t *testing.T, path string, _ os.FileInfo) { must(t, os.Truncate(path, 2)) }, "from 10 bytes to 2"},
		"another time": {func(t *testing.T, path string, was os.FileInfo) {
			must(t, os.Chtimes(path, time.Time{}, was.ModTime().Add(time.Second)))
		}, "written to"},
		"chmod":  {func(t *testing.T, path string, _ os.FileInfo) { must(t, os.Chmod(path, 0o640)) }, ""},
		"linked": {func(t *testing.T, path string, _ os.FileInfo) { must(t, os.Link(path, path+"2")) }, ""},
	}
	if runtime.GOOS == "linux" {
		tests["written, and the time put back"] = struct {
			change func(t *testing.T, path string, was os.FileInfo)
			want   string
		}{func(t *testing.T, path string, was os.FileInfo) {
			must(t, os.WriteFile(path, []byte("9876543210"), 0o600))
			must(t, os.Chtimes(path, time.Time{}, was.ModTime()))
		}, "written to"}
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "x")
			must(t, os.WriteFile(path, []byte("0123456789"), 0o600))
			must(t, os.Chtimes(path, time.Time{}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)))
			f, err := os.Open(path)
			must(t, err)
			defer f.Close()
			was, err := f.Stat()
			must(t, err)
			time.Sleep(20 * time.Millisecond) // times of a file system are as fine as its clock
			test.change(t, path, was)
			is, err := f.Stat()
			must(t, err)
			got := unchanged.Check(was, is)
			if test.want == "" && got != nil || test.want != "" && (got == nil || !strings.Contains(got.Error(), test.want)) {
				t.Errorf("got %v, want %q", got, test.want)
			}
		})
	}
}
