package screen

import (
	"reflect"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
)

// TestScreener_batches_change_nothing screens dumps with many records at once and, none of them plain, one by one.
func TestScreener_batches_change_nothing(t *testing.T) {
	t.Parallel()
	cfg, inputs := screenable(t, 300, 3000)
	var plain, hits int
	atOnce, oneByOne := New(cfg), New(cfg)
	var got, want []Result
	workplace.ReadAll(t, inputs, func(block *dump.Block) { got = append(got, *atOnce.Block(block)) })
	workplace.ReadAll(t, inputs, func(block *dump.Block) {
		defer block.Release()
		oneByOne.result = &Result{Member: block.Member, Rejects: block.Rejects}
		block.Parse(func(r *leak.Record) {
			common := *r
			if r.Plain {
				plain++
			}
			common.Plain = false
			oneByOne.record(&common)
			oneByOne.flush()
		}, func(r leak.Reject) { oneByOne.result.Rejects = append(oneByOne.result.Rejects, r) })
		hits += len(oneByOne.result.Hits)
		want = append(want, *oneByOne.result)
	})
	if plain < 1000 || hits < 50 {
		t.Fatalf("the dumps hold only %d plain records and %d hits", plain, hits)
	}
	if len(got) != len(want) {
		t.Fatalf("got %d blocks, want %d", len(got), len(want))
	}
	for i := range want {
		if len(got[i].Hits) == 0 {
			got[i].Hits, want[i].Hits = nil, nil
		}
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("block %d: got %d records, %d screened out, %d hits; want %d, %d, %d", i,
				got[i].Records, got[i].ScreenedOut, len(got[i].Hits),
				want[i].Records, want[i].ScreenedOut, len(want[i].Hits))
		}
	}
}

func TestScreener_batches_do_not_allocate(t *testing.T) {
	cfg, _ := screenable(t, 10, 10)
	s := New(cfg)
	s.result = &Result{}
	record := leak.Record{Plain: true, Cuts: []leak.Cut{{
		Identifier: []byte("nobody.at.all@example.net"), Secret: []byte("made up"), Testable: true,
	}}}
	allocs := testing.AllocsPerRun(1000, func() { s.record(&record) })
	s.flush()
	if allocs != 0 || s.result.ScreenedOut != s.result.Records {
		t.Errorf("%v allocations a record; %d of %d screened out", allocs, s.result.ScreenedOut,
			s.result.Records)
	}
}

// screenable is what a screener of synthetic accounts needs, with inputs to screen.
func screenable(t *testing.T, accounts, records int) (cfg Config, inputs []dump.Input) {
	t.Helper()
	o := synth.Defaults()
	o.Accounts, o.Records, o.Argon2 = accounts, records, workplace.Cheap
	p := workplace.Synthetic(t, o)
	inputs, err := dump.List(t.Context(), p.Dumps, dump.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ix, recipes := p.Index(t)
	return Config{Index: ix, Key: p.Key, Recipes: recipes}, inputs
}
