package sweep_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/sweep"
)

// BenchmarkSweep says what a block of 1 MiB costs: of text without addresses, of a list in which all are
// claimed, and of records that no reader has claimed, with 1 in 100 ours.
func BenchmarkSweep(b *testing.B) {
	line := func(format string) func(int) string {
		return func(i int) string { return fmt.Sprintf(format, i, i) }
	}
	for _, bench := range []struct {
		name    string
		record  func(int) string
		claimed bool
	}{
		{"text", func(i int) string { return fmt.Sprintf("the quick brown fox jumps over %d lazy dogs\n", i) }, false},
		{"logs", line("2024-01-02T10:11:12Z INFO handler=%d status=200 path=/api/v1/items?id=%d&x=1\n"), false},
		{"digests", func(i int) string { return fmt.Sprintf("%032x:%d\n", i*2654435761, i) }, false},
		{"claimed", line("person%07d@example.com:secret-%d\n"), true},
		{"combo", line("person%07d@example.com:secret-%d\n"), false},
		{"json", line(`{"id": 7, "email": "person%07d@example.com", "password": "secret-%d", "name": "Made Up"}` + "\n"), false},
		{"sql", line(`(7,'person%07d@example.com','secret-%d','Made Up','2024-01-02 10:11:12'),`), false},
	} {
		b.Run(bench.name, func(b *testing.B) {
			var text strings.Builder
			var in sweep.Input
			for i := 0; text.Len() < 1<<20; i++ {
				record := bench.record(i)
				if bench.claimed {
					in.Claimed = append(in.Claimed, sweep.Span{Start: text.Len(), End: text.Len() + strings.IndexByte(record, ':')})
				}
				text.WriteString(record)
			}
			in.Text = []byte(text.String())
			s := sweep.New(sweep.Options{})
			b.SetBytes(int64(len(in.Text)))
			b.ReportAllocs()
			named := int64(0)
			for b.Loop() {
				n := 0
				named = s.Sweep(in, func([]byte) bool { n++; return n%100 == 0 }, func(*sweep.Mention) {}).Named
			}
			b.ReportMetric(float64(named), "named")
		})
	}
}
