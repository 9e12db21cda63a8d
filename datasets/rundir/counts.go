package rundir

import (
	"errors"
	"fmt"
)

// Counts follow every record through the run. Each name is explained in docs/formats.md.
type Counts struct {
	RecordsRead       int64 `json:"records_read"`
	RecordsParsed     int64 `json:"records_parsed"`
	RecordsRejected   int64 `json:"records_rejected"`
	ScreenedOut       int64 `json:"screened_out"`
	ScreenHits        int64 `json:"screen_hits"`
	FilterFalseHits   int64 `json:"filter_false_hits"`
	Untestable        int64 `json:"untestable"`
	CandidatesRaw     int64 `json:"candidates_raw"`
	Duplicates        int64 `json:"duplicates"`
	Remembered        int64 `json:"remembered"`
	PrunedPolicy      int64 `json:"pruned_policy"`
	OverCap           int64 `json:"over_cap"`
	Candidates        int64 `json:"candidates"`
	Confirmed         int64 `json:"confirmed"`
	Moot              int64 `json:"moot"`
	Refuted           int64 `json:"refuted"`
	Indeterminate     int64 `json:"indeterminate"`
	Unchecked         int64 `json:"unchecked"`
	AccountsConfirmed int64 `json:"accounts_confirmed"`
	AccountsListed    int64 `json:"accounts_listed"`
	AccountsNotActive int64 `json:"accounts_not_active"`         // confirmed, and not to be listed
	AccountsExcluded  int64 `json:"accounts_excluded,omitempty"` // of those: because an operator says so
	Verifications     int64 `json:"verifications"`
}

// Sweep counts what was seen beside the records of the dumps: e-mail addresses that stand in their text.
// Each name is explained in docs/formats.md.
type Sweep struct {
	Addresses   int64 `json:"addresses"`
	Claimed     int64 `json:"claimed"`
	ScreenedOut int64 `json:"screened_out"`
	Named       int64 `json:"named"`
	Tried       int64 `json:"tried"`
	HashOnly    int64 `json:"hash_only"`
	Untried     int64 `json:"untried"`
	Cut         int64 `json:"cut"`      // named, and a limit kept some of the texts beside it back
	OverCap     int64 `json:"over_cap"` // texts beyond those that one run tries for an account

	// Accounts.
	Confirmed        int64 `json:"confirmed"`          // by a text that only stands beside the address
	AccountsHashOnly int64 `json:"accounts_hash_only"` // a hash of them is in a dump that cannot be tested
	Mentioned        int64 `json:"mentioned"`          // named, and nothing that was tried opens them
	NotUnderstood    int64 `json:"not_understood"`     // undecided: named by an input that was not understood
}

// Add adds what was seen elsewhere. Accounts are not added: they can be the same.
func (s *Sweep) Add(o Sweep) {
	s.Addresses += o.Addresses
	s.Claimed += o.Claimed
	s.ScreenedOut += o.ScreenedOut
	s.Named += o.Named
	s.Tried += o.Tried
	s.HashOnly += o.HashOnly
	s.Untried += o.Untried
	s.Cut += o.Cut
	s.OverCap += o.OverCap
}

// AddRecords adds records of elsewhere, as far as screening counts them.
func (c *Counts) AddRecords(o Counts) {
	c.RecordsParsed += o.RecordsParsed
	c.RecordsRejected += o.RecordsRejected
	c.ScreenedOut += o.ScreenedOut
	c.ScreenHits += o.ScreenHits
	c.FilterFalseHits += o.FilterFalseHits
	c.Untestable += o.Untestable
	c.CandidatesRaw += o.CandidatesRaw
}

// Check returns an error that names the first equation which does not hold, or nil.
func (s Sweep) Check() error {
	return balanced([]equation{
		{"sweep.addresses", s.Addresses, []int64{s.Claimed, s.ScreenedOut, s.Named}},
		{"sweep.named", s.Named, []int64{s.Tried, s.HashOnly, s.Untried}},
	})
}

// equation is a sum of counts.
type equation struct {
	name  string
	whole int64
	parts []int64
}

// Check returns an error that names the first equation which does not hold, or nil. A run whose counts
// do not balance has lost a record or made one up, and must not be published.
func (c Counts) Check() error {
	if c.Verifications < 0 {
		return errors.New("the counts do not balance: verifications is negative")
	}
	if c.AccountsExcluded < 0 || c.AccountsExcluded > c.AccountsNotActive {
		return errors.New("the counts do not balance: accounts_excluded is not a part of accounts_not_active")
	}
	return balanced([]equation{
		{"records_read", c.RecordsRead, []int64{c.RecordsParsed, c.RecordsRejected}},
		{"records_parsed", c.RecordsParsed, []int64{c.ScreenedOut, c.ScreenHits}},
		{"screen_hits", c.ScreenHits, []int64{c.FilterFalseHits, c.Untestable, c.CandidatesRaw}},
		{"candidates_raw", c.CandidatesRaw,
			[]int64{c.Duplicates, c.Remembered, c.PrunedPolicy, c.OverCap, c.Candidates}},
		{"candidates", c.Candidates,
			[]int64{c.Confirmed, c.Moot, c.Refuted, c.Indeterminate, c.Unchecked}},
		{"accounts_confirmed", c.AccountsConfirmed, []int64{c.AccountsListed, c.AccountsNotActive}},
	})
}

func balanced(equations []equation) error {
	for _, equation := range equations {
		sum := int64(0)
		for _, part := range equation.parts {
			if part < 0 {
				return fmt.Errorf("the counts do not balance: a part of %s is negative", equation.name)
			}
			sum += part
		}
		if sum != equation.whole {
			return fmt.Errorf("the counts do not balance: %s is %d, its parts add up to %d",
				equation.name, equation.whole, sum)
		}
	}
	return nil
}
