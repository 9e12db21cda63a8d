package review

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// Diff is what changed on the list from one run to another. Each part is sorted by account.
type Diff struct {
	RunA        string       `json:"run_a"`
	RunB        string       `json:"run_b"`
	New         []DiffRow    `json:"new"`
	Outstanding []DiffRow    `json:"outstanding"`
	Gone        []DiffRow    `json:"gone"`
	Counts      DiffCounts   `json:"counts"`
	Statuses    DiffStatuses `json:"statuses"`
}

// DiffRow is one finding. Of a gone one score and band are those it had.
type DiffRow struct {
	AccountID string  `json:"account_id"`
	FindingID string  `json:"finding_id"`
	Score     float64 `json:"score"`
	Band      string  `json:"band"`
	Cause     string  `json:"cause"`
	// Of an outstanding one, as of run B: since when it has been on a list (RFC 3339, empty: not known), and for how many days.
	FirstListedAt string `json:"first_listed_at,omitempty"`
	DaysOpen      int    `json:"days_open,omitempty"`
}

// DiffCounts are the lengths of the parts.
type DiffCounts struct {
	New         int `json:"new"`
	Outstanding int `json:"outstanding"`
	Gone        int `json:"gone"`
}

// DiffStatuses are those of the two runs: a held list is compared like a published one.
type DiffStatuses struct {
	A rundir.Status `json:"run_a"`
	B rundir.Status `json:"run_b"`
}

// The causes of a new, an outstanding and a gone finding. What a run cannot know is not guessed: an account
// that nobody names in run B may be closed, changed, or simply not in these dumps.
const (
	causeFirstListed     = "first_listed"
	causeStillListed     = "still_listed"
	causePasswordChanged = "password_changed" // another stored hash, and that one leaked as well
	causeNoLongerMatches = "no_longer_matches"
	causeNotActive       = "not_active"
	causeExcluded        = "excluded"
	causeUndecided       = "undecided"
	causeNotTested       = "not_tested"
	causeNotMet          = "not_met"
)

// Compare says what changed on the list from run A to run B. Findings are the same when account and finding
// id are: the id changes with the stored hash. Both runs are verified first.
func Compare(ctx context.Context, dirA, dirB string) (*Diff, error) {
	a, err := openRun(ctx, dirA)
	if err != nil {
		return nil, err
	}
	b, err := openRun(ctx, dirB)
	if err != nil {
		return nil, err
	}
	if a.manifest.Index.KeyID != b.manifest.Index.KeyID {
		return nil, fmt.Errorf("runs %q and %q cannot be compared: they were made with different keys, which "+
			"give the same finding different ids", dirA, dirB)
	}
	d := &Diff{
		RunA: a.manifest.RunID, RunB: b.manifest.RunID,
		New: []DiffRow{}, Outstanding: []DiffRow{}, Gone: []DiffRow{},
		Statuses: DiffStatuses{a.manifest.Status, b.manifest.Status},
	}
	d.addListed(a, b)
	if err := d.addGone(a, b, dirB); err != nil {
		return nil, err
	}
	d.Counts = DiffCounts{len(d.New), len(d.Outstanding), len(d.Gone)}
	for _, part := range [][]DiffRow{d.New, d.Outstanding, d.Gone} {
		slices.SortFunc(part, func(x, y DiffRow) int { return cmp.Compare(x.AccountID, y.AccountID) })
	}
	return d, nil
}

// openedRun is a verified run with its list, by account.
type openedRun struct {
	manifest *rundir.Manifest
	rows     map[string]rundir.Row
}

func openRun(ctx context.Context, dir string) (*openedRun, error) {
	m, err := rundir.Verify(ctx, dir)
	if err != nil {
		return nil, err
	}
	list, err := rundir.ReadList(dir, m)
	if err != nil {
		return nil, err
	}
	if err := rundir.ReadFirstListed(dir, list); err != nil {
		return nil, err
	}
	r := &openedRun{manifest: m, rows: make(map[string]rundir.Row, len(list))}
	for i := range list {
		r.rows[list[i].AccountID] = list[i]
	}
	return r, nil
}

func diffRow(row rundir.Row, cause string) DiffRow {
	return DiffRow{AccountID: row.AccountID, FindingID: row.FindingID, Score: row.Score, Band: row.Band, Cause: cause}
}

func (d *Diff) addListed(a, b *openedRun) {
	for account, row := range b.rows {
		switch before, was := a.rows[account]; {
		case !was:
			d.New = append(d.New, diffRow(row, causeFirstListed))
		case before.FindingID != row.FindingID:
			d.New = append(d.New, diffRow(row, causePasswordChanged))
		default:
			d.Outstanding = append(d.Outstanding, b.stillListed(&before, row, a.manifest))
		}
	}
}

// stillListed is a row that both lists have. Runs without a state do not say since when; then the earlier list is the first
// that is known.
func (r *openedRun) stillListed(before *rundir.Row, row rundir.Row, earlier *rundir.Manifest) DiffRow {
	d := diffRow(row, causeStillListed)
	for _, since := range []time.Time{row.FirstListedAt, before.FirstListedAt, publishedAt(earlier)} {
		if row.FirstListedAt = since; !since.IsZero() {
			d.FirstListedAt, d.DaysOpen = since.UTC().Format(time.RFC3339), row.DaysOpen(r.manifest.StartedAt)
			break
		}
	}
	return d
}

// publishedAt is when the list of a run was out; zero: it is held.
func publishedAt(m *rundir.Manifest) time.Time {
	switch {
	case m.Status == rundir.StatusHeld:
		return time.Time{}
	case m.Release != nil:
		return m.Release.ApprovedAt
	default:
		return m.StartedAt
	}
}

func (d *Diff) addGone(a, b *openedRun, dirB string) error {
	gone := make(map[string]string) // account to cause
	for account, before := range a.rows {
		switch row, is := b.rows[account]; {
		case !is:
			gone[account] = causeNotMet
		case before.FindingID != row.FindingID:
			gone[account] = causePasswordChanged
		}
	}
	err := rundir.ReadMet(dirB, func(met rundir.Met) error {
		if gone[met.AccountID] == causeNotMet {
			gone[met.AccountID] = causeOfState(met.State)
		}
		return nil
	})
	for account, cause := range gone {
		d.Gone = append(d.Gone, diffRow(a.rows[account], cause))
	}
	return err
}

func causeOfState(state rundir.State) string {
	switch state {
	case rundir.StateRefuted:
		return causeNoLongerMatches
	case rundir.StateNotActive:
		return causeNotActive
	case rundir.StateExcluded:
		return causeExcluded
	case rundir.StateUndecided:
		return causeUndecided
	default:
		return causeNotTested
	}
}

// DiffCauseText says in words what a cause of a Diff means.
func DiffCauseText(cause string) string {
	switch cause {
	case causeFirstListed:
		return "not on the first list"
	case causeStillListed:
		return "same stored hash on both lists"
	case causePasswordChanged:
		return "the stored hash has changed, and the new password leaked as well"
	case causeNoLongerMatches:
		return "leaked passwords were tried again and none opens it: probably changed"
	case causeNotActive:
		return "the account is disabled, locked, or set to sign in without a password"
	case causeExcluded:
		return "an operator keeps the account off the list"
	case causeUndecided:
		return "undecided in the second run: not cleared"
	case causeNotTested:
		return "the second run had no password to try for it"
	default:
		return "no dump of the second run names it, or the account is gone"
	}
}
