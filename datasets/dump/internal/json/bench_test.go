package json_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/format/formattest"
)

func BenchmarkJSON(b *testing.B) {
	formattest.Benchmark(b, exam.Format, []byte(exam.Text(10_000, "\n")))
}

// BenchmarkJSON_wide has objects most of which says nothing.
func BenchmarkJSON_wide(b *testing.B) {
	var out bytes.Buffer
	for i := range 5000 {
		fmt.Fprintf(&out, `{"_id":{"$oid":"%024x"},"createdAt":{"$date":"2024-01-01T00:00:00Z"},"profile":`+
			`{"name":"Made Up %d","tags":["a","b","c"],"bio":"some text that says nothing at all"},`+
			`"email":"user%d@example.com","active":true,"visits":%d,"password":"Made-Up-%d"}`+"\n", i, i, i, i, i)
	}
	formattest.Benchmark(b, exam.Format, out.Bytes())
}
