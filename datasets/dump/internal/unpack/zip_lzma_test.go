package unpack_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// TestWalk_lzma_in_zip_that_is_damaged keeps what was whole, and computes nothing that costs too much.
func TestWalk_lzma_in_zip_that_is_damaged(t *testing.T) {
	t.Parallel()
	whole := dumptest.SevenZipped(t, []string{"-tzip", "-mm=lzma"}, "list.txt", strings.Repeat(listText, 3000))
	properties := bytes.Index(whole, []byte{0x5d, 0, 0}) // lc, lp, pb as everybody sets them, a dictionary
	if properties < 0 {
		t.Fatal("7z wrote other properties than expected")
	}
	for _, test := range []struct {
		name   string
		at     int
		change []byte
		reason string
	}{
		{"dictionary_of_4_GiB", properties + 1, []byte{255, 255, 255, 255}, "dictionary"},
		{"properties_of_another_length", properties - 2, []byte{6}, "properties"},
		{"another_stream", properties + 9, []byte{1, 2, 3, 4, 5, 6, 7, 8}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			damaged := bytes.Clone(whole)
			copy(damaged[test.at:], test.change)
			got := dumptest.Read(t, damaged, dump.Options{})
			if got.Failed != nil || got.Status == dump.StatusRead || got.Err == nil ||
				!strings.Contains(got.Err.Error(), test.reason) {
				t.Errorf("read as %s: %v, %v", got.Status, got.Err, got.Failed)
			}
		})
	}
}
