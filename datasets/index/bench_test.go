package index

import (
	"context"
	"testing"
	"time"
)

func BenchmarkBuild(b *testing.B) {
	key, all := newKey(b), some(200000)
	b.ReportAllocs()
	for b.Loop() {
		o := BuildOptions{Dir: b.TempDir(), Key: key, Now: time.Unix(1, 0)}
		if _, err := Build(context.Background(), &source{all: all}, o); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(all))/b.Elapsed().Seconds(), "accounts/s")
}
