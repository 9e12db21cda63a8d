package objects_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/objects"
	"github.com/credsieve/credsieve/datasets/objects/objectstest"
)

// seen is a tree below a URL as a file system, for the exam of the standard library.
type seen struct {
	t   *testing.T
	of  *objects.Tree
	url string
}

func (s seen) at(name string) string {
	if name == "." {
		return s.url
	}
	return s.url + "/" + name
}

func (s seen) Stat(name string) (fs.FileInfo, error) { return s.of.Stat(s.t.Context(), s.at(name)) }
func (s seen) ReadDir(name string) ([]fs.DirEntry, error) {
	return s.of.ReadDir(s.t.Context(), s.at(name))
}

func TestTree(t *testing.T) {
	t.Parallel()
	b := objectstest.New(t)
	b.Failing.Store(8)
	names := []string{"dumps/a.txt", "dumps/b/c.txt", "dumps/b/d/e.txt", "dumps/100%?.txt", "dumpsters/x"}
	for i := range 20 {
		names = append(names, "dumps/many/"+strings.Repeat("n", i+1))
	}
	for _, name := range names {
		b.Set(name, []byte("content of "+name))
	}
	tree := new(objects.Tree)
	defer tree.Close()
	s := seen{t, tree, b.URL + "/dumps"}
	var found []string
	var walk func(dir string)
	walk = func(dir string) {
		entries, err := s.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			below := strings.TrimPrefix(dir+"/"+e.Name(), "./")
			if e.IsDir() {
				walk(below)
				continue
			}
			f, err := tree.Open(t.Context(), s.at(below))
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(f)
			if !strings.HasPrefix(string(text), "content of dumps/") || err != nil || f.Close() != nil {
				t.Errorf("%s: %q, %v", below, text, err)
			}
			info, err := s.Stat(below)
			if err != nil || info.IsDir() || info.Size() != int64(len(text)) {
				t.Errorf("%s: %v, %v", below, info, err)
			}
			found = append(found, strings.TrimPrefix(string(text), "content of "))
		}
	}
	walk(".")
	if len(found) != len(names)-1 {
		t.Errorf("found %q", found)
	}
	for name, isDir := range map[string]bool{".": true, "b": true, "a.txt": false} {
		if info, err := s.Stat(name); err != nil || info.IsDir() != isDir {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	for _, name := range []string{"nowhere", "b/nothing", "a"} {
		if _, err := s.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := tree.Stat(t.Context(), "file:///etc"); err == nil || !strings.Contains(err.Error(), "named by its path") {
		t.Error(err)
	}
}

// TestTree_reads_on: a read goes on where its connection was cut, and one of an object that is replaced fails.
func TestTree_reads_on(t *testing.T) {
	t.Parallel()
	b := objectstest.New(t)
	text := bytes.Repeat([]byte("0123456789abcdef"), 400_000)
	b.Set("large", text)
	b.Failing.Store(8)
	tree := new(objects.Tree)
	defer tree.Close()
	for range 5 {
		f, err := tree.Open(t.Context(), b.URL+"/large")
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		if err != nil || !bytes.Equal(got, text) {
			t.Errorf("read %d bytes: %v", len(got), err)
		}
		at := f.(io.ReaderAt)
		for _, off := range []int{0, 5, 1 << 20, len(text) - 3} {
			part := make([]byte, 3_000_000)
			n, err := at.ReadAt(part, int64(off))
			if want := text[off:min(off+len(part), len(text))]; !bytes.Equal(part[:n], want) || (err != nil) != (len(want) < len(part)) {
				t.Errorf("from %d: %d bytes, %v", off, n, err)
			}
		}
		if _, err := f.Stat(); err != nil {
			t.Error(err)
		}
		_ = f.Close()
	}
	if b.Failed.Load() == 0 {
		t.Error("nothing failed")
	}
	f, err := tree.Open(t.Context(), b.URL+"/large")
	if err != nil {
		t.Fatal(err)
	}
	b.Set("large", text)
	if _, err := f.Stat(); err == nil || !strings.Contains(err.Error(), "replaced") {
		t.Errorf("replaced: %v", err)
	}
}

// TestStore_PutNew: what is there whole with the same content is written; with other content it is somebody else's.
func TestStore_PutNew(t *testing.T) {
	t.Parallel()
	b := objectstest.New(t)
	b.Failing.Store(8)
	s := open(t, b.URL+"/below")
	if empty, err := s.Empty(t.Context()); !empty || err != nil {
		t.Error(empty, err)
	}
	text := strings.Repeat("made up", 100_000)
	for range 10 {
		if err := s.PutNew(t.Context(), "a", func() io.Reader { return strings.NewReader(text) }); err != nil {
			t.Fatal(err)
		}
	}
	if string(b.Get("below/a")) != text {
		t.Error("the object is another one")
	}
	err := s.PutNew(t.Context(), "a", func() io.Reader { return strings.NewReader("other") })
	if err == nil || !strings.Contains(err.Error(), "other content") {
		t.Error(err)
	}
	for range 2 {
		if err := s.Delete(t.Context(), "a"); err != nil {
			t.Error(err)
		}
	}
	if empty, err := s.Empty(t.Context()); !empty || err != nil {
		t.Error(empty, err)
	}
}
