package stream_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts/internal/stream"
)

// TestOpen_of_a_file_that_changes: whoever writes to an export that is read, cuts it or goes on with it, is told of, and a
// shorter table is never taken for all of it.
func TestOpen_of_a_file_that_changes(t *testing.T) {
	t.Parallel()
	const size = 1 << 20 // more than is read ahead
	content := strings.Repeat("u1,user1@example.com\n", size/21)
	for name, test := range map[string]struct {
		change func(t *testing.T, f *os.File)
		want   string // nothing: it is read to its end
	}{
		"unchanged": {func(*testing.T, *os.File) {}, ""},
		"shrinks":   {func(t *testing.T, f *os.File) { must(t, f.Truncate(size/2)) }, "it changed while it was read, from 1048572 bytes to 524288"},
		"grows": {func(t *testing.T, f *os.File) {
			_, err := f.WriteAt([]byte("u2,user2@example.com\n"), int64(len(content)))
			must(t, err)
		}, "it changed while it was read, from 1048572 bytes to 1048593"},
		"written again": {func(t *testing.T, f *os.File) {
			_, err := f.WriteAt([]byte(content), 0)
			must(t, err)
			must(t, os.Chtimes(f.Name(), time.Time{}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)))
		}, "it was written to while it was read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "accounts.csv")
			must(t, os.WriteFile(path, []byte(content), 0o600))
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			must(t, err)
			defer f.Close()
			s, err := stream.Open(path)
			must(t, err)
			defer s.Close()
			s.StartRow()
			if _, err := s.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			test.change(t, f)
			for {
				s.StartRow()
				if _, err = s.ReadString('\n'); err != nil {
					break
				}
			}
			if test.want == "" && err != io.EOF || test.want != "" && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
