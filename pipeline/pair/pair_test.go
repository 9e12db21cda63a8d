package pair_test

import (
	"reflect"
	"slices"
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

// TestParts_of_a_stretch: a task divides its own accounts, which do not begin with the first.
func TestParts_of_a_stretch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Int64Range(0, 1<<31).Draw(t, "from")
		rows := rapid.Int64Range(1, 5000).Draw(t, "rows")
		n := rapid.Int64Range(1, 300).Draw(t, "partitions")
		parts := pair.Divide(from, from+rows, n)
		for row := from; row < from+rows; row++ {
			part := parts.Of(uint32(row))
			if first, next := parts.Rows(part); part < 0 || int64(part) >= n || row < first || row >= next || next-first != (rows+n-1)/n {
				t.Fatalf("row %d is in partition %d, which is from %d to %d", row, part, first, next)
			}
		}
	})
}

// TestMerge: one more record adds evidence, never takes it away.
func TestMerge(t *testing.T) {
	t.Parallel()
	const none, exact, alias = hashing.AttributionUnspecified, hashing.AttributionExact, hashing.AttributionAlias
	for _, test := range []struct{ have, more, want pair.Pair }{
		{pair.Pair{Attribution: exact, Further: true}, pair.Pair{Attribution: exact, Further: true}, pair.Pair{Attribution: exact, Further: true}},
		{pair.Pair{Attribution: exact, Further: true}, pair.Pair{Attribution: alias}, pair.Pair{Attribution: exact}},
		{pair.Pair{Attribution: alias}, pair.Pair{Attribution: exact, Further: true}, pair.Pair{Attribution: exact}},
		{pair.Pair{Attribution: none}, pair.Pair{Attribution: alias, Further: true}, pair.Pair{Attribution: alias, Further: true}},
		{pair.Pair{Attribution: none, Further: true}, pair.Pair{Attribution: alias}, pair.Pair{Attribution: alias}},
		{pair.Pair{Attribution: alias, Further: true}, pair.Pair{Attribution: none}, pair.Pair{Attribution: alias, Further: true}},
		{pair.Pair{Attribution: alias}, pair.Pair{Attribution: none, Further: true}, pair.Pair{Attribution: alias}},
		{pair.Pair{OwnPage: true}, pair.Pair{}, pair.Pair{OwnPage: true}},
		{pair.Pair{}, pair.Pair{OwnPage: true}, pair.Pair{OwnPage: true}},
		{pair.Pair{}, pair.Pair{}, pair.Pair{}},
	} {
		got := test.have
		got.Inputs, test.more.Inputs, test.want.Inputs = []uint32{1}, []uint32{2}, []uint32{1, 2}
		got.Merge(&test.more)
		got.Merge(&pair.Pair{Attribution: test.more.Attribution, Further: test.more.Further, Inputs: []uint32{2}})
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%+v and %+v: %+v", test.have, test.more, got)
		}
	}
}

func TestPair_alone(t *testing.T) {
	t.Parallel()
	p := &pair.Pair{Account: 7, Secret: []byte("made-up-1"), Inputs: []uint32{1, 2}, Digest: true}
	alone := p.Alone()
	p.Inputs[0] = 9
	if alone.Secret != nil || !slices.Equal(alone.Inputs, []uint32{1, 2}) || alone.Account != 7 || string(p.Secret) != "made-up-1" {
		t.Errorf("%+v", alone)
	}
	if alone.Match() != pair.MatchWrapped || (&pair.Pair{}).Match() != pair.MatchExact {
		t.Error("a digest is verified like a password, or a password like a digest")
	}
}
