package unpack

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"
)

func TestParts_read_across_files(t *testing.T) {
	t.Parallel()
	data := make([]byte, 1000)
	for i := range data {
		data[i] = byte(i ^ i>>3)
	}
	files := fstest.MapFS{"empty": {}}
	paths := []string{"a", "empty", "b", "c", "d", "e", "f", "g"}
	for i, n := 0, 0; i < len(paths); i++ {
		if paths[i] != "empty" {
			part := data[min(n, len(data)):min(n+143, len(data))]
			files[paths[i]], n = &fstest.MapFile{Data: part}, n+143
		}
	}
	open := func(_ context.Context, path string) (fs.File, error) { return files.Open(path) }
	p, err := openParts(t.Context(), open, paths)
	if err != nil || !p.anyOrder() {
		t.Fatal(p, err)
	}
	defer p.close()
	for at := range data {
		for _, n := range []int{1, 142, 143, 144, 600} {
			got := make([]byte, n)
			k, err := p.ReadAt(got, int64(at))
			want := data[at:min(at+n, len(data))]
			if !bytes.Equal(got[:k], want) || (err == nil) != (k == n) {
				t.Fatalf("at %d: got %d of %d bytes, %v", at, k, n, err)
			}
		}
	}
	_, err = openParts(t.Context(), open, []string{"a", "gone"})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
