package unpack_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

func TestWalk_zip_that_was_cut_off(t *testing.T) {
	t.Parallel()
	list := strings.Repeat(oneLine, 5)
	archive := dumptest.Zipped(t, dumptest.Packed("a", list), dumptest.Packed("b", list), dumptest.Entry{Name: "c", Text: list},
		dumptest.Packed("last", list))
	directory := bytes.Index(archive, []byte("PK\x01\x02"))
	for _, test := range []struct{ keep, records int }{
		{directory, 15}, // a member without its descriptor could go on
		{directory + 10, 20}, {len(archive) - 1, 20}, {60, 0}, {10, 0},
	} {
		for _, got := range []dumptest.Outcome{
			dumptest.ReadFile(t, "a.zip", archive[:test.keep], dump.Options{}), dumptest.Read(t, archive[:test.keep], dump.Options{}),
		} {
			if got.Err == nil || !strings.Contains(got.Err.Error(), "the zip archive is cut off") {
				t.Errorf("cut to %d bytes: got %v", test.keep, got.Err)
			}
			if got.Status == dump.StatusRead || len(got.Records) < test.records {
				t.Errorf("cut to %d bytes: got %s and %d records, want %d",
					test.keep, got.Status, len(got.Records), test.records)
			}
		}
	}
}
