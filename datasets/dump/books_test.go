package dump_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

func TestRead_members_of_an_archive_that_are_lost(t *testing.T) {
	t.Parallel()
	cut := dumptest.Gzipped(t, []byte(strings.Repeat(oneLine, 3)))
	for _, test := range []struct {
		name             string
		entries          []dumptest.Entry
		status           dump.Status
		format, sentence string
		records          int
	}{
		{"encrypted", []dumptest.Entry{dumptest.Packed("a", oneLine), {Name: "b", Text: "secret bytes", Flags: 1}},
			dump.StatusPartial, "combo", "1 entry is encrypted", 1},
		{"all_encrypted", []dumptest.Entry{{Name: "a", Text: "x", Flags: 1}, {Name: "b", Text: "y", Flags: 1}},
			dump.StatusSkipped, "zip", "2 entries are encrypted", 0},
		{"deflate64", []dumptest.Entry{dumptest.Packed("a", oneLine), {Name: "b", Text: "xyz", Method: 9}},
			dump.StatusPartial, "combo", `member "b": it is compressed by method 9`, 1},
		{"other_kind", []dumptest.Entry{dumptest.Packed("a", oneLine), dumptest.Packed("b.sql", "INSERT INTO t VALUES (1);\n")},
			dump.StatusPartial, "combo", `member "b.sql": it is an SQL dump`, 1},
		{"cut_member", []dumptest.Entry{dumptest.Packed("a", oneLine), dumptest.Packed("b.gz", string(cut[:len(cut)-9]))},
			dump.StatusPartial, "combo", `member "b.gz": the gzip stream ends early`, 4},
		{"office", []dumptest.Entry{dumptest.Packed("[Content_Types].xml", "<x/>"), dumptest.Packed("xl/a.xml", "<x/>")},
			dump.StatusSkipped, "office", "Office document", 0},
		{"too_deep", []dumptest.Entry{dumptest.Packed("a.gz.gz.gz",
			string(dumptest.Gzipped(t, dumptest.Gzipped(t, dumptest.Gzipped(t, []byte(oneLine))))))},
			dump.StatusSkipped, "gzip", "more than 3 containers deep", 0},
		{"deep", []dumptest.Entry{dumptest.Packed("a.gz.gz", string(dumptest.Gzipped(t, dumptest.Gzipped(t, []byte(oneLine)))))},
			dump.StatusRead, "combo", "", 1},
		{"hostile_name", []dumptest.Entry{dumptest.Packed("\x1b[2J\x00\xff.sql", "CREATE TABLE x")},
			dump.StatusSkipped, "sql", `member "?[2J??.sql": `, 0},
		{"no_entries", nil, dump.StatusSkipped, "", "the dump is empty", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := dumptest.ReadFile(t, "a.zip", dumptest.Zipped(t, test.entries...), dump.Options{})
			got.WantReport(t, test.status, test.format, test.sentence)
			if len(got.Records) != test.records {
				t.Errorf("got %d records, want %d", len(got.Records), test.records)
			}
		})
	}
}

func TestRead_many_lost_members_make_one_sentence(t *testing.T) {
	t.Parallel()
	entries := make([]dumptest.Entry, 500)
	for i := range entries {
		entries[i] = dumptest.Packed(fmt.Sprintf("%d.sql", i), "CREATE TABLE x")
	}
	got := dumptest.ReadFile(t, "a.zip", dumptest.Zipped(t, entries...), dump.Options{})
	got.WantReport(t, dump.StatusSkipped, "sql", "and 497 more of its members")
}
