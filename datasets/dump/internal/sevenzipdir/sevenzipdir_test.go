package sevenzipdir_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/sevenzipdir"
)

// folder is the directory of one file behind so many decoders, each LZMA2 with a dictionary of 256 MiB.
func folder(coders int, size string) string {
	text := "\x01\x04\x06\x00\x01\x09\x01\x00\x07\x0b\x01\x00" + string([]byte{byte(coders)}) + strings.Repeat("\x21\x21\x01\x20", coders)
	for i := range coders - 1 {
		text += string([]byte{byte(i + 1), byte(i)})
	}
	return text + "\x0c" + strings.Repeat(size, coders) + "\x00\x00\x05\x01\x11\x05\x00a\x00\x00\x00\x00\x00"
}

func TestRead_adds_up_what_decoders_hold(t *testing.T) {
	t.Parallel()
	const large, small = "\xf0\x00\x00\x00\x10", "\x07" // 256 MiB and 7 bytes to yield
	for name, test := range map[string]struct {
		text string
		want int64
		err  error
	}{
		"one":            {folder(1, large), 256 << 20, nil},
		"four":           {folder(4, large), 1 << 30, nil},
		"little_to_hold": {folder(2, small), 14, nil},
		"five":           {folder(5, large), 0, sevenzipdir.ErrTooMany},
		"cut":            {folder(2, large)[:20], 0, sevenzipdir.ErrFormat},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := sevenzipdir.Read([]byte(test.text), 1000)
			if !errors.Is(err, test.err) || err == nil && (got.Streams() != 1 || got.Needs(0) != test.want || got.IsLocked()) {
				t.Errorf("%d streams that need %d bytes, %v", got.Streams(), got.Needs(0), err)
			}
		})
	}
}

// FuzzRead: whatever a directory says, reading it ends, and nothing in it is taken for more than it may be.
func FuzzRead(f *testing.F) {
	f.Add([]byte(folder(1, "\xf0\x00\x00\x00\x10")))
	f.Add([]byte(folder(4, "\x07")))
	f.Add([]byte("\x01\x04\x06\x00\xf0\xff\xff\xff\x7f\x0a\x01"))
	f.Fuzz(func(t *testing.T, text []byte) {
		const limit = 1000
		got, err := sevenzipdir.Read(text, limit)
		if err == nil && got.Streams() > limit {
			t.Errorf("%d streams", got.Streams())
		}
		for i := range got.Streams() {
			if n := got.Needs(i); n < 0 || n > 32*4*sevenzipdir.MaxDictionary {
				t.Errorf("stream %d needs %d bytes", i, n)
			}
		}
	})
}
