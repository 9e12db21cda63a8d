package finding_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/pair"
)

func day2026(month time.Month) time.Time { return time.Date(2026, month, 1, 0, 0, 0, 0, time.UTC) }

func newKey(t *testing.T) *hashing.Key {
	t.Helper()
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// twoDumps is a pair that a site's breach and a made-up dump hold.
func twoDumps(t *testing.T) (*pair.Pair, *pair.Survey) {
	t.Helper()
	in := pair.NewInputs([]dump.Input{
		{Meta: dump.Meta{Name: "shop", Kind: dump.KindSiteBreach, LeakedOn: day2026(2)}},
		{Meta: dump.Meta{Name: "nothing", Trust: dump.TrustFabricated}},
	})
	p := &pair.Pair{Account: 7, Secret: []byte("Made-Up-1"), Inputs: []uint32{0, 1}}
	survey := pair.NewSurvey(in, newKey(t))
	survey.Add(p)
	return p, survey
}

// TestVerified_wants_a_match: no other outcome of a verification makes a finding.
func TestVerified_wants_a_match(t *testing.T) {
	t.Parallel()
	p, survey := twoDumps(t)
	account := &index.Account{ID: "u1", StoredHash: "$made$up", Status: accounts.StatusActive}
	for _, outcome := range []stored.Outcome{stored.OutcomeUnspecified, stored.NoMatch, stored.CannotVerify} {
		f, err := finding.Verified(account, p, stored.Result{Outcome: outcome}, survey)
		if err == nil || f.Active() {
			t.Errorf("%s makes a finding: %v", outcome, err)
		}
		if strings.Contains(err.Error(), "Made-Up") || strings.Contains(err.Error(), "$made") {
			t.Errorf("the error shows a secret: %v", err)
		}
	}
	f, err := finding.Verified(account, p, stored.Result{Outcome: stored.Match, Truncated: true}, survey)
	if err != nil {
		t.Fatal(err)
	}
	if f.Row() != 7 || !f.Active() || f.Outstanding() || f.Pair().Secret != nil || f.SharedBy() != 1 || f.Independent() != 1 ||
		!slices.Equal(f.Marks(), []string{finding.MarkTruncated}) {
		t.Errorf("got %+v", f)
	}
	if e := f.Evidence(); !slices.Equal(e.Sources, []string{"shop"}) || !e.Last.Equal(day2026(2)) {
		t.Errorf("evidence %+v", e)
	}
}

// TestStanding_wants_the_record_of_the_stored_hash: an account that changed its password, or another account, has
// another name, and the record makes no finding of it.
func TestStanding_wants_the_record_of_the_stored_hash(t *testing.T) {
	t.Parallel()
	ids := finding.NewIDs(newKey(t))
	account := index.Account{ID: "u1", StoredHash: "$made$up"}
	name := ids.Credential(&account)
	changed, other := account, account
	changed.StoredHash, other.ID = "$made$up$again", "u2"
	record := &ledger.Finding{
		Match: pair.MatchWrapped, Marks: []string{finding.MarkOwnPage}, ListedAt: day2026(1), Independent: 2,
		Sources: []ledger.Source{{Name: "shop", Kind: "phishing"}, {Name: "forum", LeakedOn: day2026(3)}},
	}
	for _, a := range []*index.Account{&changed, &other} {
		if _, err := finding.Standing(ids, name, record, 7, a, nil); err == nil || strings.Contains(err.Error(), "$made") {
			t.Errorf("%+v: %v", a, err)
		}
	}
	if _, err := finding.Standing(finding.NewIDs(newKey(t)), name, record, 7, &account, nil); err == nil {
		t.Error("a name under another key is taken")
	}
	f, err := finding.Standing(ids, name, record, 7, &account, []uint32{3})
	if err != nil {
		t.Fatal(err)
	}
	if !f.Outstanding() || !f.Pair().Digest || !f.Pair().OwnPage || f.Truncated() || f.Independent() != 2 || f.Row() != 7 {
		t.Errorf("got %+v", f)
	}
	if e := f.Evidence(); fmt.Sprint(e.Sources, len(e.Kinds)) != "[forum shop] 2" || !e.First.Equal(day2026(3)) {
		t.Errorf("evidence %+v", e)
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	ids := finding.NewIDs(newKey(t))
	a, b := index.Account{ID: "u1", StoredHash: "2$made"}, index.Account{ID: "u12", StoredHash: "$made"}
	if ids.Finding(&a) == ids.Finding(&b) {
		t.Error("two accounts have one id")
	}
	if id := ids.Finding(&a); len(id) != 32 || id == ids.HashTag(a.StoredHash) {
		t.Errorf("id %s", id)
	}
}
