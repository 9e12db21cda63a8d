package spool

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/sealedfile"
)

// inTheOpen makes the spool's file one that the test can look into.
func (s *Spool) inTheOpen(t *testing.T) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "sealed"))
	if err != nil {
		t.Fatal(err)
	}
	if s.file, err = sealedfile.New(f); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestSpool_gives_back_what_it_took_sealed(t *testing.T) {
	t.Parallel()
	s := New(t.TempDir(), 3, 4*pageSize)
	defer s.Close()
	file := s.inTheOpen(t)
	wantBack(t, s)
	sealed, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	if len(sealed) < 8*pageSize || bytes.Contains(sealed, []byte("made-up")) {
		t.Errorf("%d bytes in the file are not sealed", len(sealed))
	}
}

func TestSpool_uses_a_file_without_a_name(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := New(dir, 3, 4*pageSize)
	defer s.Close()
	wantBack(t, s)
	if s.file == nil {
		t.Fatal("there is no file")
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) > 0 {
		t.Errorf("the file has a name: %v, %v", names, err)
	}
}

// wantBack fills a spool of three partitions beyond its limit, and reads it.
func wantBack(t *testing.T, s *Spool) {
	t.Helper()
	want := make([][]string, 3)
	for i := range 9000 {
		text := fmt.Sprint("made-up-", i)
		if i%1000 == 0 {
			text += strings.Repeat("long", pageSize)
		}
		want[i%3] = append(want[i%3], text)
		if err := s.Add(i%3, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if s.held > 9*pageSize {
		t.Fatalf("%d bytes are in memory", s.held)
	}
	for part := range want {
		var got []string
		err := s.Read(part, func(entry []byte) error { got = append(got, string(entry)); return nil })
		if err != nil || !slices.Equal(got, want[part]) {
			t.Errorf("partition %d: %v, %v", part, got, err)
		}
	}
}

func TestSpool_refuses_a_changed_file(t *testing.T) {
	t.Parallel()
	s := New(t.TempDir(), 1, 10)
	defer s.Close()
	file := s.inTheOpen(t)
	for range 2 { // the second page makes the first one go to the file
		if err := s.Add(0, bytes.Repeat([]byte("made-up"), pageSize)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := file.WriteAt([]byte{0, 1, 2}, 30); err != nil {
		t.Fatal(err)
	}
	err := s.Read(0, func([]byte) error { t.Error("an entry"); return nil })
	if err == nil || strings.Contains(err.Error(), "made-up") {
		t.Errorf("got %v", err)
	}
}

func TestTry(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := Try(dir); err != nil {
		t.Error(err)
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) > 0 {
		t.Errorf("left behind: %v, %v", names, err)
	}
	if err := Try(filepath.Join(dir, "none")); err == nil {
		t.Error("a folder that is not there is fine")
	}
}
