// Package finding is the one thing that can bring an account on the list: a Finding.
//
// A Finding cannot be written down, only made, and there are two makers:
//
//   - Verified wants a Match of the account's own stored hash, of this run
//   - Standing wants the sealed record of such a match, of an earlier run, and an account that still has the stored
//     hash which was verified then
//
// Each refuses everything else. A candidate is not a finding, and no type, file or flag turns it into one.
//
// IDs name findings and stored hashes without giving either away; Evidence is what the dumps say about the leak.
//
// Not guaranteed: that the account is active. Whether a finding belongs on the list is asked with Active.
package finding

import (
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// Finding is an account whose own stored hash verified a leaked password. It holds no password. The zero value is
// not a finding.
type Finding struct {
	account     index.Account
	pair        *pair.Pair // without its secret
	evidence    Evidence
	sharedBy    int
	shared      pair.Print // of the password, where this run has met it
	independent int
	truncated   bool
	firstListed time.Time // zero: no list has had it
	heldBefore  bool
	excluded    bool
	name        ledger.Credential // of an earlier finding that this one goes on with; zero: its own
}

// Row of the account in the index.
func (f *Finding) Row() uint32 { return f.pair.Account }

// Account that was found.
func (f *Finding) Account() *index.Account { return &f.account }

// Pair that was verified, without its secret. Its inputs are those of this run that hold it.
func (f *Finding) Pair() *pair.Pair { return f.pair }

// Evidence is what the dumps that hold the pair say about the leak.
func (f *Finding) Evidence() Evidence { return f.evidence }

// SharedBy is how many accounts were met with the same password, this one included. 0: nobody has counted them.
func (f *Finding) SharedBy() int { return f.sharedBy }

// Shares says with how many accounts this run has met the password. An earlier one may have met more.
func (f *Finding) Shares(accounts int) { f.sharedBy = max(f.sharedBy, accounts) }

// Shared is what a crowd knows the password by that this run has met, to be counted when all findings are made; the zero value of
// one that it has not.
func (f *Finding) Shared() pair.Print { return f.shared }

// KnownBy says what a crowd knows the password of a recorded finding by, which this run has met.
func (f *Finding) KnownBy(p pair.Print) { f.shared = p }

// Independent is how many of its sources do not repeat each other.
func (f *Finding) Independent() int { return f.independent }

// Repeats says that no more of its sources are independent, as all findings of a run together show.
func (f *Finding) Repeats(independent int) { f.independent = min(f.independent, independent) }

// Truncated reports that the stored hash looked at the first bytes of the password only.
func (f *Finding) Truncated() bool { return f.truncated }

// Outstanding reports that an earlier run has listed the finding already.
func (f *Finding) Outstanding() bool { return !f.firstListed.IsZero() }

// FirstListed is when the list was published that had it first; zero: none has.
func (f *Finding) FirstListed() time.Time { return f.firstListed }

// HeldBefore reports that an earlier run held the finding because of the dumps that it rested on, and nobody let it go.
func (f *Finding) HeldBefore() bool { return f.heldBefore && !f.Outstanding() }

// Active reports whether a finding belongs on the list: its account can be used, and nobody excluded it.
func (f *Finding) Active() bool { return f.account.Status == accounts.StatusActive && !f.excluded }

// Exclude keeps a finding off the list, whatever its account is.
func (f *Finding) Exclude() { f.excluded = true }

// Excluded reports that somebody excluded it.
func (f *Finding) Excluded() bool { return f.excluded }

// ID names the finding for good, in hexadecimal: its own name, or that of the earlier finding that it goes on with.
func (f *Finding) ID(ids IDs) string {
	name := f.Name(ids)
	return hex.EncodeToString(name[:])
}

// Name is the credential that names the finding.
func (f *Finding) Name(ids IDs) ledger.Credential {
	if f.name != (ledger.Credential{}) {
		return f.name
	}
	return ids.Credential(&f.account)
}

// GoOn makes a finding one and the same as an earlier one of its account: the same password was verified again, by
// a hash that a login made of it since. It brings nobody on the list who is not there by this verification.
func (f *Finding) GoOn(name ledger.Credential, firstListed time.Time) {
	f.name, f.firstListed = name, firstListed
}

// Verified makes a finding of a verification of this run: result is what the stored hash of the account said of
// the pair's secret. Anything but a match is refused.
func Verified(account *index.Account, p *pair.Pair, result stored.Result, survey *pair.Survey) (Finding, error) {
	if result.Outcome != stored.Match {
		return Finding{}, fmt.Errorf("refusing to make a finding of account %q: its verification said %s",
			account.ID, result.Outcome)
	}
	evidence := Gather(survey.Inputs, p)
	return Finding{
		account: *account, pair: p.Alone(), evidence: evidence, truncated: result.Truncated,
		shared: survey.Crowd.Print(p), independent: survey.Repeats.Independent(evidence.Sources),
	}, nil
}

// Standing makes a finding of the record that a ledger holds under a name: the sealed record of a verification of
// this very account and stored hash. Inputs are those of this run that are evidence for the confirmed pair, ascending.
func Standing(ids IDs, name ledger.Credential, record *ledger.Finding, row uint32, account *index.Account,
	inputs []uint32,
) (Finding, error) {
	if ids.Credential(account) != record.Current(name) {
		return Finding{}, fmt.Errorf("refusing to make a finding of account %q: the record is of another account or stored "+
			"hash", account.ID)
	}
	return Finding{
		account: *account,
		pair: &pair.Pair{
			Account: row, Inputs: inputs, Attribution: hashing.Attribution(record.Attribution),
			Kind: hashing.Kind(record.Kind), Digest: record.Match == pair.MatchWrapped,
			OwnPage: slices.Contains(record.Marks, MarkOwnPage),
		},
		truncated: slices.Contains(record.Marks, MarkTruncated),
		sharedBy:  record.SharedBy, independent: record.Independent,
		evidence: Recorded(record.Sources), firstListed: record.ListedAt, heldBefore: !record.HeldAt.IsZero(), name: name,
	}, nil
}

// Marks of a recorded finding: the stored hash looked at the first bytes of the password only; a record says
// that it was typed into our own login page.
const (
	MarkTruncated = "truncated"
	MarkOwnPage   = "own_page"
)

// Marks are what a record keeps of a finding beside its evidence.
func (f *Finding) Marks() (marks []string) {
	if f.truncated {
		marks = append(marks, MarkTruncated)
	}
	if f.pair.OwnPage {
		marks = append(marks, MarkOwnPage)
	}
	return marks
}
