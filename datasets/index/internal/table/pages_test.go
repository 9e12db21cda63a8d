package table_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/index/internal/table"
)

// written makes a data file of the bytes and describes it.
func written(t *testing.T, data []byte) (string, table.FileMeta) {
	t.Helper()
	dir := t.TempDir()
	f, err := table.Create(dir, "data")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(data); err != nil {
		t.Fatal(err)
	}
	meta, err := f.Finish(1)
	if err != nil {
		t.Fatal(err)
	}
	return dir, meta
}

func TestReadWhole(t *testing.T) {
	t.Parallel()
	data := bytes.Repeat([]byte("made up, "), 300_000) // several blocks and a part of a page
	dir, meta := written(t, data)
	got, free, err := table.ReadWhole(context.Background(), dir, meta)
	if err != nil {
		t.Fatal(err)
	}
	defer free()
	if !bytes.Equal(got, data) {
		t.Error("the file came back different")
	}
}

// Whatever byte of a file or of its list of digests changes: who reads it whole is told, and so is who maps it
// and asks for everything.
func TestReadWhole_and_Map_refuse_damage(t *testing.T) {
	t.Parallel()
	data := keyFile(t, uniform(4000))
	dir, meta := written(t, data)
	for _, name := range []string{"data", "data" + table.SumsSuffix} {
		path := filepath.Join(dir, name)
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for at := 0; at < len(good); at += 1 + len(good)/50 {
			bad := bytes.Clone(good)
			bad[at] ^= 1
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, _, err := table.ReadWhole(context.Background(), dir, meta); err == nil {
				t.Errorf("%s byte %d: ReadWhole did not notice", name, at)
			}
			if err := useAll(dir, meta); err == nil || !strings.Contains(err.Error(), "damaged") {
				t.Errorf("%s byte %d: %v", name, at, err)
			}
		}
		if err := os.WriteFile(path, good, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := useAll(dir, meta); err != nil {
		t.Error(err)
	}
}

// useAll maps a table of keys and checks every page of it.
func useAll(dir string, meta table.FileMeta) error {
	var failed table.Failure
	pages, unmap, err := table.Map(dir, meta, &failed)
	if err != nil {
		return err
	}
	defer func() { _ = unmap() }() // only read
	c, err := table.Parse(pages, keySchema)
	if err != nil {
		return err
	}
	return c.VerifyAll(context.Background(), 2)
}
