package dump

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// FuzzContainers reads what is no longer quite a container. Its limits are low, because a fuzzer
// finds what takes long.
func FuzzContainers(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "containers", "*"))
	if err != nil || len(files) == 0 {
		f.Fatalf("there are no fixtures (%v)", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add(rarOf(rarFile{name: "a", text: listText},
		rarFile{name: "b", text: moreText, password: secret})[0])
	f.Add(directoryOf([]byte("\x01\x04\x07\x0b\x01\x00\x01\x01\x21\x0c\x01\x00\x00\x00")...))
	f.Fuzz(func(t *testing.T, data []byte) {
		in := Input{Path: "-", Meta: Meta{Passwords: []string{secret}}}
		got := readInput(t, in, Options{
			Stdin:  bytes.NewReader(data),
			Limits: Limits{Output: 1 << 20, Entries: 100, Held: 1 << 20},
		})
		if got.err != nil || got.Bytes != int64(len(data)) {
			t.Fatalf("got %d of %d bytes, %v", got.Bytes, len(data), got.err)
		}
		if (got.Status == StatusRead) != (got.Err == nil) {
			t.Errorf("got %s with the sentence %v", got.Status, got.Err)
		}
	})
}

// BenchmarkContainers reads a list out of each kind of container; MB/s are those of its text.
func BenchmarkContainers(b *testing.B) {
	list := []byte(noise(8 << 20))
	for name, data := range map[string][]byte{
		"plain": list, "gzip": gzipped(b, list), "zstd": zstded(b, list), "zlib": zlibbed(b, list),
		"bzip2": run(b, list, "bzip2", "-c"), "xz": run(b, list, "xz", "-c"),
		"tar": tarOf(b, tarFile("a", string(list))), "zip": zipped(b, packed("a", string(list))),
		"zip_aes": sevenZipped(b, []string{"-tzip", "-mem=AES256", "-p" + secret}, "a", string(list)),
		"7z":      sevenZipped(b, []string{"-t7z"}, "a", string(list)),
		"rar":     rarOf(rarFile{name: "a", text: string(list)})[0],
	} {
		b.Run(name, func(b *testing.B) {
			in := Input{Path: "-", Meta: Meta{Passwords: []string{secret}}}
			b.SetBytes(int64(len(list)))
			for b.Loop() {
				opts := Options{Stdin: bytes.NewReader(data)}
				report, err := Read(b.Context(), in, opts, func(block *Block) error {
					block.Release()
					return nil
				})
				if err != nil || report.Status != StatusRead {
					b.Fatal(report, err)
				}
			}
		})
	}
}
