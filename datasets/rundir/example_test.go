package rundir_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// A run is written beside its place and moved there whole. Who reads it verifies it first.
func Example() {
	dir, err := os.MkdirTemp("", "run")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	place := filepath.Join(dir, "night-1")
	if err := publish(place); err != nil {
		fmt.Println(err)
		return
	}

	manifest, err := rundir.Verify(context.Background(), place)
	if err != nil {
		fmt.Println(err) // something was lost or touched: do not act on it
		return
	}
	rows, err := rundir.ReadList(place, manifest)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range rows {
		fmt.Println(row.Rank, row.AccountID, row.Band, row.Actions)
	}
	// Output: 1 account-7 high [reset_password notify_user]
}

// publish writes a run of one finding: one record was read, named an account of ours, and opened it.
func publish(place string) error {
	staging, err := rundir.Create(place)
	if err != nil {
		return err
	}
	defer staging.Abort() // nothing stays but what was published
	rejects, err := staging.CreateRejects(1000)
	if err != nil {
		return err
	}
	counts, err := rejects.Finish()
	if err != nil {
		return err
	}
	met, err := staging.CreateAccounts(false)
	if err != nil {
		return err
	}
	err = met.Add(rundir.Met{
		AccountID: "account-7", State: rundir.StateListed, Candidates: 1, Sources: []string{"forum"},
	})
	if err := errors.Join(err, met.Finish()); err != nil {
		return err
	}
	list := []rundir.Row{{
		Rank: 1, AccountID: "account-7", Score: 65, Band: "high", Status: "new", Match: "exact", Attribution: "exact",
		IdentifierKind: "email", Sources: []string{"forum"},
		Reasons:   []rundir.Reason{{Code: "password_confirmed", Weight: 65}},
		Actions:   []string{"reset_password", "notify_user"},
		FindingID: strings.Repeat("0a", 16), HashTag: strings.Repeat("0b", 16),
	}}
	if err := staging.WriteList(list, false, false); err != nil {
		return err
	}
	if err := staging.WriteUndecided(nil); err != nil {
		return err
	}
	m := &rundir.Manifest{
		SchemaVersion: rundir.SchemaVersion, Status: rundir.StatusComplete,
		Rejects: &counts,
		Guard:   rundir.Guard{Verdict: "pass", Refusals: []rundir.Refusal{}},
		Inputs:  []rundir.Input{{Path: "forum.txt", Status: "read", Records: 1}},
		Counts: rundir.Counts{
			RecordsRead: 1, RecordsParsed: 1, ScreenHits: 1, CandidatesRaw: 1, Candidates: 1, Confirmed: 1,
			AccountsConfirmed: 1, AccountsListed: 1, Verifications: 1,
		},
		Outputs: staging.Outputs(),
	}
	m.RunID = m.ID()
	return staging.Publish(m)
}
