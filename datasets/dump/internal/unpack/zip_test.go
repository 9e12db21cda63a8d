package unpack_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

func TestWalk_zip_entries_are_members(t *testing.T) {
	t.Parallel()
	archive := dumptest.Zipped(t,
		dumptest.Packed("list.txt", oneLine+"bob@example.org:pw2"),
		dumptest.Entry{Name: "folder/"},
		dumptest.Packed("folder/leak.csv", "email,password\ncarol@example.com,pw3\n"),
		dumptest.Packed("folder/again.txt.gz", string(dumptest.Gzipped(t, []byte(oneLine)))),
		dumptest.Packed("inner.zip", string(dumptest.Zipped(t, dumptest.Entry{Name: "stored", Text: oneLine}))),
		dumptest.Packed("__MACOSX/._list.txt", "\x00\x05\x16\x07"),
		dumptest.Packed("nothing.txt", ""),
	)
	want := "list.txt alice@example.com=pw|list.txt bob@example.org=pw2|" +
		"folder/leak.csv carol@example.com=pw3|folder/again.txt.gz alice@example.com=pw|" +
		"inner.zip/stored alice@example.com=pw"
	for name, got := range map[string]dumptest.Outcome{
		"file":   dumptest.ReadFile(t, "any.name", archive, dump.Options{}),
		"stream": dumptest.Read(t, archive, dump.Options{}),
		"gzip":   dumptest.Read(t, dumptest.Gzipped(t, archive), dump.Options{}),
	} {
		t.Run(name, func(t *testing.T) {
			got.WantReport(t, dump.StatusRead, "combo+csv", "")
			var members []string
			for _, r := range got.Records {
				members = append(members, r.Member+" "+r.Cuts[0])
			}
			if text := strings.Join(members, "|"); text != want {
				t.Errorf("got %s\nwant %s", text, want)
			}
		})
	}
}

func TestWalk_split_zip_is_refused(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "list.txt")
	if err := os.WriteFile(file, []byte(dumptest.Noise(200_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	dumptest.Run(t, nil, "zip", "-q", "-j", "-s", "64k", filepath.Join(folder, "x.zip"), file)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	onlyInput(t, folder).WantReport(t, dump.StatusSkipped, "", "zip -s 0")
	first := filepath.Join(folder, "x.z01")
	dumptest.ReadInput(t, dump.Input{Path: first}, dump.Options{}).WantReport(t, dump.StatusSkipped, "zip", "zip -s 0")
}
