package pair_test

import (
	"bytes"
	"encoding/binary"
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
	}), inMemory(key))
}

// TestSurvey_encodes: parts that were encoded add up to the whole, byte by byte.
func TestSurvey_encodes(t *testing.T) {
	t.Parallel()
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	whole, merged, sum := surveyOf(key), surveyOf(key), surveyOf(key)
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
	for _, s := range parts {
		sum.Merge(s)
	}
	if !bytes.Equal(whole.AppendTo(nil), merged.AppendTo(nil)) || !bytes.Equal(whole.AppendTo(nil), sum.AppendTo(nil)) {
		t.Error("they differ")
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
	f.Add(textsOf(f, s.Crowd))
	b := pair.NewBalance(nil)
	p := &pair.Pair{Unit: pair.Unit{Record: 1 << 40}, Several: b.Record(pair.Unit{Record: 1 << 40}, 2)}
	b.First(p)
	f.Add(b.AppendTo(nil))
	f.Add([]byte{2, 1, 255, 255, 255, 255, 15})
	f.Fuzz(func(_ *testing.T, data []byte) {
		_ = pair.NewRowSet().AddEncoded(data)
		_ = pair.NewBalance(nil).MergeEncoded(data)
		_ = surveyOf(key).MergeEncoded(data)
		_ = pair.EachPrint(data, func(pair.Print, int) {})
	})
}

// TestEncodings_refuse_what_is_cut: no beginning of one is taken for the whole, and nothing may follow.
func TestEncodings_refuse_what_is_cut(t *testing.T) {
	t.Parallel()
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	rows, balance, survey := pair.NewRowSet(), pair.NewBalance(nil), surveyOf(key)
	for i := range uint32(5) {
		rows.Add(i * 1000)
		unit := pair.Unit{Record: uint64(i)}
		balance.First(&pair.Pair{Unit: unit, Several: balance.Record(unit, 2)})
		survey.Add(&pair.Pair{Account: i, Secret: []byte{byte(i)}, Inputs: []uint32{0, 2}})
	}
	for name, test := range map[string]struct {
		whole []byte
		read  func([]byte) error
	}{
		"rows":    {rows.AppendTo(nil), func(b []byte) error { return pair.NewRowSet().AddEncoded(b) }},
		"balance": {balance.AppendTo(nil), func(b []byte) error { return pair.NewBalance(nil).MergeEncoded(b) }},
		"survey":  {survey.AppendTo(nil), func(b []byte) error { return surveyOf(key).MergeEncoded(b) }},
	} {
		if err := test.read(test.whole); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for cut := range test.whole {
			if test.read(test.whole[:cut]) == nil {
				t.Errorf("%s: %d of %d bytes are taken", name, cut, len(test.whole))
			}
		}
		if test.read(append(slices.Clone(test.whole), 0)) == nil {
			t.Errorf("%s: something may follow", name)
		}
	}
	for name, row := range map[string]uint64{"the last row": 1<<32 - 1, "beyond it": 1 << 32} {
		err := pair.NewRowSet().AddEncoded(binary.AppendUvarint([]byte{1}, row))
		if (err == nil) != (row < 1<<32) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestBalance_refuses_units_that_are_not_in_order, twice the same, and states that there are not.
func TestBalance_refuses_units_that_are_not_in_order(t *testing.T) {
	t.Parallel()
	const states = 11
	begin := make([]byte, 1+states) // no duplicates, nothing settled
	page := func(units ...uint64) []byte {
		b := append(slices.Clone(begin), 1, 0, 0, byte(len(units)/2))
		for _, n := range units {
			b = binary.AppendUvarint(b, n)
		}
		return b
	}
	for name, test := range map[string]struct {
		units []uint64
		fine  bool
	}{
		"ascending": {[]uint64{0, 1, 65535, states - 1}, true}, "twice": {[]uint64{3, 1, 3, 1}, false}, "descending": {[]uint64{3, 1, 2, 1}, false},
		"beyond a page": {[]uint64{65536, 1}, false}, "no such state": {[]uint64{3, states}, false},
	} {
		if err := pair.NewBalance(nil).MergeEncoded(page(test.units...)); (err == nil) != test.fine {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSurvey_adds_up: what is told of pairs is what is known of all of them, in one survey and in two that were merged.
func TestSurvey_adds_up(t *testing.T) {
	t.Parallel()
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	one, other := surveyOf(key), surveyOf(key)
	for i := range uint32(30) {
		p := &pair.Pair{Account: i, Secret: []byte("made-up-1"), Inputs: []uint32{i % 3}}
		if i < 10 {
			other.Add(p)
		} else {
			one.Add(p)
		}
	}
	one.Merge(other)
	if one.Pairs != 30 || one.Repeats.Pairs(one.Inputs.Dumps[1]) != 10 {
		t.Errorf("%d pairs, %d of one dump", one.Pairs, one.Repeats.Pairs(one.Inputs.Dumps[1]))
	}
	shares := pair.NewShares([]pair.Print{one.Crowd.Print(&pair.Pair{Secret: []byte("made-up-1")})})
	for _, s := range []*pair.Survey{one, other} {
		if err := s.Crowd.Each(shares.Add); err != nil {
			t.Fatal(err)
		}
	}
	if n := shares.Of(one.Crowd.Print(&pair.Pair{Secret: []byte("made-up-1")})); n != 30 {
		t.Errorf("%d accounts with one password", n)
	}
	one.Crowd = nil // nobody asks it
	one.Add(&pair.Pair{Secret: []byte("made-up-1"), Inputs: []uint32{0}})
	if one.Pairs != 31 {
		t.Errorf("%d pairs", one.Pairs)
	}
}
