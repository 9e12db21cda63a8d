package pair_test

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// TestRowSet_encodes: what was encoded is put in again, whatever was there.
func TestRowSet_encodes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOf(rapid.Uint32()).Draw(t, "rows")
		more := rapid.SliceOf(rapid.Uint32Range(0, 2000)).Draw(t, "more")
		s, into, want := pair.NewRowSet(), pair.NewRowSet(), make(map[uint32]bool)
		for _, row := range rows {
			s.Add(row)
			want[row] = true
		}
		for _, row := range more {
			into.Add(row)
			want[row] = true
		}
		if err := into.AddEncoded(s.AppendTo(nil)); err != nil {
			t.Fatal(err)
		}
		var got []uint32
		into.Each(func(row uint32) { got = append(got, row) })
		if !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// TestBalance_encodes: parts that were encoded add up to the whole.
func TestBalance_encodes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		whole, merged := pair.NewBalance(nil), pair.NewBalance(nil)
		parts := []*pair.Balance{pair.NewBalance(nil), pair.NewBalance(nil), pair.NewBalance(nil)}
		for range rapid.IntRange(0, 30).Draw(t, "records") {
			unit := pair.Unit{Input: rapid.Uint32Range(0, 3).Draw(t, "input"), Record: rapid.Uint64Range(0, 200_000).Draw(t, "record")}
			b := parts[rapid.IntRange(0, 2).Draw(t, "part")]
			n := rapid.IntRange(1, 3).Draw(t, "pairs")
			several := whole.Record(unit, n)
			b.Record(unit, n)
			for range n {
				p := &pair.Pair{Unit: unit, Several: several}
				state := rapid.SampledFrom([]pair.State{pair.StateConfirmed, pair.StateRefuted, pair.StateMoot, pair.StateOverCap}).Draw(t, "state")
				of := parts[rapid.IntRange(0, 2).Draw(t, "settled")]
				whole.First(p)
				of.First(p)
				whole.Settle(p, state)
				of.Settle(p, state)
			}
		}
		for _, b := range parts {
			if err := merged.MergeEncoded(b.AppendTo(nil)); err != nil {
				t.Fatal(err)
			}
		}
		var got, want rundir.Counts
		merged.Fill(&got)
		whole.Fill(&want)
		if got != want {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	})
}

func surveyOf(key *hashing.Key) *pair.Survey {
	return pair.NewSurvey(pair.NewInputs([]dump.Input{
		{Meta: dump.Meta{Name: "a"}}, {Meta: dump.Meta{Name: "b"}}, {Meta: dump.Meta{Name: "c"}},
	}), key)
}

// TestSurvey_encodes: parts that were encoded add up to the whole, byte by byte.
func TestSurvey_encodes(t *testing.T) {
	t.Parallel()
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	whole, merged := surveyOf(key), surveyOf(key)
	parts := []*pair.Survey{surveyOf(key), surveyOf(key), surveyOf(key)}
	for i := range 3000 {
		p := &pair.Pair{Account: uint32(i), Secret: []byte{'s', byte(i % 7), byte(i % 300)}, Inputs: []uint32{0, 1, 2}[i%3:]}
		whole.Add(p)
		parts[i%11%3].Add(p)
	}
	for _, s := range parts {
		if err := merged.MergeEncoded(s.AppendTo(nil)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(whole.AppendTo(nil), merged.AppendTo(nil)) {
		t.Error("they differ")
	}
	for i := range 300 {
		secret := []byte{'s', byte(i % 7), byte(i)}
		if a, b := whole.Crowd.Of(secret), merged.Crowd.OfPrint(merged.Crowd.Print(secret)); a != b {
			t.Errorf("%q: %d and %d", secret, a, b)
		}
	}
}

// FuzzEncodings: no bytes make a reader of encodings panic, or take more memory than they are long.
func FuzzEncodings(f *testing.F) {
	key, err := hashing.NewKey()
	if err != nil {
		f.Fatal(err)
	}
	s := surveyOf(key)
	s.Add(&pair.Pair{Secret: []byte("x"), Inputs: []uint32{0, 2}})
	f.Add(s.AppendTo(nil))
	b := pair.NewBalance(nil)
	p := &pair.Pair{Unit: pair.Unit{Record: 1 << 40}, Several: b.Record(pair.Unit{Record: 1 << 40}, 2)}
	b.First(p)
	f.Add(b.AppendTo(nil))
	f.Add([]byte{2, 1, 255, 255, 255, 255, 15})
	f.Fuzz(func(_ *testing.T, data []byte) {
		_ = pair.NewRowSet().AddEncoded(data)
		_ = pair.NewBalance(nil).MergeEncoded(data)
		_ = surveyOf(key).MergeEncoded(data)
	})
}
