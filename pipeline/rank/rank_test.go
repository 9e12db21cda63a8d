package rank

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/pair"
)

var now = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// rowOf is the row of one finding, nil when it is not on the list.
func rowOf(t *testing.T, a index.Account, r ledger.Finding) *rundir.Row {
	t.Helper()
	list := Rows([]finding.Finding{standing(t, a, r)}, ids(), Weights{}, now)
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}

func ids() finding.IDs {
	return finding.IDsUnder([]byte("a key of findings"), []byte("a key of hashes"))
}

func standing(t *testing.T, a index.Account, r ledger.Finding) finding.Finding {
	t.Helper()
	f, err := finding.Standing(ids(), ids().Credential(&a), &r, 7, &a, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func plain() (index.Account, ledger.Finding) {
	return index.Account{ID: "u1", StoredHash: "$made$up", Status: accounts.StatusActive, Identifier: "u1@example.com"}, ledger.Finding{
		Match: pair.MatchExact, Attribution: uint8(hashing.AttributionExact), Kind: uint8(hashing.KindEmail), SharedBy: 1, Independent: 1,
		Sources: []ledger.Source{{Name: "shop"}},
	}
}

// TestRows_knows_all_that_a_score_depends_on: each thing that is said of an account, a pair or a dump reaches the reasons.
func TestRows_knows_all_that_a_score_depends_on(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*index.Account, *ledger.Finding){
		"":                   func(*index.Account, *ledger.Finding) {},
		reasonAlias:          func(_ *index.Account, f *ledger.Finding) { f.Attribution = uint8(hashing.AttributionAlias) },
		reasonNearby:         func(_ *index.Account, f *ledger.Finding) { f.Attribution = uint8(hashing.AttributionNearby) },
		reasonSeveralSources: func(_ *index.Account, f *ledger.Finding) { f.Independent = 2 },
		reasonOwnLoginPage:   func(_ *index.Account, f *ledger.Finding) { f.Marks = []string{finding.MarkOwnPage} },
		reasonTruncated:      func(_ *index.Account, f *ledger.Finding) { f.Marks = []string{finding.MarkTruncated} },
		reasonCoincidence:    func(_ *index.Account, f *ledger.Finding) { f.SharedBy = sharedByMany },
		reasonNoSecondFactor: func(a *index.Account, _ *ledger.Finding) { a.MFA = accounts.MFADisabled },
		reasonAdmin:          func(a *index.Account, _ *ledger.Finding) { a.Privilege = accounts.PrivilegeAdmin },
		reasonStaff:          func(a *index.Account, _ *ledger.Finding) { a.Privilege = accounts.PrivilegeStaff },
		reasonActive:         func(a *index.Account, _ *ledger.Finding) { a.LastActiveAt = now.Add(-activeWithin) },
		reasonDormant:        func(a *index.Account, _ *ledger.Finding) { a.LastActiveAt = now.Add(-dormantFrom) },
		reasonStealerLog:     func(_ *index.Account, f *ledger.Finding) { f.Sources[0].Kind = "stealer_log" },
		reasonLastMonth:      func(_ *index.Account, f *ledger.Finding) { f.Sources[0].LeakedOn = now.Add(-30 * day) },
		reasonLastYear:       func(_ *index.Account, f *ledger.Finding) { f.Sources[0].LeakedOn = now.Add(-30*day - 1) },
		reasonLastThreeYears: func(_ *index.Account, f *ledger.Finding) { f.Sources[0].LeakedOn = now.Add(-3 * 365 * day) },
	} {
		account, record := plain()
		change(&account, &record)
		row := rowOf(t, account, record)
		var codes []string
		for _, r := range row.Reasons {
			codes = append(codes, r.Code)
		}
		expected := []string{reasonConfirmed}
		if want != "" {
			expected = append(expected, want)
		}
		slices.Sort(codes)
		if slices.Sort(expected); !slices.Equal(codes, expected) {
			t.Errorf("got %v, want %v", codes, expected)
		}
		if row.Score != score(row.Reasons) || row.Band != bandOf(row.Score) || !slices.Equal(row.Actions, actions(row.Reasons)) {
			t.Errorf("%+v", row)
		}
	}
}

// TestRows_says_what_a_finding_is, and nothing of one that is outstanding as if it were new.
func TestRows_says_what_a_finding_is(t *testing.T) {
	t.Parallel()
	account, record := plain()
	record.Match, record.Kind = pair.MatchWrapped, uint8(hashing.KindPhone)
	first, last := now.AddDate(-2, 0, 0), now.AddDate(-1, 0, 0)
	record.Sources = []ledger.Source{{Name: "b", LeakedOn: last}, {Name: "a", LeakedOn: first}}
	row := rowOf(t, account, record)
	if row.Rank != 1 || row.AccountID != "u1" || row.Status != finding.StatusNew || row.Match != pair.MatchWrapped || row.IdentifierKind != "phone" ||
		row.Attribution != "exact" || !row.FirstLeakedOn.Equal(first) || !row.LastLeakedOn.Equal(last) || strings.Join(row.Sources, " ") != "a b" ||
		row.FindingID != ids().Finding(&account) || row.HashTag != ids().HashTag("$made$up") || row.Identifier != "u1@example.com" || !row.FirstListedAt.IsZero() {
		t.Errorf("%+v", row)
	}
	record.ListedAt = now.AddDate(0, 0, -3).Add(time.Millisecond)
	if row = rowOf(t, account, record); row.Status != finding.StatusOutstanding || !row.FirstListedAt.Equal(now.AddDate(0, 0, -3)) {
		t.Errorf("outstanding: %+v", row)
	}
	if account.Status = accounts.StatusDisabled; rowOf(t, account, record) != nil {
		t.Error("an account that cannot be used is on the list")
	}
}

// TestRows_puts_the_worst_first, of equals the first by its id, and numbers them.
func TestRows_puts_the_worst_first(t *testing.T) {
	t.Parallel()
	var findings []finding.Finding
	for _, id := range []string{"c", "a", "d", "b"} {
		account, record := plain()
		account.ID = id
		if id == "d" {
			account.Privilege = accounts.PrivilegeAdmin
		}
		findings = append(findings, standing(t, account, record))
	}
	got := ""
	for i, row := range Rows(findings, ids(), Weights{}, now) {
		if got += row.AccountID; row.Rank != i+1 {
			t.Errorf("row %d has rank %d", i+1, row.Rank)
		}
	}
	if got != "dabc" {
		t.Errorf("order %s", got)
	}
}
