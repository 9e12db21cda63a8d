package screen

import (
	"bytes"
	"os"
	"runtime"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
)

// BenchmarkScreen reads a combo list and does more and more of what it takes to ask for each line whether it names
// one of a million accounts, all on one core. What comes before and after that is measured beside the runner.
func BenchmarkScreen(b *testing.B) {
	p := workplace.MillionAccounts(b)
	inputs, err := dump.List(b.Context(), p.Dumps, dump.ListOptions{})
	if err != nil {
		b.Fatal(err)
	}
	data, err := os.ReadFile(p.Dumps[0])
	if err != nil {
		b.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	lines := bytes.Count(data, []byte("\n"))
	measure := func(name string, pass func(b *testing.B)) {
		workplace.MeasureLines(b, name, len(data), lines, pass)
	}
	ix, recipes := p.Index(b)
	s := New(Config{Index: ix, Key: p.Key, Recipes: recipes})
	each := func(record func(*leak.Record)) func(*testing.B) {
		return func(b *testing.B) {
			workplace.ReadAll(b, inputs, func(block *dump.Block) {
				block.Parse(record, func(leak.Reject) {})
				block.Release()
			})
		}
	}
	measure("canonicalise", each(func(r *leak.Record) {
		s.batch.canonical.Forms(r.Cuts[0].Kind, r.Cuts[0].Identifier)
	}))
	measure("token", each(func(r *leak.Record) {
		if s.batch.full() { // and the filter is never asked
			s.batch.reset()
		}
		s.batch.add(r)
	}))
	s.batch.reset()
	measure("ask", func(b *testing.B) { // without looking up what the filter passes
		workplace.ReadAll(b, inputs, func(block *dump.Block) { askAll(s, block) })
	})
}

// askAll does all that is done for a record that the filter does not know.
func askAll(s *Screener, block *dump.Block) {
	defer block.Release()
	ask := func() {
		s.batch.ask(s.index.MayContainAll)
		s.batch.reset()
	}
	block.Parse(func(r *leak.Record) {
		if s.batch.full() {
			ask()
		}
		s.batch.add(r)
	}, func(leak.Reject) {})
	ask()
}
