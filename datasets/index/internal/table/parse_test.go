package table_test

import (
	"bytes"
	"math"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/credsieve/credsieve/datasets/index/internal/table"
)

func TestParse_refuses(t *testing.T) {
	t.Parallel()
	good := keyFile(t, uniform(100))
	other := arrow.NewSchema(keySchema.Fields()[:2], nil)
	if _, err := parse(good, other); err == nil {
		t.Error("a table was read as one of other columns")
	}
	refused := 0
	for at := range good {
		for _, mask := range []byte{0x01, 0x80, 0xFF} {
			bad := bytes.Clone(good)
			bad[at] ^= mask
			if _, err := parse(bad, keySchema); err != nil {
				refused++
			}
		}
	}
	if refused == 0 {
		t.Error("no damage was noticed")
	}
	for size := range good {
		if _, err := parse(good[:size], keySchema); err == nil {
			t.Fatalf("the first %d bytes were read as a table", size)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, n := range []int{0, 1, 3, 50} {
		f.Add(keyFile(f, uniform(n)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := parse(data, keySchema)
		if err != nil {
			return
		}
		keys := table.NewKeys(c, keySize)
		keys.Touch([]uint64{0, 1 << 63, math.MaxUint64})
		for row := range int(keys.Rows()) {
			keys.Lookup(keys.Key(row), nil)
			// A value may be unreadable, but must say so.
			if text, err := keys.Text(row, 2); err == nil && len(text) > len(data) {
				t.Fatalf("a value of %d bytes", len(text))
			}
		}
	})
}
