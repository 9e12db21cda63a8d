package dump_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// parted writes data in parts into a folder.
func parted(t testing.TB, data []byte, names ...string) (folder string, paths []string) {
	t.Helper()
	folder = t.TempDir()
	size := (len(data) + len(names) - 1) / len(names)
	for i, name := range names {
		part := data[min(i*size, len(data)):min((i+1)*size, len(data))]
		paths = append(paths, filepath.Join(folder, name))
		if err := os.WriteFile(paths[i], part, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder, paths
}

func TestList_parts_are_one_input(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		data  []byte
		names []string
	}{
		{dumptest.Container(t, "solid.7z"), []string{"x.7z.001", "x.7z.002", "x.7z.003"}},
		{dumptest.Container(t, "bzip2.zip"), []string{"x.zip.001", "x.zip.002"}},
		{dumptest.Gzipped(t, []byte(listText)), []string{"x.001", "x.002", "x.003", "x.004"}},
		{[]byte(listText), []string{"x.0001", "x.0002"}},
	} {
		folder, paths := parted(t, test.data, test.names...)
		sum := sha256.Sum256(test.data)
		reversed := []string{paths[1], paths[0]}
		for name, given := range map[string][]string{
			"folder": {folder}, "first": paths[:1], "all": paths, "wrong_order": reversed,
		} {
			t.Run(test.names[0]+"/"+name, func(t *testing.T) {
				inputs, err := dump.List(t.Context(), given, dump.ListOptions{})
				if err != nil || len(inputs) != 1 {
					t.Fatalf("got %v, %v", inputs, err)
				}
				in := inputs[0]
				if in.Path != paths[0] || in.Size != int64(len(test.data)) || len(in.Parts) != len(paths)-1 {
					t.Errorf("got %+v", in)
				}
				var seen int64
				got := dumptest.ReadInput(t, in, dump.Options{Progress: func(n int64) { seen += n }})
				got.WantReport(t, dump.StatusRead, got.Format, "")
				dumptest.WantCuts(t, got.FirstCuts()[:2], listCuts)
				if got.SHA256 != hex.EncodeToString(sum[:]) || got.Bytes != in.Size || seen != in.Size {
					t.Errorf("got %d bytes, progress %d and digest %s", got.Bytes, seen, got.SHA256)
				}
			})
		}
	}
}

func TestList_names_that_are_no_parts(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, name := range []string{"x.1", "x.2", "y.002", "z.part2.rar", "a.r00", "b.rar", "1", "2"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(oneLine), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	inputs, err := dump.List(t.Context(), []string{folder}, dump.ListOptions{})
	if err != nil || len(inputs) != 8 {
		t.Errorf("got %d inputs, %v", len(inputs), err)
	}
}

func TestRead_missing_part_is_partial(t *testing.T) {
	t.Parallel()
	list := []byte(strings.Repeat(listText, 10) + dumptest.Noise(100_000))
	folder, paths := parted(t, dumptest.Gzipped(t, list), "x.gz.001", "x.gz.002", "x.gz.003", "x.gz.004")
	if err := os.Remove(paths[2]); err != nil {
		t.Fatal(err)
	}
	inputs, err := dump.List(t.Context(), []string{folder}, dump.ListOptions{})
	if err != nil || len(inputs) != 2 { // the last part cannot be told from anything else
		t.Fatalf("got %v, %v", inputs, err)
	}
	got := dumptest.ReadInput(t, inputs[0], dump.Options{})
	got.WantReport(t, dump.StatusPartial, "combo", "the gzip stream ends early")
	if len(got.Records) < 20 {
		t.Errorf("got %d records", len(got.Records))
	}
}
