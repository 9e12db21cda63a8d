package pipeline

import (
	"reflect"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// TestScreener_batches_change_nothing screens dumps with many records at once and, none of them plain, one by one.
func TestScreener_batches_change_nothing(t *testing.T) {
	cfg, ix := openWorkplace(t, 300, 3000)
	inputs, err := dump.List(t.Context(), cfg.Dumps)
	if err != nil {
		t.Fatal(err)
	}
	var plain, hits int
	atOnce, oneByOne := screenerOf(t, ix, cfg), screenerOf(t, ix, cfg)
	var got, want []blockResult
	readAll(t, inputs, func(block *dump.Block) { got = append(got, *atOnce.screen(block)) })
	readAll(t, inputs, func(block *dump.Block) {
		defer block.Release()
		oneByOne.result = &blockResult{member: block.Member, rejects: block.Rejects}
		block.Parse(func(r *dump.Record) {
			common := *r
			if r.Plain {
				plain++
			}
			common.Plain = false
			oneByOne.record(&common)
			oneByOne.flush()
		}, func(r dump.Reject) { oneByOne.result.rejects = append(oneByOne.result.rejects, r) })
		hits += len(oneByOne.result.hits)
		want = append(want, *oneByOne.result)
	})
	if plain < 1000 || hits < 50 {
		t.Fatalf("the dumps hold only %d plain records and %d hits", plain, hits)
	}
	if len(got) != len(want) {
		t.Fatalf("got %d blocks, want %d", len(got), len(want))
	}
	for i := range want {
		if len(got[i].hits) == 0 {
			got[i].hits, want[i].hits = nil, nil
		}
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("block %d: got %d records, %d screened out, %d hits; want %d, %d, %d", i,
				got[i].records, got[i].screenedOut, len(got[i].hits),
				want[i].records, want[i].screenedOut, len(want[i].hits))
		}
	}
}

func TestScreener_batches_do_not_allocate(t *testing.T) {
	cfg, ix := openWorkplace(t, 10, 10)
	s := screenerOf(t, ix, cfg)
	s.result = &blockResult{}
	record := dump.Record{Plain: true, Cuts: []dump.Cut{{
		Identifier: []byte("nobody.at.all@example.net"), Secret: []byte("made up"), Testable: true,
	}}}
	allocs := testing.AllocsPerRun(1000, func() { s.record(&record) })
	s.flush()
	if allocs != 0 || s.result.screenedOut != s.result.records {
		t.Errorf("%v allocations a record; %d of %d screened out", allocs, s.result.screenedOut,
			s.result.records)
	}
}

// openWorkplace makes synthetic accounts with cheap hashes, dumps, and an index that is open.
func openWorkplace(t *testing.T, accounts, records int) (Config, *index.Index) {
	t.Helper()
	o := synth.Defaults()
	o.Accounts, o.Records = accounts, records
	o.Argon2 = stored.Argon2Params{Memory: 8, Time: 1, Threads: 1}
	cfg := workplace(t, o)
	ix, err := index.Open(cfg.IndexDir, cfg.Key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	return cfg, ix
}

// screenerOf makes a screener as a run does.
func screenerOf(tb testing.TB, ix *index.Index, cfg Config) *screener {
	tb.Helper()
	recipes, err := verify.Open(ix, cfg.Key, verify.Options{Limits: cfg.HashLimits})
	if err != nil {
		tb.Fatal(err)
	}
	return newScreener(ix, cfg.Key, recipes, nil)
}
