package dump_test

import (
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// FuzzRead reads anything as a file with whatever it claims to be.
func FuzzRead(f *testing.F) {
	list := []byte(strings.Repeat(oneLine, 3))
	for _, seed := range [][]byte{
		list, dumptest.Gzipped(f, list), dumptest.Zstded(f, list), dumptest.Zipped(f, dumptest.Packed("a", oneLine), dumptest.Packed("b", oneLine)),
		dumptest.Gzipped(f, dumptest.Zipped(f, dumptest.Packed("a.gz", string(dumptest.Gzipped(f, list))))),
		dumptest.Zipped(f, dumptest.Packed("a", oneLine))[:60], []byte("email,password\n" + oneLine),
		{0x28, 0xb5, 0x2f, 0xfd}, []byte("\xff\xfe"), []byte("{\"a\":1}"),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got := dumptest.ReadFile(t, "x", data, dump.Options{BlockSize: 64, MaxRecord: 1000})
		if got.Failed != nil {
			t.Fatal(got.Failed)
		}
		if got.Status == "" || (got.Status == dump.StatusRead) != (got.Err == nil) {
			t.Errorf("got %s with the sentence %v", got.Status, got.Err)
		}
		if got.Bytes != int64(len(data)) || len(got.SHA256) != 64 {
			t.Errorf("got %d bytes and digest %q", got.Bytes, got.SHA256)
		}
		stream := dumptest.Read(t, data, dump.Options{BlockSize: 7, MaxRecord: 1000})
		if len(stream.Records) != len(got.Records) || stream.Status != got.Status {
			t.Errorf("as a file %s with %d records, as a stream %s with %d",
				got.Status, len(got.Records), stream.Status, len(stream.Records))
		}
	})
}
