package review

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/progress"
)

// RecheckConfig is what looking again right before a reset needs.
type RecheckConfig struct {
	Dir      string
	Source   string           // account export, as of now
	Accounts accounts.Options // how to read it
	Key      *hashing.Key
	Out      string // file
	Progress progress.Progress
}

// The causes of an answer. Only the first holds.
const (
	causeUnchanged   = "unchanged"
	causeHashChanged = "password_changed"
	causeNoPassword  = "no_password"
	causeNotFound    = "not_found"
	causeNotReadable = "not_readable" // its row is there, and cannot be used: no reset on a guess
	// causeNotActive is shared with Diff.
)

// Recheck asks for each listed account whether its finding still holds: the stored hash is the one that was
// confirmed, by its tag, and the account is active. It needs no password and streams the export. The
// answers are written in the order of the list.
func Recheck(ctx context.Context, cfg RecheckConfig) ([]rundir.Rechecked, error) {
	m, err := rundir.Verify(ctx, cfg.Dir)
	if err != nil {
		return nil, err
	}
	switch id := cfg.Key.ID(); {
	case m.Status == rundir.StatusHeld:
		return nil, fmt.Errorf("refusing to recheck run %q: its list is held, and nothing in it is published", cfg.Dir)
	case id != m.Index.KeyID:
		return nil, fmt.Errorf("run %q was made with key %q, the given key is %q", cfg.Dir, m.Index.KeyID, id)
	}
	list, err := rundir.ReadList(cfg.Dir, m)
	if err != nil {
		return nil, err
	}
	switch inside, err := rundir.Inside(cfg.Dir, cfg.Out); {
	case err != nil:
		return nil, fmt.Errorf("failed to find the place of %q: %w", cfg.Out, err)
	case inside:
		return nil, fmt.Errorf("refusing to write %q into run %q: with one more file it is not whole",
			cfg.Out, cfg.Dir)
	}
	if err := rundir.ClearRecheck(cfg.Out); err != nil {
		return nil, err
	}
	answers, err := cfg.recheck(ctx, list)
	if err != nil {
		return nil, err
	}
	return answers, rundir.WriteRecheck(cfg.Out, answers)
}

// recheck reads the export once.
func (cfg RecheckConfig) recheck(ctx context.Context, list []rundir.Row) ([]rundir.Rechecked, error) {
	answers := make([]rundir.Rechecked, len(list))
	place := make(map[string]int, len(list))
	for i := range list {
		answers[i] = rundir.Rechecked{
			AccountID: list[i].AccountID, FindingID: list[i].FindingID, Cause: causeNotFound,
		}
		place[list[i].AccountID] = i
	}
	source, err := accounts.Open(ctx, cfg.Source, cfg.Accounts)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	meter := cfg.Progress.Phase("recheck", -1, progress.Accounts)
	defer meter.Done()
	ids := finding.NewIDs(cfg.Key)
	var account accounts.Account
	for {
		err := source.Read(&account)
		switch {
		case errors.Is(err, io.EOF) && account.Row == 0:
			return nil, errors.New("the export has no accounts: that is not an answer")
		case errors.Is(err, io.EOF):
			return answers, nil
		case err != nil:
			return nil, err
		}
		meter.Add(1)
		i, listed := place[account.ID]
		if !listed {
			continue
		}
		if account.Rejected != "" {
			answers[i].Cause = causeNotReadable
			continue
		}
		if answers[i].Cause != causeNotFound {
			return nil, fmt.Errorf("failed to read accounts: row %d: account id %q was used before",
				account.Row, account.ID)
		}
		answers[i].Cause = recheckCause(ids, &account, list[i].HashTag)
		answers[i].Holds = answers[i].Cause == causeUnchanged
	}
}

// recheckCause says whether an account still has the stored hash of a tag, and can be used.
func recheckCause(ids finding.IDs, account *accounts.Account, tag string) string {
	switch {
	case account.Status != accounts.StatusActive:
		return causeNotActive
	case account.PasswordHash == "":
		return causeNoPassword
	case ids.HashTag(account.PasswordHash) != tag:
		return causeHashChanged
	default:
		return causeUnchanged
	}
}
