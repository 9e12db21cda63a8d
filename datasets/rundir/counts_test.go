package rundir

import (
	"encoding/json"
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
