package dumptest

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"embed"
	"hash/crc32"
	"io"
	"testing"

	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// containers were written by independent programs: bzip2, xz, zlib, tar, 7z and zip.
//
//go:embed testdata/containers
var containers embed.FS

// Container returns the bytes of a container of that name.
func Container(t testing.TB, name string) []byte {
	t.Helper()
	data, err := containers.ReadFile("testdata/containers/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Containers returns the names of all there are.
func Containers(t testing.TB) []string {
	t.Helper()
	entries, err := containers.ReadDir("testdata/containers")
	if err != nil || len(entries) == 0 {
		t.Fatalf("there are no containers (%v)", err)
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names
}

// Entry is one entry of a zip archive to make.
type Entry struct {
	Name, Text string
	Method     uint16 // one other than Deflate says what Text already is
	Flags      uint16
}

// Packed is an entry that is compressed.
func Packed(name, text string) Entry { return Entry{Name: name, Text: text, Method: zip.Deflate} }

// Zipped makes a zip archive.
func Zipped(t testing.TB, entries ...Entry) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, e := range entries {
		header := &zip.FileHeader{Name: e.Name, Method: e.Method, Flags: e.Flags}
		var to io.Writer
		var err error
		if e.Flags == 0 && e.Method == zip.Deflate {
			to, err = w.CreateHeader(header)
		} else {
			header.CompressedSize64, header.UncompressedSize64 = uint64(len(e.Text)), uint64(len(e.Text))
			header.CRC32 = crc32.ChecksumIEEE([]byte(e.Text))
			to, err = w.CreateRaw(header)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(to, e.Text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Tarred is one entry of a tar archive to make.
type Tarred struct {
	tar.Header
	Text string
}

// TarFile is an entry that is a file.
func TarFile(name, text string) Tarred {
	return Tarred{tar.Header{Name: name, Size: int64(len(text)), Mode: 0o600}, text}
}

// Tar makes a tar archive.
func Tar(t testing.TB, entries ...Tarred) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, e := range entries {
		if err := w.WriteHeader(&e.Header); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.Text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Gzipped compresses data.
func Gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	writeAll(t, gzip.NewWriter(&out), data)
	return out.Bytes()
}

// Zlibbed compresses data.
func Zlibbed(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	writeAll(t, zlib.NewWriter(&out), data)
	return out.Bytes()
}

// Zstded compresses data.
func Zstded(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := zstd.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	writeAll(t, w, data)
	return out.Bytes()
}

func writeAll(t testing.TB, w io.WriteCloser, data []byte) {
	t.Helper()
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// Noise is n bytes of text that does not compress: lines of 39 with a colon in the middle.
func Noise(n int) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
	out := make([]byte, n)
	state := uint64(42)
	for i := range out {
		state = state*6364136223846793005 + 1442695040888963407
		out[i] = letters[state>>58]
		if i%40 == 39 {
			out[i] = '\n'
		}
		if i%40 == 20 {
			out[i] = ':'
		}
	}
	return string(out)
}
