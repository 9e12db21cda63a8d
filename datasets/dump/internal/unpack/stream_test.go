package unpack_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

func TestWalk_several_gzip_members_are_one_text(t *testing.T) {
	t.Parallel()
	half := len(oneLine) / 2
	data := append(dumptest.Gzipped(t, []byte(oneLine[:half])), dumptest.Gzipped(t, []byte(oneLine[half:]))...)
	got := dumptest.Read(t, data, dump.Options{})
	got.WantReport(t, dump.StatusRead, "combo", "")
	dumptest.WantCuts(t, got.FirstCuts(), []string{"alice@example.com=pw"})
}

func TestWalk_damaged_gzip_is_partial(t *testing.T) {
	t.Parallel()
	data := dumptest.Gzipped(t, []byte(strings.Repeat(oneLine, 10)+"bob@example.org:cu"))
	data[len(data)-8] ^= 1 // of the checksum
	got := dumptest.Read(t, data, dump.Options{})
	got.WantReport(t, dump.StatusPartial, "combo", "the gzip stream is damaged")
	if reasons := fmt.Sprint(got.Reasons()); len(got.Records) != 10 || reasons != "[read_error]" {
		t.Errorf("got %d records and rejects %s", len(got.Records), reasons)
	}
}
