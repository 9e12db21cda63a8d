package keyed_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/keyed"
)

// FuzzReader: whatever stands in a table, each row that is taken makes one object or a part of one, a line each.
func FuzzReader(f *testing.F) {
	f.Add([]byte("user_id,meta_key,meta_value\n1,email,ann@example.com\n1,password,Tulip-7\n2,email,bob@example.org\n2,password,\"a\"\"b\"\n"))
	f.Add([]byte("1\temail\tann@example.com\n1\tpassword\tTulip\\t7\n2\temail\tbob@example.org\n2\tpassword\tx\n"))
	f.Add([]byte("1;email;ann@example.com\n1;password;Tulip-7\n2;email;bob@example.org\n2;password;\"x\n;;;;\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r := keyed.NewReader(bytes.NewReader(text), format.NewSample(text[:min(len(text), format.SampleSize)]))
		if r == nil {
			return
		}
		out, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.Split(bytes.TrimSuffix(out, []byte("\n")), []byte("\n"))
		for _, line := range lines {
			if len(line) > 0 && (line[0] != '{' || line[len(line)-1] != '}') {
				t.Fatalf("%q", line)
			}
		}
		if rows := bytes.Count(text, []byte("\n")) + bytes.Count(text, []byte("\r")) + 1; len(lines) > rows {
			t.Fatalf("%d objects of %d rows", len(lines), rows)
		}
	})
}
