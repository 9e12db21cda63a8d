package objects_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/objects"
)

func open(t *testing.T, where string) *objects.Store {
	t.Helper()
	s, err := objects.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func put(t *testing.T, s *objects.Store, name, text string) {
	t.Helper()
	if err := s.Put(t.Context(), name, func() io.Reader { return strings.NewReader(text) }); err != nil {
		t.Fatal(err)
	}
}

func TestStore(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "made")
	s := open(t, dir)
	put(t, s, "screen/000002/b", "second")
	put(t, s, "screen/000001/a", "first of all")
	put(t, s, "screen/000001/a", "it is not written again")
	put(t, s, "plan", "p")
	s = open(t, "file://"+filepath.ToSlash(dir))
	list, err := s.List(t.Context(), "screen/")
	if err != nil || len(list) != 2 || list[0] != (objects.Object{Name: "screen/000001/a", Size: 12}) || list[1].Name != "screen/000002/b" {
		t.Errorf("listed %v, %v", list, err)
	}
	for _, part := range []struct {
		offset, n int64
		want      string
	}{{0, -1, "first of all"}, {6, 2, "of"}, {9, -1, "all"}} {
		got, err := s.Read(t.Context(), "screen/000001/a", part.offset, part.n)
		if err != nil || string(got) != part.want {
			t.Errorf("from %d read %q, %v", part.offset, got, err)
		}
	}
	if _, err := s.Read(t.Context(), "nowhere", 0, -1); !errors.Is(err, objects.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	info, err := os.Stat(filepath.Join(dir, "plan"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// broken ends in an error that is not its end.
type broken struct{ io.Reader }

var errBroken = errors.New("the line is cut")

func (b broken) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		err = errBroken
	}
	return n, err
}

// TestStore_leaves_nothing_half_written: an upload that breaks off is not there, and the next one is whole.
func TestStore_leaves_nothing_half_written(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	text := bytes.Repeat([]byte("0123456789"), 100_000)
	tried := 0
	err := s.Put(t.Context(), "a/b", func() io.Reader {
		if tried++; tried < 3 {
			return broken{bytes.NewReader(text[:300_000])}
		}
		return bytes.NewReader(text)
	})
	got, readErr := s.Read(t.Context(), "a/b", 0, -1)
	if err != nil || readErr != nil || tried != 3 || !bytes.Equal(got, text) {
		t.Errorf("tried %d times, read %d bytes: %v, %v", tried, len(got), err, readErr)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = s.Put(ctx, "c", func() io.Reader {
		cancel()
		return bytes.NewReader(text)
	})
	entries, readErr := os.ReadDir(dir)
	if err == nil || readErr != nil || len(entries) != 1 {
		t.Errorf("after a cancelled upload there are %v (%v): %v", entries, readErr, err)
	}
	// Whoever is killed leaves what is not an object: a place that has nothing else is empty.
	if err := os.WriteFile(filepath.Join(dir, "plan.18ec15714e6f800d.tmp"), text[:300_000], 0o600); err != nil {
		t.Fatal(err)
	}
	if list, err := s.List(t.Context(), ""); err != nil || len(list) != 1 || list[0].Name != "a/b" {
		t.Errorf("%v, %v", list, err)
	}
}

func TestOpen_refuses(t *testing.T) {
	t.Parallel()
	for where, want := range map[string]string{
		"gopher://bucket/below": "without a driver for gopher://",
		"file://%zz":            "it is not a URL",
	} {
		if _, err := objects.Open(t.Context(), where); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", where, err)
		}
	}
}
