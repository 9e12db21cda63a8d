package index

import (
	"context"
	"testing"
	"time"

	"github.com/credsieve/credsieve/hashing"
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

func BenchmarkLookup(b *testing.B) {
	entries := uniform(1 << 20)
	table, err := parseTokens(pagesOf(tokenFile(b, entries)))
	if err != nil {
		b.Fatal(err)
	}
	rows, i := make([]uint32, 0, 1), 0
	for b.Loop() {
		token := entries[i%len(entries)].token()
		rows = table.lookup(token[:], rows[:0])
		i += 7919
	}
}

func BenchmarkFilterMiss(b *testing.B) {
	f, _ := encodedFilter(b, 1<<20)
	token, hits := hashing.Token{}, 0
	for b.Loop() {
		token[0]++
		token[3]++
		if f.mayContain(token) {
			hits++
		}
	}
}
