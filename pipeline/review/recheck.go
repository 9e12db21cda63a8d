package review

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/progress"
)

// RecheckConfig is what looking again right before a reset needs.
type RecheckConfig struct {
	Dir       string
	AccountID string           // of the only account to ask for; empty: all of the list
	Source    string           // account export, as of now
	Accounts  accounts.Options // how to read it
	Key       RecheckKey
	StateDir  string       // of the scans, which tells more; empty: none
	StateKey  *hashing.Key // of the state; nil: there is none
	Out       string       // file
	Form      rundir.RecheckForm
	Progress  progress.Progress
}

// The causes of an answer. The first two hold: a login that hashes the same password again, at a higher cost, does not
// make it another one.
const (
	causeUnchanged   = "unchanged"
	causeRehashed    = "rehashed"
	causeChanged     = "password_changed"
	causeHashChanged = "hash_changed" // rehashed or password_changed: nothing here tells
	causeNoPassword  = "no_password"
	causeNotFound    = "not_found"
	causeNotReadable = "not_readable" // its row is there, and cannot be used: no reset on a guess
	// causeNotActive is shared with Diff.
)

// Recheck asks for each listed account whether its finding still holds: the stored hash is the one that was
// confirmed, by its tag, or one that a login made of the same password since, and the account is active. It needs no
// password and streams the export. The answers are written in the order of the list.
func Recheck(ctx context.Context, cfg RecheckConfig) ([]rundir.Rechecked, error) {
	m, err := VerifyUnder(ctx, cfg.Dir, cfg.Key)
	if err != nil {
		return nil, err
	}
	switch id := cfg.Key.ID(); {
	case m.Status == rundir.StatusHeld && !m.HeldInPart():
		return nil, fmt.Errorf("refusing to recheck run %q: its list is held, and nothing in it is published", cfg.Dir)
	case id != m.Index.KeyID:
		return nil, fmt.Errorf("run %q was made with key %q, the given key is %q", cfg.Dir, m.Index.KeyID, id)
	}
	list, err := rundir.ReadPublished(cfg.Dir, m)
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
	if err := rundir.ClearRecheck(cfg.Out, cfg.Form); err != nil {
		return nil, err
	}
	if list, err = cfg.asked(list); err != nil {
		return nil, err
	}
	known, err := cfg.known(list)
	if err != nil {
		return nil, err
	}
	known.scanned = m.StartedAt
	answers, err := cfg.recheck(ctx, list, known)
	if err != nil {
		return nil, err
	}
	return answers, rundir.WriteRecheck(cfg.Out, answers, cfg.Form)
}

// asked returns the rows that the caller wants an answer for. For an account that is not published there is none: it must
// not read as one whose finding no longer holds.
func (cfg RecheckConfig) asked(list []rundir.Row) ([]rundir.Row, error) {
	if cfg.AccountID == "" {
		return list, nil
	}
	i := slices.IndexFunc(list, func(row rundir.Row) bool { return row.AccountID == cfg.AccountID })
	if i < 0 {
		name := "the account"
		if id := shown(cfg.AccountID); id != "" { // an address is not repeated
			name = fmt.Sprintf("account %q", id)
		}
		return nil, fmt.Errorf("%s is not on the published list of run %q: \"credsieve explain\" says what the run knows of it",
			name, cfg.Dir)
	}
	return list[i : i+1], nil
}

// recheck reads the export once.
func (cfg RecheckConfig) recheck(ctx context.Context, list []rundir.Row, known *knownThen) (
	[]rundir.Rechecked, error,
) {
	answers := make([]rundir.Rechecked, len(list))
	place := make(map[string]int, len(list))
	for i := range list {
		answers[i] = rundir.Rechecked{Row: list[i], Cause: causeNotFound}
		place[list[i].AccountID] = i
	}
	source, err := accounts.Open(ctx, cfg.Source, cfg.Accounts)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	meter := cfg.Progress.Phase("recheck", -1, progress.Accounts)
	defer meter.Done()
	ids := cfg.Key.ids()
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
		answers[i].Cause = known.cause(ids, &account, &list[i])
		answers[i].Holds = answers[i].Cause == causeUnchanged || answers[i].Cause == causeRehashed
	}
}

// knownThen is what the scan knew of the listed accounts beside their hashes.
type knownThen struct {
	scanned time.Time
	tags    map[string]string          // by account id: of the time of its last change of password
	records map[string]*ledger.Finding // by finding id, out of the state
}

// known reads it out of the run and, where one is named, of the state.
func (cfg RecheckConfig) known(list []rundir.Row) (*knownThen, error) {
	k := &knownThen{tags: make(map[string]string), records: make(map[string]*ledger.Finding)}
	listed := make(map[string]bool, len(list))
	for i := range list {
		listed[list[i].FindingID] = true
	}
	err := rundir.ReadMet(cfg.Dir, func(met rundir.Met) error {
		if met.ChangedTag != "" {
			k.tags[strings.Clone(met.AccountID)] = strings.Clone(met.ChangedTag)
		}
		return nil
	})
	if err != nil || cfg.StateDir == "" {
		return k, err
	}
	state, err := ledger.OpenExisting(cfg.StateDir, cfg.StateKey, true)
	if err != nil {
		return nil, err
	}
	defer state.Close()
	return k, state.Findings(func(name ledger.Credential, f *ledger.Finding) error {
		if id := hex.EncodeToString(name[:]); listed[id] {
			k.records[id] = f
		}
		return nil
	})
}

// cause says whether an account still has the password of a row, and can be used.
func (k *knownThen) cause(ids finding.IDs, account *accounts.Account, row *rundir.Row) string {
	switch {
	case account.Status != accounts.StatusActive:
		return causeNotActive
	case account.PasswordHash == "":
		return causeNoPassword
	case ids.HashTag(account.PasswordHash) == row.HashTag:
		return causeUnchanged
	}
	// A later scan has verified the password by the hash that the account has now, or seen that it does not open it.
	if f := k.records[row.FindingID]; f != nil {
		now := ids.Credential(&index.Account{ID: account.ID, StoredHash: account.PasswordHash})
		switch {
		case f.Hash == now:
			return causeRehashed
		case !f.Ended.IsZero():
			return causeChanged
		}
	}
	then, at := k.tags[account.ID], account.PasswordChangedAt
	switch {
	case then != "" && !at.IsZero() && ids.ChangedTag(account.ID, at) == then:
		return causeRehashed
	case then != "" && !at.IsZero(), at.After(k.scanned):
		return causeChanged
	}
	return causeHashChanged
}
