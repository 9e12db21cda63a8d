package dump

import (
	"bytes"
	"fmt"
	"testing"
)

// BenchmarkFamilies sets both halves of the work on a format, finding where records end and parsing
// them, beside bare splitting into lines of the same bytes.
func BenchmarkFamilies(b *testing.B) {
	for _, e := range exams {
		switch e.format {
		case "stealer_log", "json", "ldif", "passwd":
			b.Run(e.format, func(b *testing.B) { benchmarkFormat(b, e.format, e.text(10_000, "\n")) })
		}
	}
	b.Run("json_wide", func(b *testing.B) {
		var out bytes.Buffer
		for i := range 5000 {
			fmt.Fprintf(&out, `{"_id":{"$oid":"%024x"},"createdAt":{"$date":"2024-01-01T00:00:00Z"},"profile":`+
				`{"name":"Made Up %d","tags":["a","b","c"],"bio":"some text that says nothing at all"},`+
				`"email":"user%d@example.com","active":true,"visits":%d,"password":"Made-Up-%d"}`+"\n", i, i, i, i, i)
		}
		benchmarkFormat(b, "json", out.String())
	})
}

func benchmarkFormat(b *testing.B, name, text string) {
	data := []byte(text)
	s := newSample(data[:min(len(data), sampleSize)])
	how, err := mustFormat(name).open(s)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("lines", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			for pos := 0; pos < len(data); {
				pos += bytes.IndexByte(data[pos:], '\n') + 1
			}
		}
	})
	b.Run("cut", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			how.last(data)
		}
	})
	b.Run("parse", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		block := &Block{text: textBlock{data: data, line: 1}, session: how}
		records := 0
		for b.Loop() {
			records = 0
			block.Parse(func(*Record) { records++ }, func(Reject) { b.Fatal("a reject") })
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(records), "ns/record")
	})
}
