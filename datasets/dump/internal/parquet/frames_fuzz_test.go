package parquet

import (
	"bytes"
	"testing"
)

func FuzzFrames(f *testing.F) {
	f.Add([]byte("t\x00\x00\x00\x03a\tbz\x00\x00\x00\x00"))
	f.Add([]byte("e\x00\x00\x00\x03abc"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c := newFrameReader(bytes.NewReader(data))
		total, p := 0, make([]byte, 64)
		for {
			n, err := c.Read(p)
			if total += n; err != nil {
				break
			}
		}
		if total > len(data) {
			t.Errorf("%d bytes came of %d", total, len(data))
		}
	})
}
