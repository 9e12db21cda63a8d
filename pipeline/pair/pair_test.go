package pair_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// TestPair_comes_back_from_a_spool: what an entry holds is all of a pair, also when it is read into the room of another.
func TestPair_comes_back_from_a_spool(t *testing.T) {
	t.Parallel()
	var read pair.Pair
	rapid.Check(t, func(t *rapid.T) {
		var inputs []uint32
		last := uint32(0)
		for _, step := range rapid.SliceOfN(rapid.Uint32Range(1, 1<<20), 1, 8).Draw(t, "inputs") {
			last += step
			inputs = append(inputs, last)
		}
		p := pair.Pair{
			Account: rapid.Uint32().Draw(t, "account"), Secret: rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "secret"),
			Digest: rapid.Bool().Draw(t, "digest"), Inputs: inputs,
			Kind: rapid.SampledFrom([]hashing.Kind{
				hashing.KindUnspecified, hashing.KindEmail, hashing.KindUsername, hashing.KindPhone,
			}).Draw(t, "kind"),
			Attribution: rapid.SampledFrom([]hashing.Attribution{
				hashing.AttributionUnspecified, hashing.AttributionExact, hashing.AttributionAlias,
			}).Draw(t, "attribution"),
			Unit:    pair.Unit{Input: rapid.Uint32().Draw(t, "input"), Record: rapid.Uint64().Draw(t, "record")},
			Several: rapid.Bool().Draw(t, "several"), OwnPage: rapid.Bool().Draw(t, "own page"),
			Further: rapid.Bool().Draw(t, "further"),
		}
		if read.Decode(p.AppendTo(nil)); !reflect.DeepEqual(read, p) {
			t.Fatalf("got %+v, want %+v", read, p)
		}
	})
}

// TestParts_hold_each_account_once, whatever their number.
func TestParts_hold_each_account_once(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.Int64Range(1, 1<<31).Draw(t, "rows")
		parts := pair.NewParts(rows)
		row := rapid.Int64Range(0, rows-1).Draw(t, "row")
		part := parts.Of(uint32(row))
		if from, to := parts.Rows(part); part < 0 || part >= pair.Partitions || row < from || row >= to {
			t.Fatalf("row %d is in partition %d, which is from %d to %d", row, part, from, to)
		}
	})
}
