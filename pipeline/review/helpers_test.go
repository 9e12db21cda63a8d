package review

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
)

// night is a finished run as a test wants it.
type night struct {
	key       *hashing.Key // of its index and its seal; nil: it has none
	rows      []rundir.Row // of its list
	waiting   []rundir.Row // of a list that is held in part: those that are held
	held      bool         // the whole list
	others    []rundir.Met // accounts that are not on the list
	undecided []rundir.Undecided
	tags      map[string]string // of when passwords of accounts on the list were changed
	change    func(*rundir.Manifest)
}

// publish writes the run and returns its place.
func (n night) publish(t *testing.T) string {
	t.Helper()
	place := filepath.Join(t.TempDir(), "run")
	s, err := rundir.Create(place)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abort()
	rejects, err := s.CreateRejects(10)
	if err != nil {
		t.Fatal(err)
	}
	counts, err := rejects.Finish()
	if err != nil {
		t.Fatal(err)
	}
	n.write(t, s)
	m := n.manifest()
	m.Rejects, m.Outputs = &counts, s.Outputs()
	if n.change != nil {
		n.change(m)
	}
	m.Listed = rundir.CountListed(append(n.rows[:len(n.rows):len(n.rows)], n.waiting...), m.StartedAt)
	if m.Status == "" {
		m.Status = rundir.StatusComplete
		if m.Incomplete(int64(len(n.undecided))) {
			m.Status = rundir.StatusPartial
		}
	}
	m.RunID = m.ID()
	if err := s.Publish(m); err != nil {
		t.Fatal(err)
	}
	return place
}

// write writes the lists and tables.
func (n night) write(t *testing.T, s *rundir.Staging) {
	t.Helper()
	met, err := s.CreateAccounts(true)
	if err != nil {
		t.Fatal(err)
	}
	all := n.others
	for _, row := range append(n.rows[:len(n.rows):len(n.rows)], n.waiting...) {
		all = append(all[:len(all):len(all)], rundir.Met{
			AccountID: row.AccountID, State: rundir.StateListed, Candidates: 1, Sources: append(slices.Clone(row.Sources), "z"), FirstListedAt: row.FirstListedAt,
			ChangedTag: n.tags[row.AccountID],
		})
	}
	for _, account := range all {
		if err := met.Add(account); err != nil {
			t.Fatal(err)
		}
	}
	if err := met.Finish(); err != nil {
		t.Fatal(err)
	}
	if err := s.WriteList(n.rows, n.held, false); err != nil {
		t.Fatal(err)
	}
	if n.waiting != nil {
		if err := s.WriteList(n.waiting, true, false); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.WriteUndecided(n.undecided); err != nil {
		t.Fatal(err)
	}
}

func (n night) manifest() *rundir.Manifest {
	listed := int64(len(n.rows) + len(n.waiting))
	confirmed := listed
	m := &rundir.Manifest{
		SchemaVersion: rundir.SchemaVersion, StartedAt: noon(10), FinishedAt: noon(10).Add(time.Hour),
		Guard: rundir.Guard{Verdict: rundir.VerdictPass, Refusals: []rundir.Refusal{}},
	}
	for _, account := range n.others {
		switch account.State {
		case rundir.StateExcluded:
			m.Counts.AccountsExcluded++
			fallthrough
		case rundir.StateNotActive:
			m.Counts.AccountsNotActive++
			confirmed++
		}
	}
	c := &m.Counts
	c.AccountsListed, c.AccountsConfirmed = listed, confirmed
	for _, same := range []*int64{&c.RecordsRead, &c.RecordsParsed, &c.ScreenHits, &c.CandidatesRaw, &c.Candidates, &c.Confirmed} {
		*same = confirmed
	}
	m.Inputs = []rundir.Input{{Path: "a.txt", Name: "a", Status: "read", Records: confirmed}}
	refusals := []rundir.Refusal{{Limit: "max_accounts"}}
	switch {
	case n.held:
		m.Status, m.Guard = rundir.StatusHeld, rundir.Guard{Verdict: rundir.VerdictHeld, Refusals: refusals}
	case n.waiting != nil:
		m.Status, m.Guard = rundir.StatusHeld, rundir.Guard{Verdict: rundir.VerdictHeldInPart, Refusals: refusals}
	}
	if n.key != nil {
		m.Index.KeyID = n.key.ID()
		m.SealWith(DeriveRecheck(n.key).seal())
	}
	return m
}

// row is one of a list, whose finding id has one letter many times.
func row(account string, letter string) rundir.Row {
	id := ""
	for range 32 {
		id += letter
	}
	return rundir.Row{
		Rank: 1, AccountID: account, Score: 70, Band: "high", Status: "new", Match: "exact", Attribution: "exact", IdentifierKind: "email",
		Sources: []string{"a"}, Reasons: []rundir.Reason{{Code: "password_confirmed", Weight: 70}}, Actions: []string{"reset_password"},
		FindingID: id, HashTag: id,
	}
}
