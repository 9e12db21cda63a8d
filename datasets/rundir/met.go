package rundir

import (
	"strconv"
	"strings"
	"time"

	"github.com/credsieve/credsieve/datasets/shown"
)

// State is what came of an account that a dump names.
type State string

// The states of accounts, as they stand in accounts.csv.
const (
	StateListed    State = "listed"     // confirmed and on the list, published or held
	StateNotActive State = "not_active" // confirmed, but the account is disabled, locked or without password sign-in
	StateExcluded  State = "excluded"   // confirmed, but an operator keeps it off every list
	StateRefuted   State = "refuted"    // no leaked password that was tried opens it
	StateUndecided State = "undecided"  // undecided.csv has the cause
	StatePruned    State = "pruned"     // no leaked password for it was worth a verification
	StateHashOnly  State = "hash_only"  // a dump holds a hash for it that cannot be tested
	StateMentioned State = "mentioned"  // named; no record of it was understood, and no text beside it opens it
)

// Met is an account that a dump of the run names, and what came of it.
type Met struct {
	AccountID  string
	State      State
	Candidates int      // different leaked passwords for it
	Refuted    int      // of those: tried, and not its password
	Sources    []string // dumps that name it, by name, sorted
	// ChangedTag is a keyed fingerprint of the time at which the password of a listed account was changed last, as its
	// export said, by which Recheck tells a hash that a login made again; empty: not listed, or unknown.
	ChangedTag string
	Actions    []string // for accounts that are not on the list; those of the list stand there
	// FirstListedAt is that of the Row of a listed account.
	FirstListedAt time.Time // in whole seconds
}

const metName = "accounts.csv"

var metHeader = []string{"account_id", "state", "candidates", "refuted", "source_count", "sources", "changed_tag", "actions", "first_listed_at"}

func (m Met) record() []string {
	return []string{
		shown.Cell(m.AccountID), string(m.State), strconv.Itoa(m.Candidates), strconv.Itoa(m.Refuted),
		strconv.Itoa(len(m.Sources)), shown.Cell(strings.Join(m.Sources, ";")), m.ChangedTag,
		strings.Join(m.Actions, ";"), moment(m.FirstListedAt),
	}
}

// moment is a time as the run directory writes it; one that is not known is empty.
func moment(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// Accounts is accounts.csv while it is written. Like rejects, the accounts met can be more than memory holds.
type Accounts struct {
	table
	columns int
}

// CreateAccounts starts accounts.csv, with a column of since when accounts have been on lists if any has.
func (s *Staging) CreateAccounts(outstanding bool) (*Accounts, error) {
	columns := len(metHeader)
	if !outstanding {
		columns--
	}
	t, err := s.createTable(metName, metHeader[:columns])
	return &Accounts{t, columns}, err
}

// Add writes one account; the caller keeps them in order.
func (a *Accounts) Add(m Met) error { return a.add(m.record()[:a.columns]) }
