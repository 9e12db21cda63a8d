package formattest

import (
	"bytes"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// Benchmark sets both halves of the work on a format, finding where records end and parsing them, beside
// bare splitting into lines of the same bytes.
func Benchmark(b *testing.B, examined format.Format, data []byte) {
	how, err := examined.Open(format.NewSample(data[:min(len(data), format.SampleSize)]))
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
			how.Last(data)
		}
	})
	b.Run("parse", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		block := &format.Block{Data: data[how.Skip():], Line: 1}
		records := 0
		for b.Loop() {
			records = 0
			how.Parse(block, func(*leak.Record) { records++ }, func(leak.Reject) { b.Fatal("a reject") })
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(records), "ns/record")
	})
}
