package rundir

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestCounts_Check builds balanced counts from their leaves and then moves one number.
func TestCounts_Check(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawCounts(t)
		if err := c.Check(); err != nil {
			t.Fatalf("balanced counts are refused: %v", err)
		}
		data, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var fields map[string]int64
		if err := json.Unmarshal(data, &fields); err != nil {
			t.Fatal(err)
		}
		names := make([]string, 0, len(fields))
		for name := range fields {
			if name != "verifications" { // stands in no equation
				names = append(names, name)
			}
		}
		slices.Sort(names)
		fields[rapid.SampledFrom(names).Draw(t, "name")] += rapid.SampledFrom([]int64{-1, 1, 1000}).Draw(t, "by")
		data, _ = json.Marshal(fields)
		if err := json.Unmarshal(data, &c); err != nil {
			t.Fatal(err)
		}
		if c.Check() == nil {
			t.Fatalf("unbalanced counts pass: %+v", c)
		}
	})
}

func drawCounts(t *rapid.T) Counts {
	leaf := func(name string) int64 { return rapid.Int64Range(0, 1<<40).Draw(t, name) }
	c := Counts{
		RecordsRejected: leaf("rejected"), ScreenedOut: leaf("out"), FilterFalseHits: leaf("false"),
		Untestable: leaf("untestable"), Duplicates: leaf("duplicates"), Remembered: leaf("remembered"),
		PrunedPolicy: leaf("policy"), OverCap: leaf("cap"), Confirmed: leaf("confirmed"),
		Moot: leaf("moot"), Refuted: leaf("refuted"), Indeterminate: leaf("indeterminate"),
		Unchecked: leaf("unchecked"), AccountsListed: leaf("listed"), AccountsNotActive: leaf("inactive"),
	}
	c.Candidates = c.Confirmed + c.Moot + c.Refuted + c.Indeterminate + c.Unchecked
	c.CandidatesRaw = c.Duplicates + c.Remembered + c.PrunedPolicy + c.OverCap + c.Candidates
	c.ScreenHits = c.FilterFalseHits + c.Untestable + c.CandidatesRaw
	c.RecordsParsed = c.ScreenedOut + c.ScreenHits
	c.RecordsRead = c.RecordsParsed + c.RecordsRejected
	c.AccountsConfirmed = c.AccountsListed + c.AccountsNotActive
	return c
}

// TestSweep_Check: each address is claimed, unknown or one of ours, and each of ours has one end.
func TestSweep_Check(t *testing.T) {
	t.Parallel()
	balanced := Sweep{Addresses: 10, Claimed: 5, ScreenedOut: 2, Named: 3, Tried: 1, HashOnly: 1, Untried: 1, Cut: 2, Confirmed: 1}
	for name, test := range map[string]struct {
		change func(*Sweep)
		holds  bool
	}{
		"balanced":            {func(*Sweep) {}, true},
		"nothing":             {func(s *Sweep) { *s = Sweep{} }, true},
		"an address too many": {func(s *Sweep) { s.Addresses++ }, false},
		"one unclaimed":       {func(s *Sweep) { s.Claimed-- }, false},
		"one without an end":  {func(s *Sweep) { s.Named++; s.ScreenedOut-- }, false},
		"two ends":            {func(s *Sweep) { s.Untried++ }, false},
		"less than nothing":   {func(s *Sweep) { s.Tried, s.HashOnly = 3, -1 }, false},
	} {
		s := balanced
		test.change(&s)
		if err := s.Check(); (err == nil) != test.holds {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// everyField sets each number of a struct to another one, and to twice that.
func everyField[T any](t *testing.T) (one, twice T) {
	t.Helper()
	fields := make(map[string]int64)
	data, err := json.Marshal(one)
	if err == nil {
		err = json.Unmarshal(data, &fields)
	}
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range slices.Sorted(maps.Keys(fields)) {
		fields[name] = 1 << i
	}
	data, err = json.Marshal(fields)
	if err == nil {
		err = json.Unmarshal(data, &one)
	}
	for name := range fields {
		fields[name] *= 2
	}
	double, errDouble := json.Marshal(fields)
	if err := errors.Join(err, errDouble, json.Unmarshal(double, &twice)); err != nil {
		t.Fatal(err)
	}
	return one, twice
}

// TestAdd adds each number, but for accounts, which can be the same ones.
func TestAdd(t *testing.T) {
	t.Parallel()
	s, want := everyField[Sweep](t)
	want.Confirmed, want.AccountsHashOnly, want.Mentioned, want.NotUnderstood = s.Confirmed, s.AccountsHashOnly, s.Mentioned, s.NotUnderstood
	if s.Add(s); s != want {
		t.Errorf("%+v, want %+v", s, want)
	}
	c, twice := everyField[Counts](t)
	wanted := c
	wanted.RecordsParsed, wanted.RecordsRejected, wanted.ScreenedOut = twice.RecordsParsed, twice.RecordsRejected, twice.ScreenedOut
	wanted.ScreenHits, wanted.FilterFalseHits, wanted.Untestable = twice.ScreenHits, twice.FilterFalseHits, twice.Untestable
	wanted.CandidatesRaw = twice.CandidatesRaw
	if c.AddRecords(c); c != wanted {
		t.Errorf("%+v, want %+v", c, wanted)
	}
}

// TestCounts_Check_of_less_than_nothing: a sum that is right out of parts that cannot be is not.
func TestCounts_Check_of_less_than_nothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]Counts{
		"verifications":             {Verifications: -1},
		"more excluded than active": {AccountsConfirmed: 1, AccountsNotActive: 1, AccountsExcluded: 2},
		"excluded":                  {AccountsExcluded: -1},
		"a part":                    {AccountsListed: -1, AccountsNotActive: 1},
	} {
		if c.Check() == nil {
			t.Errorf("%s: %+v balance", name, c)
		}
	}
	for name, c := range map[string]Counts{
		"nothing": {}, "all are excluded": {AccountsConfirmed: 1, AccountsNotActive: 1, AccountsExcluded: 1},
	} {
		if err := c.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
