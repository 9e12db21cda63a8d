package review

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
)

// explained writes an explanation as it would be read aloud.
func explained(x *Explanation) string {
	lines := []string{x.Answer}
	for _, fact := range x.Facts {
		lines = append(lines, "- "+fact)
	}
	for _, s := range x.Sources {
		lines = append(lines, fmt.Sprintf("source %s %s %s %s", s.Name, s.Kind, s.LeakedOn, s.Trust))
	}
	for _, r := range x.Reasons {
		lines = append(lines, fmt.Sprintf("reason %s %v", r.Code, r.Weight))
	}
	for _, a := range x.Actions {
		lines = append(lines, "action "+a.Code)
	}
	for _, o := range x.Open {
		lines = append(lines, fmt.Sprintf("open %s %d", o.Cause, o.Candidates))
	}
	for _, unknown := range x.Unknown {
		lines = append(lines, "? "+unknown)
	}
	return strings.Join(lines, "\n")
}

const (
	unknownUse     = "? Whether anybody has used the password. This run sees dumps, not sign-ins.\n? Which service leaked it: the name of a dump is what its finder calls it. Do not name it to the user."
	unknownSince   = "\n? Whether the user has changed the password since: the run knows the account as of its index."
	unknownOpens   = "\n? Whether a leaked password opens the account."
	unknownRead    = "\n? What stands in the parts of 1 of the 4 inputs that could not be read."
	answerAtRisk   = "At risk: a password that leaked elsewhere opens this account.\n"
	answerNotClear = "Not listed, but not cleared either: "
)

// TestExplain says of an account of each kind what the run knows, and what it does not.
func TestExplain(t *testing.T) {
	t.Parallel()
	long, alias, nearby := outstanding("long", "1", noon(7)), row("alias", "2"), row("nearby", "3")
	long.Sources, long.FirstLeakedOn, long.LastLeakedOn = []string{"a", "b"}, noon(1), noon(3)
	alias.Status, alias.Attribution, alias.FirstLeakedOn, alias.LastLeakedOn = "outstanding", "alias", noon(2), noon(2)
	nearby.Attribution, nearby.IdentifierKind = "nearby", "phone"
	dir := night{
		rows: []rundir.Row{long, alias, nearby},
		others: []rundir.Met{
			{AccountID: "locked", State: rundir.StateNotActive, Candidates: 3, Refuted: 2, Actions: []string{"expire_sessions"}, Sources: []string{"b"}},
			{AccountID: "kept-off", State: rundir.StateExcluded, Candidates: 1},
			{AccountID: "refuted", State: rundir.StateRefuted, Candidates: 1, Refuted: 1, Sources: []string{"a"}},
			{AccountID: "open", State: rundir.StateUndecided, Candidates: 3, Refuted: 1},
			{AccountID: "layout", State: rundir.StateUndecided, Candidates: 2, Refuted: 1},
			{AccountID: "both", State: rundir.StateUndecided, Candidates: 2},
			{AccountID: "pruned", State: rundir.StatePruned, Candidates: 1},
			{AccountID: "hash", State: rundir.StateHashOnly},
			{AccountID: "named", State: rundir.StateMentioned},
			{AccountID: "beside", State: rundir.StateMentioned, Candidates: 1, Refuted: 1},
		},
		undecided: []rundir.Undecided{
			{AccountID: "open", Cause: "over_cap", Candidates: 2}, {AccountID: "layout", Cause: "not_understood", Candidates: 0},
			{AccountID: "both", Cause: "not_understood", Candidates: 0}, {AccountID: "both", Cause: "unchecked", Candidates: 2},
		},
		change: func(m *rundir.Manifest) {
			m.Inputs[0].Kind, m.Inputs[0].Trust, m.Inputs[0].LeakedOn = "site_breach", "verified", "2026-06-03"
			m.Inputs = append(m.Inputs, rundir.Input{Path: "a2.txt", Name: "a", Kind: "site_breach", Trust: "verified", LeakedOn: "2026-06-01", Status: "read"},
				rundir.Input{Path: "b.txt", Name: "b", Kind: "combo_list", Status: "partial"},
				rundir.Input{Path: "c.png", Name: "c", Status: "skipped", LeftOut: true})
		},
	}.publish(t)
	for account, want := range map[string]string{
		"long": answerAtRisk + "- The leaked record names the account's own e-mail address.\n- It leaked between 2026-06-01 and 2026-06-03.\n" +
			"- It has been on the list since 2026-06-07, 3 days when this run began: the password has not been changed since.\n" +
			"source a site_breach 2026-06-03 verified\nsource b combo_list  \nreason password_confirmed 70\naction reset_password\n" +
			unknownUse + unknownSince + unknownRead,
		"alias": answerAtRisk + "- The leaked record names a variant of the account's e-mail address (dots, or a tag after a plus), not the address itself.\n" +
			"- It leaked on 2026-06-02.\n- It was on an earlier list already, and the password has not been changed since.\n" +
			"source a site_breach 2026-06-03 verified\nreason password_confirmed 70\naction reset_password\n" +
			unknownUse + unknownSince + unknownRead,
		"nearby": answerAtRisk + "- No reader understood the record: the password stands beside the address of the account in the text of the dump.\n" +
			"source a site_breach 2026-06-03 verified\nreason password_confirmed 70\naction reset_password\n" +
			unknownUse + "\n? When it leaked: no dump says so." + unknownSince + unknownRead,
		"locked": "Not listed: a leaked password opens this account, but the account is disabled, locked, or set to sign in without a password.\n" +
			"- The dumps hold 3 different texts that may be a password of it; 2 others were tried before and do not open it.\n" +
			"source b combo_list  \naction expire_sessions\n" + unknownUse + unknownSince + unknownRead,
		"kept-off": "Not listed: a leaked password opens this account, but an operator keeps it off every list (--exclude).\n" +
			unknownUse + unknownSince + unknownRead,
		"refuted": "Not listed: leaked passwords were tried, and none of them opens this account.\n" +
			"- The dumps hold one password for it, and it does not open the account.\nsource a site_breach 2026-06-03 verified\n" +
			"? Whether it was an older password of the account, and whether other dumps hold the present one." + unknownRead,
		"open": answerNotClear + "leaked passwords for this account were not all decided.\n" +
			"- The dumps hold 3 different texts that may be a password of it; one was tried and does not open it.\nopen over_cap 2" + unknownOpens + unknownRead,
		"layout": answerNotClear + "a dump names this account, and the layout of that dump was not understood.\n" +
			"- The dumps hold 2 different texts that may be a password of it; 1 was tried and does not open it.\nopen not_understood 0" + unknownOpens + unknownRead,
		"both": answerNotClear + "leaked passwords for this account were not all decided.\n" +
			"- The dumps hold 2 different texts that may be a password of it; nothing was tried to the end.\n" +
			"open not_understood 0\nopen unchecked 2" + unknownOpens + unknownRead,
		"pruned": "Not listed: no leaked password for this account was worth a try.\n- What the dumps hold for it was not tried: only dumps that " +
			"are known to be made up hold it, or it is shorter than our own rules allowed when the password was set." + unknownOpens + unknownRead,
		"hash":  answerNotClear + "a dump holds a hash of a password for this account, and a hash cannot be tried." + unknownOpens + unknownRead,
		"named": answerNotClear + "a dump names this account, but holds no password that could be tried." + unknownOpens + unknownRead,
		"beside": answerNotClear + "a dump names this account in a place that is not understood. What stands beside its name was tried as far as it could be " +
			"a password, and does not open it.\n- The dumps hold 1 text that may be its password; it was tried and does not open it." + unknownOpens + unknownRead,
	} {
		all, err := Explain(t.Context(), Question{Dir: dir, AccountID: account})
		if err != nil || len(all) != 1 {
			t.Errorf("%s: %d answers, %v", account, len(all), err)
		} else if got := explained(all[0]); got != want {
			t.Errorf("%s:\n%s\nwant:\n%s", account, got, want)
		}
	}
	all, err := Explain(t.Context(), Question{Dir: dir, AccountID: "long"})
	if err != nil {
		t.Fatal(err)
	}
	want := Finding{
		Rank: 1, Score: 70, Band: "high", Status: "outstanding", Attribution: "exact", IdentifierKind: "email", FirstLeakedOn: "2026-06-01",
		LastLeakedOn: "2026-06-03", FindingID: long.FindingID, FirstListedAt: "2026-06-07T12:00:00Z", DaysOpen: 3,
	}
	if x := all[0]; x.AccountID != "long" || x.RunID == "" || x.RunStatus != rundir.StatusPartial || x.State != rundir.StateListed ||
		!x.FinishedAt.Equal(noon(10).Add(3600e9)) || *x.Finding != want || x.InPart {
		t.Errorf("%+v, %+v", x, x.Finding)
	}
	if _, err := Explain(t.Context(), Question{Dir: t.TempDir(), AccountID: "long"}); err == nil {
		t.Error("a folder that is not a run has an answer")
	}
}

// TestExplain_of_a_list_that_is_held says so of what is held, and only of that.
func TestExplain_of_a_list_that_is_held(t *testing.T) {
	t.Parallel()
	dir := night{rows: []rundir.Row{row("out", "1")}, waiting: []rundir.Row{row("held", "2")}}.publish(t)
	for account, held := range map[string]bool{"out": false, "held": true} {
		all, err := Explain(t.Context(), Question{Dir: dir, AccountID: account})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(all[0].Answer, "The list is held, not published"); got != held || !all[0].InPart || all[0].Finding == nil {
			t.Errorf("%s: %+v", account, all[0])
		}
	}
}

// TestExplain_asks_the_index: by an address in any of its forms, by an id that no dump names, and never under another key.
func TestExplain_asks_the_index(t *testing.T) {
	t.Parallel()
	p := workplace.Of(t, "account_id,email,password_hash\n"+
		"u2,ann.lee@gmail.com,$made$up$1\nu1,annlee@gmail.com,$made$up$2\nu3,bob@example.com,$made$up$3\nAccount-4,x@example.com,$made$up$4\n")
	dir := night{key: p.Key, others: []rundir.Met{
		{AccountID: "u3", State: rundir.StateRefuted, Candidates: 1, Refuted: 1}, {AccountID: "gone", State: rundir.StateRefuted},
	}}.publish(t)
	ask := func(q Question) string {
		t.Helper()
		q.Dir, q.Index, q.Key = dir, p.IndexDir, p.Key
		all, err := Explain(t.Context(), q)
		if err != nil {
			return err.Error()
		}
		var states []string
		for _, x := range all {
			states = append(states, x.AccountID+" "+string(x.State))
		}
		return strings.Join(states, ", ")
	}
	for _, tt := range []struct {
		q    Question
		want string
	}{
		{Question{AccountID: "u3"}, "u3 refuted"},
		{Question{AccountID: "u1"}, "u1 not_met"},
		{Question{AccountID: "gone"}, "gone refuted"},
		{Question{Email: "BOB@example.com"}, "u3 refuted"},
		{Question{Email: "\u200bbob@example.com"}, "u3 refuted"},
		{Question{Email: "ann.lee@gmail.com"}, "u1 not_met, u2 not_met"},
		{Question{Email: "nobody@example.com"}, "no account of the index has this address"},
		{Question{AccountID: "u9"}, `no account "u9", neither in this run nor, with a password, in the index; did you mean "u2" or "u1" or "u3"`},
		{Question{AccountID: "account-4 "}, `no account "account-4 ", neither in this run nor, with a password, in the index; did you mean "Account-4"`},
		{Question{AccountID: "bob@example.org"}, "no account of the index has this address"},
	} {
		if got := ask(tt.q); got != tt.want {
			t.Errorf("%q %q: %s, want %s", tt.q.AccountID, tt.q.Email, got, tt.want)
		}
	}
	_, err := Explain(t.Context(), Question{Dir: dir, AccountID: "u3", Index: p.IndexDir, Key: workplace.NewKey(t)})
	if err == nil || !strings.Contains(err.Error(), "was made with key") {
		t.Errorf("under another key: %v", err)
	}
	if _, err := Explain(t.Context(), Question{Dir: dir, AccountID: "u3", Index: t.TempDir(), Key: p.Key}); err == nil {
		t.Error("an index that is not there was asked")
	}
	all, err := Explain(t.Context(), Question{Dir: dir, AccountID: "u1", Index: p.IndexDir, Key: p.Key})
	want := "Not listed: this account was not found in any dump of this run.\n" +
		"? Whether it had a password with us when the run began: accounts without one are not looked for.\n? Whether a password of it leaked anywhere else."
	if err != nil || explained(all[0]) != want {
		t.Errorf("%v\n%s", err, explained(all[0]))
	}
}

// TestExplain_of_an_index_that_is_damaged says so: nobody may take it for an account that is not there.
func TestExplain_of_an_index_that_is_damaged(t *testing.T) {
	t.Parallel()
	var export strings.Builder
	export.WriteString("account_id,email,password_hash\n")
	for i := range 1000 {
		fmt.Fprintf(&export, "u%d,u%d@example.com,$made$up$%d\n", i, i, i)
	}
	p := workplace.Of(t, export.String())
	dir := night{key: p.Key}.publish(t)
	files, err := filepath.Glob(filepath.Join(p.IndexDir, "accounts.*.arrow"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%q, %v", files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for at := len(data) / 8; at < len(data)*7/8; at++ { // what tells where all lies is at the end
		data[at] ^= 0x55
	}
	if err := os.Chmod(files[0], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(files[0], data, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, q := range []Question{{AccountID: "u500"}, {Email: "u500@example.com"}, {AccountID: "nobody"}} {
		q.Dir, q.Index, q.Key = dir, p.IndexDir, p.Key
		var unknown *UnknownAccountError
		if all, err := Explain(t.Context(), q); err == nil || errors.As(err, &unknown) {
			t.Errorf("%q %q: %v, %v", q.AccountID, q.Email, all, err)
		}
	}
}

// TestUnknownAccount: a name that was mistyped is an error that says what was perhaps meant, and how to ask otherwise.
func TestUnknownAccount(t *testing.T) {
	t.Parallel()
	dir := night{others: []rundir.Met{{AccountID: "u1", State: rundir.StateRefuted}}}.publish(t)
	for asked, want := range map[string]string{
		"U1":              `no account "U1" in this run, which knows only accounts that its dumps name; did you mean "u1"`,
		"xx":              `no account "xx" in this run, which knows only accounts that its dumps name`,
		"bob@example.org": "no account of this run has this address as its id",
	} {
		_, err := Explain(t.Context(), Question{Dir: dir, AccountID: asked})
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v", asked, err)
		}
	}
	hints := []string{
		(&UnknownAccountError{}).Hint(), (&UnknownAccountError{Asked: "x"}).Hint(), (&UnknownAccountError{indexed: true}).Hint(),
		(&UnknownAccountError{Asked: "x", indexed: true}).Hint(),
	}
	if hints[0] != hints[1] || !strings.Contains(hints[0], "--index I") || !strings.Contains(hints[2], "may have another address") ||
		!strings.Contains(hints[3], "--email ADDRESS") || strings.Contains(hints[3], "--index") {
		t.Errorf("%q", hints)
	}
}

func TestAddSimilar(t *testing.T) {
	t.Parallel()
	for asked, want := range map[string]string{
		"user1":  "USER1 user2 user", // the fourth has no room
		"suer10": "user10",
		"u":      "U",
		"":       "",
		"nobody": "",
	} {
		e := &UnknownAccountError{Asked: asked}
		for _, id := range []string{"USER1", "user2", "USER1", "user", "user10", "user3", "x", "U", " ", ""} {
			e.addSimilar(id)
		}
		if got := strings.Join(e.Similar, " "); got != want {
			t.Errorf("%q is like %q, want %q", asked, got, want)
		}
	}
}

// TestOneApart: one character is changed, added, left out or swapped with its neighbour, wherever it stands.
func TestOneApart(t *testing.T) {
	t.Parallel()
	for pair, want := range map[[2]string]bool{
		{"abcd", "abcd"}: true, {"abcd", "xbcd"}: true, {"abcd", "abxd"}: true, {"abcd", "abcx"}: true, {"abcd", "xabcd"}: true,
		{"abcd", "abxcd"}: true, {"abcd", "abcdx"}: true, {"abcd", "bcd"}: true, {"abcd", "abd"}: true, {"abcd", "abc"}: true,
		{"abcd", "bacd"}: true, {"abcd", "acbd"}: true, {"abcd", "abdc"}: true, {"ab", "ba"}: true, {"ab", "abc"}: true, {"ab", "a"}: false,
		{"abcd", "cbad"}: false, {"abcd", "axcx"}: false, {"abcd", "badc"}: false, {"abcd", "abcdxx"}: false, {"abcd", "ab"}: false,
		{"a", "b"}: false, {"a", "ab"}: false, {"", ""}: false, {"abcd", "abxy"}: false, {"abcd", "axbcy"}: false, {"abcd", "bcda"}: false,
	} {
		if oneApart(pair[0], pair[1]) != want || oneApart(pair[1], pair[0]) != want {
			t.Errorf("%q and %q are one apart: %v", pair[0], pair[1], !want)
		}
	}
}

func TestCandidatesText_reads_well(t *testing.T) {
	t.Parallel()
	for want, met := range map[string]rundir.Met{
		"":                               {State: rundir.StateListed, Candidates: 1},
		"the first that was tried opens": {State: rundir.StateListed, Candidates: 2},
		"one other was tried before and does not open it": {
			State: rundir.StateListed, Candidates: 2, Refuted: 1},
		"2 others were tried before and do not open it": {
			State: rundir.StateNotActive, Candidates: 4, Refuted: 2},
		"one password for it, and it does not open":    {State: rundir.StateRefuted, Candidates: 1, Refuted: 1},
		"all were tried, and none of them opens it":    {State: rundir.StateRefuted, Candidates: 3, Refuted: 3},
		"one password for it, and it was not tried to": {State: rundir.StateUndecided, Candidates: 1},
		"none of them was tried to the end":            {State: rundir.StateUndecided, Candidates: 2},
		"one was tried and does not open it":           {State: rundir.StateUndecided, Candidates: 2, Refuted: 1},
		"2 were tried and do not open it":              {State: rundir.StateUndecided, Candidates: 3, Refuted: 2},
		"hold 1 text that may be its password; it was tried and does not open it": {
			State: rundir.StateMentioned, Candidates: 1, Refuted: 1},
		"hold 1 text that may be its password; nothing was tried to the end": {State: rundir.StateHashOnly, Candidates: 1},
		"hold 3 different texts that may be a password of it; 1 was tried and does not open it": {
			State: rundir.StateMentioned, Candidates: 3, Refuted: 1},
		"hold 4 different texts that may be a password of it; 4 were tried and do not open it": {
			State: rundir.StateMentioned, Candidates: 4, Refuted: 4},
		"was not tried: only dumps that are known to be": {State: rundir.StatePruned, Candidates: 1},
	} {
		got := strings.Join(candidatesText(met, false), "\n")
		if !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%+v: %q", met, got)
		}
	}
}
