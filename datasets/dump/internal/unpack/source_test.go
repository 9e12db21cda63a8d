package unpack_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

func TestSource_digest_size_and_progress_are_those_of_the_disk(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(oneLine, 50_000)
	for name, data := range map[string][]byte{
		"plain": []byte(long), "gzip": dumptest.Gzipped(t, []byte(long)), "zstd": dumptest.Zstded(t, []byte(long)),
		"zip":           dumptest.Zipped(t, dumptest.Packed("a", long), dumptest.Packed("b", long)),
		"skipped":       []byte("7z\xbc\xaf\x27\x1c" + long),
		"trailing_junk": append(dumptest.Gzipped(t, []byte(long)), make([]byte, 300_000)...),
		"cut_zip":       dumptest.Zipped(t, dumptest.Packed("a", long))[:300],
		"empty":         nil,
	} {
		t.Run(name, func(t *testing.T) {
			sum := sha256.Sum256(data)
			for _, from := range []string{"file", "stream"} {
				var seen int64
				opts := dump.Options{Progress: func(n int64) {
					if n < 0 {
						t.Errorf("progress goes back by %d", -n)
					}
					seen += n
				}}
				got := dumptest.Read(t, data, opts)
				if from == "file" {
					seen = 0
					got = dumptest.ReadFile(t, name, data, opts)
				}
				if got.Bytes != int64(len(data)) || got.SHA256 != hex.EncodeToString(sum[:]) {
					t.Errorf("%s: got %d bytes and digest %s", from, got.Bytes, got.SHA256)
				}
				if seen != int64(len(data)) {
					t.Errorf("%s: progress ends at %d of %d bytes", from, seen, len(data))
				}
			}
		})
	}
}
