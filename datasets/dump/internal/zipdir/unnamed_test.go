package zipdir_test

import (
	"archive/zip"
	"bytes"
	"slices"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/zipdir"
)

// archive has entries of the given names, each with its name as its text, compressed unless the name ends in "-".
func archive(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate}
		if name[len(name)-1] == '-' {
			header.Method = zip.Store
		}
		entry, err := w.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entry.Write([]byte(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.SetComment("a comment"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func unnamed(t *testing.T, data []byte) []zipdir.Span {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	spans, err := zipdir.Unnamed(z, bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return spans
}

func TestUnnamed(t *testing.T) {
	t.Parallel()
	whole := archive(t, "a", "b-", "c")
	first := archive(t, "x")
	n, m := int64(len(whole)), int64(len(first))
	for name, test := range map[string]struct {
		data []byte
		want []zipdir.Span
	}{
		"nothing": {whole, nil},
		"empty":   {archive(t), nil},
		"zeros":   {slices.Concat(whole, make([]byte, 100)), nil},
		"split":   {slices.Concat([]byte("PK\x07\x08"), whole), nil},
		"after":   {slices.Concat(whole, []byte("more")), []zipdir.Span{{From: n, To: n + 4}}},
		"before":  {slices.Concat(first, whole), []zipdir.Span{{From: 0, To: m}}},
		"both":    {slices.Concat(first, whole, []byte("!")), []zipdir.Span{{From: 0, To: m}, {From: m + n, To: m + n + 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := unnamed(t, test.data); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// FuzzUnnamed: whatever a directory says, the stretches lie in order within the archive.
func FuzzUnnamed(f *testing.F) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range []string{"a", "b"} {
		if _, err := w.Create(name); err != nil {
			f.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(slices.Concat(b.Bytes(), b.Bytes()))
	f.Fuzz(func(t *testing.T, data []byte) {
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if z == nil || err != nil {
			return
		}
		spans, err := zipdir.Unnamed(z, bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		at := int64(0)
		for _, s := range spans {
			if s.From < at || s.To <= s.From || s.To > int64(len(data)) {
				t.Fatalf("%v of %d bytes", spans, len(data))
			}
			at = s.To
		}
	})
}
