package delimited

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/accounts/internal/stream"
)

// FuzzDelimited reads any text: no panic, no row that is not one, an end.
func FuzzDelimited(f *testing.F) {
	const row = "1,\"x\"\"y,\tz\nw\\\\\",\"a\\\"b\",h\n"
	f.Add("a,b,c,d\n"+row+row, true)
	f.Add("a\tb\tc\td\n"+strings.ReplaceAll(row, ",", "\t"), false)
	f.Add("a,b\n\"open,2\n", true)
	f.Add("a\tb\n\"open\\\n2\\", false)
	f.Add("sep=;\na;b\n1;2\n", true)
	f.Fuzz(func(t *testing.T, text string, comma bool) {
		s, err := stream.New(strings.NewReader(text))
		if err != nil {
			return // compressed, empty, or of another encoding
		}
		d, err := New(s, Options{Tabs: !comma})
		if err != nil {
			return
		}
		for rows := 0; ; rows++ {
			record, err := d.Row()
			switch {
			case err == io.EOF:
				return
			case errors.As(err, new(*Rejection)):
			case err != nil:
				return // of the stream
			case len(record) != len(d.names):
				t.Fatalf("row %d has %d fields of %d", rows, len(record), len(d.names))
			}
			if rows > len(text) {
				t.Fatal("more rows than bytes")
			}
		}
	})
}
