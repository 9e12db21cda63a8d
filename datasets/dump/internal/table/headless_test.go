package table_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/internal/table"
)

func TestCSV_headless(t *testing.T) {
	t.Parallel()
	digest := func(i int) string { return fmt.Sprintf("%032x", 0x1234567+i) }
	for _, test := range []struct {
		name string
		row  func(i int) string
		want []string // cuts of the second row
	}{
		{"comma", func(i int) string {
			return fmt.Sprintf("%d,al%d@example.com,Jane,Made-Up-%d,192.0.2.%d,2011-01-0%d\n", i, i, i, i, i+1)
		}, []string{"al1@example.com=Made-Up-1", "al1@example.com=Jane",
			"al1@example.com=Jane,Made-Up-1,192.0.2.1,2011-01-02", "Jane=Made-Up-1", "Made-Up-1=Jane"}},
		{"hash_only", func(i int) string {
			return fmt.Sprintf("%d;al%d@example.com;%s\n", i, i, digest(i))
		}, []string{"al1@example.com=" + digest(1)}},
		{"tab_null", func(i int) string {
			return fmt.Sprintf("%d\tal%d@example.com\tp w\\\\%d\t\\N\n", i, i, i)
		}, []string{`al1@example.com=p w\1`, "..."}},
		{"no_address", func(i int) string {
			return fmt.Sprintf("%d|user%c|Made-Up-%d|https://example.com/\n", i, 'a'+i, i)
		}, []string{"userb=Made-Up-1", "Made-Up-1=userb"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := dumptest.Read(t, []byte(numbered(6, test.row)), dump.Options{BlockSize: 16})
			got.WantReport(t, dump.StatusRead, "csv", "")
			if len(got.Records) != 6 || len(got.Rejects) > 0 {
				t.Fatalf("got %d records, %+v", len(got.Records), got.Rejects)
			}
			dumptest.WantCuts(t, got.Records[1].Cuts, test.want)
		})
	}
}

func TestCSV_headless_is_claimed_for_tables_only(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		row  func(i int) string
		want string
	}{
		"two_columns": {func(i int) string { return fmt.Sprintf("al%d@example.com;pw\n", i) }, "combo"},
		"few_agree": {func(i int) string {
			return fmt.Sprintf("al%d@example.com;pw%s\n", i, strings.Repeat(";x", i%3))
		}, "combo"},
		"captured": {func(i int) string {
			return fmt.Sprintf("al%d@example.com:pw | Plan = x | Until = y\n", i)
		}, "combo"},
		"urls": {func(i int) string {
			return fmt.Sprintf("https://example.com/|al%d@example.com|pw\n", i)
		}, "ulp"},
		"table": {func(i int) string { return fmt.Sprintf("%d,al%d@example.com,pw\n", i, i) }, "csv"},
	} {
		if got := dumptest.Read(t, []byte(numbered(9, test.row)), dump.Options{}); got.Format != test.want {
			t.Errorf("%s is read as %s, want %s", name, got.Format, test.want)
		}
	}
	few := numbered(table.HeadlessRows-1, func(i int) string { return fmt.Sprintf("a%d@example.com;x;y\n", i) })
	if got := dumptest.Read(t, []byte(few), dump.Options{}); got.Format != "combo" {
		t.Errorf("%d rows are read as %s", table.HeadlessRows-1, got.Format)
	}
}

// TestCSV_headless_is_typed_by_the_whole_sample has a beginning that looks like no table.
func TestCSV_headless_is_typed_by_the_whole_sample(t *testing.T) {
	t.Parallel()
	text := "# export\n" + numbered(5, func(i int) string { return fmt.Sprintf("%d,,,\n", i) }) +
		numbered(100, func(i int) string { return fmt.Sprintf("%d,al%d@example.com,pw-%d,x\n", i, i, i) })
	got := dumptest.Read(t, []byte(text), dump.Options{})
	got.WantReport(t, dump.StatusRead, "csv", "")
	if len(got.Records) != 100 || got.Records[7].Cuts[0] != "al7@example.com=pw-7" {
		t.Errorf("got %d records, %+v", len(got.Records), got.Records[:8])
	}
}

// TestCSV_headless_addresses_behind_the_sample has a column of addresses that is empty at first.
func TestCSV_headless_addresses_behind_the_sample(t *testing.T) {
	t.Parallel()
	text := numbered(4000, func(i int) string { return fmt.Sprintf("%d,NULL,user%c,Made-Up-%d\n", i, 'a'+i%26, i) }) +
		"4000,alice@example.com,ally,Made-Up-x\n"
	got := dumptest.Read(t, []byte(text), dump.Options{})
	got.WantReport(t, dump.StatusRead, "csv", "")
	last := got.Records[len(got.Records)-1].Cuts
	if len(got.Records) != 4001 || !slices.Contains(last, "alice@example.com=Made-Up-x") ||
		!slices.Contains(last, "ally=Made-Up-x") {
		t.Errorf("got %d records, the last is %q", len(got.Records), last)
	}
}
