package dump

import (
	"strings"
	"testing"
)

// FuzzRead reads anything as a file with whatever it claims to be.
func FuzzRead(f *testing.F) {
	list := []byte(strings.Repeat(oneLine, 3))
	for _, seed := range [][]byte{
		list, gzipped(f, list), zstded(f, list), zipped(f, packed("a", oneLine), packed("b", oneLine)),
		gzipped(f, zipped(f, packed("a.gz", string(gzipped(f, list))))),
		zipped(f, packed("a", oneLine))[:60], []byte("email,password\n" + oneLine),
		{0x28, 0xb5, 0x2f, 0xfd}, []byte("\xff\xfe"), []byte("{\"a\":1}"),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got := readFile(t, "x", data, Options{BlockSize: 64, MaxRecord: 1000})
		if got.err != nil {
			t.Fatal(got.err)
		}
		if got.Status == "" || (got.Status == StatusRead) != (got.Err == nil) {
			t.Errorf("got %s with the sentence %v", got.Status, got.Err)
		}
		if got.Bytes != int64(len(data)) || len(got.SHA256) != 64 {
			t.Errorf("got %d bytes and digest %q", got.Bytes, got.SHA256)
		}
		stream := read(t, data, Options{BlockSize: 7, MaxRecord: 1000})
		if len(stream.records) != len(got.records) || stream.Status != got.Status {
			t.Errorf("as a file %s with %d records, as a stream %s with %d",
				got.Status, len(got.records), stream.Status, len(stream.records))
		}
	})
}
