package dump

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
	for _, test := range []struct {
		data  []byte
		names []string
	}{
		{fixture(t, "solid.7z"), []string{"x.7z.001", "x.7z.002", "x.7z.003"}},
		{fixture(t, "bzip2.zip"), []string{"x.zip.001", "x.zip.002"}},
		{gzipped(t, []byte(listText)), []string{"x.001", "x.002", "x.003", "x.004"}},
		{[]byte(listText), []string{"x.0001", "x.0002"}},
	} {
		folder, paths := parted(t, test.data, test.names...)
		sum := sha256.Sum256(test.data)
		reversed := []string{paths[1], paths[0]}
		for name, given := range map[string][]string{
			"folder": {folder}, "first": paths[:1], "all": paths, "wrong_order": reversed,
		} {
			t.Run(test.names[0]+"/"+name, func(t *testing.T) {
				inputs, err := List(t.Context(), given)
				if err != nil || len(inputs) != 1 {
					t.Fatalf("got %v, %v", inputs, err)
				}
				in := inputs[0]
				if in.Path != paths[0] || in.Size != int64(len(test.data)) || len(in.Parts) != len(paths)-1 {
					t.Errorf("got %+v", in)
				}
				var seen int64
				got := readInput(t, in, Options{Progress: func(n int64) { seen += n }})
				got.wantReport(t, StatusRead, got.Format, "")
				wantCuts(t, got.firstCuts()[:2], listCuts)
				if got.SHA256 != hex.EncodeToString(sum[:]) || got.Bytes != in.Size || seen != in.Size {
					t.Errorf("got %d bytes, progress %d and digest %s", got.Bytes, seen, got.SHA256)
				}
			})
		}
	}
}

func TestList_names_that_are_no_parts(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"x.1", "x.2", "y.002", "z.part2.rar", "a.r00", "b.rar", "1", "2"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(oneLine), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	inputs, err := List(t.Context(), []string{folder})
	if err != nil || len(inputs) != 8 {
		t.Errorf("got %d inputs, %v", len(inputs), err)
	}
}

func TestRead_missing_part_is_partial(t *testing.T) {
	list := []byte(strings.Repeat(listText, 10) + noise(100_000))
	folder, paths := parted(t, gzipped(t, list), "x.gz.001", "x.gz.002", "x.gz.003", "x.gz.004")
	if err := os.Remove(paths[2]); err != nil {
		t.Fatal(err)
	}
	inputs, err := List(t.Context(), []string{folder})
	if err != nil || len(inputs) != 2 { // the last part cannot be told from anything else
		t.Fatalf("got %v, %v", inputs, err)
	}
	got := readInput(t, inputs[0], Options{})
	got.wantReport(t, StatusPartial, "combo", "the gzip stream ends early")
	if len(got.records) < 20 {
		t.Errorf("got %d records", len(got.records))
	}
}

func TestRead_split_zip_is_refused(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "list.txt")
	if err := os.WriteFile(file, []byte(noise(200_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, nil, "zip", "-q", "-j", "-s", "64k", filepath.Join(folder, "x.zip"), file)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	onlyInput(t, folder).wantReport(t, StatusSkipped, "", "zip -s 0")
	first := filepath.Join(folder, "x.z01")
	readInput(t, Input{Path: first}, Options{}).wantReport(t, StatusSkipped, "zip", "zip -s 0")
}

func TestDisk_reads_across_files(t *testing.T) {
	data := []byte(noise(1000))
	_, paths := parted(t, data, "a", "b", "c", "d", "e", "f", "g")
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := openDisk(Input{Path: paths[0], Parts: append([]string{empty}, paths[1:]...)})
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	for at := range data {
		for _, n := range []int{1, 142, 143, 144, 600} {
			got := make([]byte, n)
			k, err := d.ReadAt(got, int64(at))
			want := data[at:min(at+n, len(data))]
			if !bytes.Equal(got[:k], want) || (err == nil) != (k == n) {
				t.Fatalf("at %d: got %d of %d bytes, %v", at, k, n, err)
			}
		}
	}
	_, err = openDisk(Input{Path: paths[0], Parts: []string{"gone"}})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// TestRead_opening_is_bounded: an archive may ask for any number of derivations.
func TestRead_opening_is_bounded(t *testing.T) {
	r := &reading{ctx: t.Context(), opened: maxOpening + 1}
	err := r.opening(func() error { return nil })
	if !errors.Is(err, errOverLimit) || !strings.Contains(fmt.Sprint(err), "to open") {
		t.Errorf("got %v", err)
	}
	r.opened = 0
	if err := r.opening(func() error { panic("a decoder") }); err != errDecoderFailed {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r.ctx = ctx
	if err := r.opening(func() error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestKeyring_tries_a_bounded_number(t *testing.T) {
	k := &keyring{passwords: make([]string, 10*maxPasswords)}
	tries := 0
	if k.try(func(string) error { tries++; return errLocked }) || tries != maxPasswords {
		t.Errorf("got %d tries", tries)
	}
	k = &keyring{passwords: []string{"a", "b", "c"}}
	k.try(func(p string) error {
		if p == "c" {
			return nil
		}
		return errLocked
	})
	if got := strings.Join(k.passwords, ""); got != "cab" {
		t.Errorf("got the order %s", got)
	}
}
