//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package index

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/hashing"
)

const (
	// scaleBase is what indexes of other sizes are compared to.
	scaleBase = 1_000_000
	// strangers is how many lines of a combo list are screened in one pass.
	strangers  = 2_000_000
	linePasses = 5
)

// benchmarkLines screens a combo list whose addresses are not members, in the index of dir and in one of
// a million accounts, in turns, so that whatever else the machine does strikes both.
func benchmarkLines(b *testing.B, dir string, key *hashing.Key) {
	small := b.TempDir()
	buildMadeUp(b, small, key, &madeUp{rows: scaleBase}, "")
	list := writeStrangers(b)
	asked := []*Index{mustOpen(b, small, key), mustOpen(b, dir, key)}
	for b.Loop() { // it would forget what was reported before
	}
	wall, processor := make([][]float64, len(asked)), make([][]float64, len(asked))
	for pass := range linePasses + 1 {
		for i, x := range asked {
			began, used := time.Now(), processorTime(b)
			passed := screenLines(b, x, key, list)
			if passed > strangers/100 || x.Err() != nil {
				b.Fatalf("%d of %d lines passed, %v", passed, strangers, x.Err())
			}
			if pass > 0 { // before, memory is cold
				wall[i] = append(wall[i], float64(time.Since(began))/strangers)
				processor[i] = append(processor[i], float64(processorTime(b)-used)/strangers)
			}
		}
	}
	b.ReportMetric(median(processor[0]), "cpu-ns/line-of-1M")
	b.ReportMetric(median(processor[1]), "cpu-ns/line")
	b.ReportMetric(median(wall[0]), "ns/line-of-1M")
	b.ReportMetric(median(wall[1]), "ns/line")
	b.ReportMetric(median(processor[1])/median(processor[0]), "cpu-ratio")
	b.ReportMetric(median(wall[1])/median(wall[0]), "ratio")
}

// writeStrangers writes lines of 47 bytes or so.
func writeStrangers(b *testing.B) []dump.Input {
	var text bytes.Buffer
	random := rand.New(rand.NewPCG(1, 2))
	for range strangers {
		fmt.Fprintf(&text, "stranger%d@mail%d.example.com:Made-Up%d\n",
			random.Uint32N(1e8), random.Uint32N(10), random.Uint32N(1e4))
	}
	path := filepath.Join(b.TempDir(), "combo.txt")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	inputs, err := dump.List(context.Background(), []string{path}, dump.ListOptions{})
	if err != nil {
		b.Fatal(err)
	}
	return inputs
}

// screenLines does what a scan does for a line that names nobody: read it, with the SHA-256 of the
// file, parse it, canonicalise, make the token, ask the filter for 64 at once, and look up what it passes.
func screenLines(b *testing.B, x *Index, key *hashing.Key, list []dump.Input) (passed int) {
	c, tokenizer := hashing.NewCanonicalizer(), hashing.NewTokenizer(key)
	var tokens [64]hashing.Token
	var may [len(tokens)]bool
	var found []uint32
	n, lines := 0, 0
	ask := func() {
		x.MayContainAll(tokens[:n], may[:n])
		for i, yes := range may[:n] {
			if yes {
				passed++
				found = x.Lookup(tokens[i], found[:0])
			}
		}
		n = 0
	}
	for _, in := range list {
		_, err := dump.Read(context.Background(), in, dump.Options{}, func(block *dump.Block) error {
			defer block.Release()
			block.Parse(func(r *leak.Record) {
				lines++
				if n == len(tokens) {
					ask()
				}
				tokens[n] = tokenizer.Token(c.Forms(r.Cuts[0].Kind, r.Cuts[0].Identifier)[0])
				n++
			}, func(leak.Reject) {})
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	ask()
	if lines != strangers || len(found) > 0 {
		b.Fatalf("%d lines of %d, the last one found %d accounts", lines, strangers, len(found))
	}
	return passed
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}
