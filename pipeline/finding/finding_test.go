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
	survey := pair.NewSurvey(in, pair.NewCrowd(newKey(t), "", 1<<20))
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
	if f.Row() != 7 || !f.Active() || f.Outstanding() || f.Pair().Secret != nil || f.SharedBy() != 0 || f.Independent() != 1 ||
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

// TestFinding_says_what_became_of_it: excluded, held before, told of as a repetition, gone on with.
func TestFinding_says_what_became_of_it(t *testing.T) {
	t.Parallel()
	ids := finding.NewIDs(newKey(t))
	account := &index.Account{ID: "u1", StoredHash: "$made$up", Status: accounts.StatusActive}
	p, survey := twoDumps(t)
	p.OwnPage = true
	make := func() finding.Finding {
		f, err := finding.Verified(account, p, stored.Result{Outcome: stored.Match}, survey)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	f := make()
	if f.Name(ids) != ids.Credential(account) || f.ID(ids) != ids.Finding(account) || f.HeldBefore() || f.Excluded() ||
		!slices.Equal(f.Marks(), []string{finding.MarkOwnPage}) {
		t.Errorf("got %+v", f)
	}
	if f.Repeats(3); f.Independent() != 1 {
		t.Errorf("it has more sources than it has: %d", f.Independent())
	}
	if f.Repeats(0); f.Independent() != 0 {
		t.Errorf("a repetition counts: %d", f.Independent())
	}
	if f.Exclude(); !f.Excluded() || f.Active() {
		t.Error("it is not excluded")
	}
	earlier := ledger.Credential{7}
	f = make()
	if f.GoOn(earlier, day2026(1)); f.Name(ids) != earlier || !f.Outstanding() || !f.FirstListed().Equal(day2026(1)) ||
		!strings.HasPrefix(f.ID(ids), "0700") {
		t.Errorf("it does not go on: %+v", f)
	}
	name := ids.Credential(account)
	for _, at := range []struct {
		held, listed time.Time
		want         bool
	}{{day2026(1), time.Time{}, true}, {day2026(1), day2026(2), false}, {time.Time{}, time.Time{}, false}, {time.Time{}, day2026(2), false}} {
		f, err := finding.Standing(ids, name, &ledger.Finding{HeldAt: at.held, ListedAt: at.listed}, 7, account, nil)
		if err != nil || f.HeldBefore() != at.want {
			t.Errorf("held %v, listed %v: %v, %v", at.held, at.listed, f.HeldBefore(), err)
		}
	}
}

// TestGather_names_each_dump_once, in order, whatever the order of the inputs.
func TestGather_names_each_dump_once(t *testing.T) {
	t.Parallel()
	in := pair.NewInputs([]dump.Input{{Meta: dump.Meta{Name: "shop"}}, {Meta: dump.Meta{Name: "forum"}}, {Meta: dump.Meta{Name: "shop"}}})
	if e := finding.Gather(in, &pair.Pair{Inputs: []uint32{0, 1, 2}}); !slices.Equal(e.Sources, []string{"forum", "shop"}) {
		t.Errorf("%v", e.Sources)
	}
}

// TestChangedTag tells accounts, times and hashes apart.
func TestChangedTag(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	ids, seen := finding.NewIDs(key), map[string]string{}
	if tag := ids.ChangedTag("u1", time.Time{}); tag != "" {
		t.Errorf("a time that is not known has the tag %s", tag)
	}
	const at = "\x00changed\x00" // of a stored hash that is made to look like a time
	for name, tag := range map[string]string{
		"u1": ids.ChangedTag("u1", day2026(1)), "later": ids.ChangedTag("u1", day2026(2)), "u2": ids.ChangedTag("u2", day2026(1)),
		"hash": ids.HashTag("$made$up"), "other hash": ids.HashTag("$made$up$again"), "no id": ids.ChangedTag("", time.Unix(0, 0)),
		"eight zeros": ids.HashTag(strings.Repeat("\x00", 8)), "looks so": ids.HashTag(at),
	} {
		if other, ok := seen[tag]; ok || len(tag) != 32 {
			t.Errorf("%s and %s have the tag %s", name, other, tag)
		}
		seen[tag] = name
	}
	if ids.ChangedTag("u1", day2026(1)) != finding.NewIDs(key).ChangedTag("u1", day2026(1).Local()) {
		t.Error("the same time has two tags")
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
