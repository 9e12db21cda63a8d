package unpack_test

import (
	"bytes"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// BenchmarkContainers reads a list out of each kind of container; MB/s are those of its text.
func BenchmarkContainers(b *testing.B) {
	list := []byte(dumptest.Noise(8 << 20))
	for name, data := range map[string][]byte{
		"plain": list, "gzip": dumptest.Gzipped(b, list), "zstd": dumptest.Zstded(b, list), "zlib": dumptest.Zlibbed(b, list),
		"bzip2": dumptest.Run(b, list, "bzip2", "-c"), "xz": dumptest.Run(b, list, "xz", "-c"),
		"tar": dumptest.Tar(b, dumptest.TarFile("a", string(list))), "zip": dumptest.Zipped(b, dumptest.Packed("a", string(list))),
		"zip_aes": dumptest.SevenZipped(b, []string{"-tzip", "-mem=AES256", "-p" + secret}, "a", string(list)),
		"7z":      dumptest.SevenZipped(b, []string{"-t7z"}, "a", string(list)),
		"rar":     rarOf(rarFile{name: "a", text: string(list)})[0],
	} {
		b.Run(name, func(b *testing.B) {
			in := dump.Input{Path: "-", Meta: dump.Meta{Passwords: []string{secret}}}
			b.SetBytes(int64(len(list)))
			for b.Loop() {
				opts := dump.Options{Stdin: bytes.NewReader(data)}
				report, err := dump.Read(b.Context(), in, opts, func(block *dump.Block) error {
					block.Release()
					return nil
				})
				if err != nil || report.Status != dump.StatusRead {
					b.Fatal(report, err)
				}
			}
		})
	}
}
