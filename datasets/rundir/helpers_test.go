package rundir

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var leaked = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// exampleRows needs quoting in CSV, has empty dates, and more than one source.
func exampleRows() []Row {
	return []Row{
		{
			Rank: 1, AccountID: `u,"1"`, Score: 87.5, Band: "critical", Status: "new", Match: "exact",
			Attribution: "exact", IdentifierKind: "email", FirstLeakedOn: leaked, LastLeakedOn: leaked,
			Sources: []string{"a", "b"}, Reasons: []Reason{{"password_confirmed", 40}, {"x", -7.5}},
			Actions: []string{"reset_password", "notify_user"}, FindingID: strings.Repeat("0a", 16),
			HashTag: strings.Repeat("0b", 16), Identifier: "alice@example.com",
		},
		{Rank: 2, AccountID: "u2", Score: 40, Band: "standard", Sources: []string{"c"}},
	}
}

// exampleMet are the accounts of exampleRows, and one that stays undecided.
func exampleMet() []Met {
	return []Met{
		{AccountID: "u2", State: StateListed, Candidates: 1, Sources: []string{"c"}},
		{AccountID: `u,"1"`, State: StateListed, Candidates: 3, Refuted: 1, Sources: []string{"a", "b"}},
		{AccountID: "u3", State: StateUndecided, Candidates: 2, Sources: []string{"a"}},
	}
}

// publishExample publishes a small run and returns its place.
func publishExample(t *testing.T, change func(*Manifest)) string {
	t.Helper()
	return publishTo(t, filepath.Join(t.TempDir(), "deep", "run"), change)
}

func publishTo(t *testing.T, out string, change func(*Manifest)) string {
	t.Helper()
	staging, err := Create(out)
	if err != nil {
		t.Fatal(err)
	}
	defer staging.Abort()
	if err := staging.Publish(stageExample(t, staging, change)); err != nil {
		t.Fatal(err)
	}
	return out
}

// stageExample writes all files of the small run but its manifest.
func stageExample(t *testing.T, staging *Staging, change func(*Manifest)) *Manifest {
	t.Helper()
	rejects, err := staging.CreateRejects(1000)
	if err != nil {
		t.Fatal(err)
	}
	reject := Reject{Input: "a,b.txt", Member: "m", Offset: 5, Length: 6, Line: 2, Reason: "no_separator"}
	if err := rejects.Add(reject); err != nil {
		t.Fatal(err)
	}
	counts, err := rejects.Finish()
	if err != nil {
		t.Fatal(err)
	}
	met, err := staging.CreateAccounts(false)
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range exampleMet() {
		if err := met.Add(account); err != nil {
			t.Fatal(err)
		}
	}
	if err := met.Finish(); err != nil {
		t.Fatal(err)
	}
	m := exampleManifest()
	m.Rejects = &counts
	if change != nil {
		change(m)
	}
	if err := staging.WriteList(exampleRows(), m.Status == StatusHeld, true); err != nil {
		t.Fatal(err)
	}
	if err := staging.WriteUndecided([]Undecided{{"u3", "unknown_scheme", 2}}); err != nil {
		t.Fatal(err)
	}
	m.Outputs = staging.Outputs()
	m.RunID = m.ID()
	return m
}

func exampleManifest() *Manifest {
	m := &Manifest{SchemaVersion: SchemaVersion, Status: StatusPartial} // u3 is undecided
	m.Guard = Guard{Verdict: "pass", Refusals: []Refusal{}}
	m.Inputs = []Input{{Path: "a,b.txt", Status: "read", Records: 4, Rejected: 1}}
	m.Counts = Counts{
		RecordsRead: 5, RecordsParsed: 4, RecordsRejected: 1, ScreenedOut: 1, ScreenHits: 3,
		CandidatesRaw: 3, Candidates: 3, Confirmed: 2, Refuted: 1, AccountsConfirmed: 2,
		AccountsListed: 2, Verifications: 3,
	}
	return m
}

func hold(m *Manifest) {
	m.Status = StatusHeld
	m.Guard = Guard{Verdict: "held", Refusals: []Refusal{{Limit: "max_accounts"}}}
}
