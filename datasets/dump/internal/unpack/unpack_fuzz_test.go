package unpack_test

import (
	"bytes"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// FuzzContainers reads what is no longer quite a container. Its limits are low, because a fuzzer
// finds what takes long.
func FuzzContainers(f *testing.F) {
	for _, name := range dumptest.Containers(f) {
		f.Add(dumptest.Container(f, name))
	}
	f.Add(rarOf(rarFile{name: "a", text: listText},
		rarFile{name: "b", text: moreText, password: secret})[0])
	f.Add(directoryOf([]byte("\x01\x04\x07\x0b\x01\x00\x01\x01\x21\x0c\x01\x00\x00\x00")...))
	f.Fuzz(func(t *testing.T, data []byte) {
		in := dump.Input{Path: "-", Meta: dump.Meta{Passwords: []string{secret}}}
		got := dumptest.ReadInput(t, in, dump.Options{
			Stdin:  bytes.NewReader(data),
			Limits: dump.Limits{Output: 1 << 20, Entries: 100, Held: 1 << 20},
		})
		if got.Failed != nil || got.Bytes != int64(len(data)) {
			t.Fatalf("got %d of %d bytes, %v", got.Bytes, len(data), got.Failed)
		}
		if (got.Status == dump.StatusRead) != (got.Err == nil) {
			t.Errorf("got %s with the sentence %v", got.Status, got.Err)
		}
	})
}
