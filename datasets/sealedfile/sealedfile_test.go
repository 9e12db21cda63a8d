package sealedfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/credsieve/credsieve/datasets/sealedfile"
)

// inTheOpen is a sealed file that the test can look into.
func inTheOpen(t *testing.T) (*sealedfile.File, *os.File) {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "sealed"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := sealedfile.New(f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, f
}

func mustAppend(t *testing.T, s *sealedfile.File, text, belongsTo string) sealedfile.Place {
	t.Helper()
	place, err := s.Append([]byte(text), []byte(belongsTo))
	if err != nil {
		t.Fatal(err)
	}
	return place
}

func TestCreate_makes_a_file_without_a_name(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := sealedfile.Create(dir, "spill-")
	if err != nil {
		t.Fatal(err)
	}
	mustAppend(t, s, "made-up", "")
	if names, err := os.ReadDir(dir); err != nil || len(names) > 0 {
		t.Errorf("the folder shows %v, %v", names, err)
	}
	s.Close()
	if names, err := os.ReadDir(dir); err != nil || len(names) > 0 {
		t.Errorf("the folder shows %v after the end, %v", names, err)
	}
}

func TestCreate_refuses_a_folder_that_is_not_there(t *testing.T) {
	t.Parallel()
	if _, err := sealedfile.Create(filepath.Join(t.TempDir(), "none"), "spill-"); err == nil {
		t.Error("no error")
	}
}

func TestRead_gives_back_what_was_appended(t *testing.T) {
	t.Parallel()
	s, f := inTheOpen(t)
	places := map[string]sealedfile.Place{}
	for i := range 100 {
		text := fmt.Sprint("made-up-", i)
		places[text] = mustAppend(t, s, text, fmt.Sprint(i%3))
	}
	empty := mustAppend(t, s, "", "0")
	var buf []byte
	for i := range 100 {
		want := fmt.Sprint("made-up-", i)
		got, err := s.Read(buf, places[want], []byte(fmt.Sprint(i%3)))
		if err != nil || string(got) != want {
			t.Fatalf("got %q, %v, want %q", got, err, want)
		}
		buf = got
	}
	if got, err := s.Read(nil, empty, []byte("0")); err != nil || len(got) > 0 {
		t.Errorf("an empty text: %q, %v", got, err)
	}
	raw, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	if len(raw) == 0 || bytes.Contains(raw, []byte("made-up")) {
		t.Errorf("%d bytes are not sealed", len(raw))
	}
}

func TestRead_refuses_what_is_not_there_any_more(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(f *os.File) error{
		"a_changed_byte": func(f *os.File) error { _, err := f.WriteAt([]byte{0, 1, 2}, 3); return err },
		"a_shorter_file": func(f *os.File) error { return f.Truncate(5) },
		"an_empty_file":  func(f *os.File) error { return f.Truncate(0) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, f := inTheOpen(t)
			place := mustAppend(t, s, "made-up", "")
			if err := change(f); err != nil {
				t.Fatal(err)
			}
			// A buffer that still holds the text must not stand in for the file.
			got, err := s.Read([]byte("made-up, and some more that was read before"), place, nil)
			if !errors.Is(err, sealedfile.ErrChanged) || got != nil {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestRead_refuses_a_text_of_another_place_or_owner(t *testing.T) {
	t.Parallel()
	s, f := inTheOpen(t)
	first, second := mustAppend(t, s, "made-up-1", "a"), mustAppend(t, s, "made-up-2", "a")
	if _, err := s.Read(nil, first, []byte("b")); !errors.Is(err, sealedfile.ErrChanged) {
		t.Errorf("of another owner: %v", err)
	}
	raw, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	half := len(raw) / 2
	if _, err := f.WriteAt(append(bytes.Clone(raw[half:]), raw[:half]...), 0); err != nil {
		t.Fatal(err)
	}
	for _, place := range []sealedfile.Place{first, second} {
		if _, err := s.Read(nil, place, []byte("a")); !errors.Is(err, sealedfile.ErrChanged) {
			t.Errorf("of another place: %v", err)
		}
	}
}
