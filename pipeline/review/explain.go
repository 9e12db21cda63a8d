package review

import (
	"fmt"
	"slices"
	"time"

	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/rank"
)

// Explanation is what one run knows of one account. It never holds a password, because a run has none.
type Explanation struct {
	AccountID  string          `json:"account_id"`
	RunID      string          `json:"run_id"`
	RunStatus  rundir.Status   `json:"run_status"`
	FinishedAt time.Time       `json:"finished_at"`
	InPart     bool            `json:"held_in_part,omitempty"` // of its list only a part is held
	State      rundir.State    `json:"state"`
	Answer     string          `json:"answer"`
	Facts      []string        `json:"facts"`
	Finding    *Finding        `json:"finding,omitempty"` // of a listed account
	Sources    []Source        `json:"sources"`
	Reasons    []Explained     `json:"reasons"`
	Actions    []Explained     `json:"actions"`
	Open       []OpenCandidate `json:"open"`
	Unknown    []string        `json:"unknown"`
}

// Finding is the row of a listed account, without what stands beside it in an Explanation.
type Finding struct {
	Rank           int     `json:"rank"`
	Score          float64 `json:"score"`
	Band           string  `json:"band"`
	Status         string  `json:"status"`
	Attribution    string  `json:"attribution"`
	IdentifierKind string  `json:"identifier_kind"`
	FirstLeakedOn  string  `json:"first_leaked_on"`
	LastLeakedOn   string  `json:"last_leaked_on"`
	FindingID      string  `json:"finding_id"`
	FirstListedAt  string  `json:"first_listed_at"` // RFC 3339; of a new one, and where it is not known, empty
	DaysOpen       int     `json:"days_open"`       // when the run began
}

// Source is a dump that names the account, as its sidecar describes it.
type Source struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	LeakedOn string `json:"leaked_on"`
	Trust    string `json:"trust"`
}

// Explained is a code of a list in words. Weight is 0 for an action.
type Explained struct {
	Code   string  `json:"code"`
	Weight float64 `json:"weight,omitempty"`
	Text   string  `json:"text"`
}

// OpenCandidate is why leaked passwords for the account were not decided.
type OpenCandidate struct {
	Cause      string `json:"cause"`
	Candidates int    `json:"candidates"`
	Text       string `json:"text"`
}

// stateNotMet is an account that no dump of the run names.
const stateNotMet rundir.State = "not_met"

// causeNotUnderstood is the cause of accounts that an input names whose layout was not understood.
const causeNotUnderstood = "not_understood"

// stateUntestable is what runs of schema version 1 say for hash_only and mentioned.
const stateUntestable rundir.State = "untestable"

// explain says what a verified run knows of an account.
func explain(dir string, m *rundir.Manifest, accountID string) (*Explanation, error) {
	met := rundir.Met{AccountID: accountID, State: stateNotMet}
	err := rundir.ReadMet(dir, func(account rundir.Met) error {
		if account.AccountID == accountID {
			met = account
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	waiting, err := rundir.ReadHeld(dir, m)
	if err != nil {
		return nil, err
	}
	held := slices.ContainsFunc(waiting, func(r rundir.Row) bool { return r.AccountID == accountID })
	x := &Explanation{
		AccountID: accountID, RunID: m.RunID, RunStatus: m.Status, InPart: m.HeldInPart(), FinishedAt: m.FinishedAt, State: met.State,
		Answer: answer(met, held), Facts: []string{}, Sources: sourcesNamed(m, met.Sources),
		Reasons: []Explained{}, Actions: []Explained{}, Open: []OpenCandidate{},
	}
	x.addActions(met.Actions)
	if err := x.addOpen(dir); err != nil {
		return nil, err
	}
	if x.State == rundir.StateUndecided && !slices.ContainsFunc(x.Open, func(o OpenCandidate) bool {
		return o.Cause != causeNotUnderstood
	}) {
		x.Answer = "Not listed, but not cleared either: a dump names this account, and the layout of that dump was not understood."
	}
	if met.State == rundir.StateListed {
		if err := x.addFinding(dir, m, met.FirstListedAt); err != nil {
			return nil, err
		}
	}
	x.addFacts(met)
	x.addUnknown(met, m)
	return x, nil
}

// answer is the first sentence, the one that is read aloud.
func answer(met rundir.Met, held bool) string {
	switch met.State {
	case rundir.StateListed:
		if held {
			return "At risk: a password that leaked elsewhere opens this account. The list is held, " +
				"not published: nobody has been asked to act on it."
		}
		return "At risk: a password that leaked elsewhere opens this account."
	case rundir.StateNotActive:
		return "Not listed: a leaked password opens this account, but the account is disabled, locked, or set to sign in " +
			"without a password."
	case rundir.StateExcluded:
		return "Not listed: a leaked password opens this account, but an operator keeps it off every list (--exclude)."
	case rundir.StateRefuted:
		return "Not listed: leaked passwords were tried, and none of them opens this account."
	case rundir.StateUndecided:
		return "Not listed, but not cleared either: leaked passwords for this account were not all decided."
	case rundir.StatePruned:
		return "Not listed: no leaked password for this account was worth a try."
	case rundir.StateHashOnly:
		return "Not listed, but not cleared either: a dump holds a hash of a password for this account, and a hash " +
			"cannot be tried."
	case rundir.StateMentioned, stateUntestable:
		if met.Candidates == 0 {
			return "Not listed, but not cleared either: a dump names this account, but holds no password that could be " +
				"tried."
		}
		return "Not listed, but not cleared either: a dump names this account in a place that is not understood. What " +
			"stands beside its name was tried as far as it could be a password, and does not open it."
	default:
		return "Not listed: this account was not found in any dump of this run."
	}
}

// addOpen adds what undecided.csv says of the account.
func (x *Explanation) addOpen(dir string) error {
	rows, err := rundir.ReadUndecided(dir)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.AccountID == x.AccountID {
			x.Open = append(x.Open, OpenCandidate{row.Cause, row.Candidates, CauseText(row.Cause)})
		}
	}
	return nil
}

func (x *Explanation) addFinding(dir string, m *rundir.Manifest, since time.Time) error {
	rows, err := rundir.ReadList(dir, m)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(rows, func(r rundir.Row) bool { return r.AccountID == x.AccountID })
	if i < 0 {
		return fmt.Errorf("account %q is not on the list of run %q", x.AccountID, dir) // Verify has looked
	}
	row := &rows[i]
	x.Finding = &Finding{
		Rank: row.Rank, Score: row.Score, Band: row.Band, Status: row.Status, Attribution: row.Attribution,
		IdentifierKind: row.IdentifierKind, FirstLeakedOn: rundir.Date(row.FirstLeakedOn),
		LastLeakedOn: rundir.Date(row.LastLeakedOn), FindingID: row.FindingID,
	}
	if row.FirstListedAt = since; !since.IsZero() {
		x.Finding.FirstListedAt, x.Finding.DaysOpen = since.UTC().Format(time.RFC3339), row.DaysOpen(m.StartedAt)
	}
	x.Sources = sourcesNamed(m, row.Sources) // those that hold the very password, not all that name the account
	for _, r := range row.Reasons {
		x.Reasons = append(x.Reasons, Explained{r.Code, r.Weight, rank.ReasonText(r.Code)})
	}
	x.addActions(row.Actions)
	return nil
}

func (x *Explanation) addActions(codes []string) {
	for _, code := range codes {
		x.Actions = append(x.Actions, Explained{Code: code, Text: rank.ActionText(code)})
	}
}

// sourcesNamed describes dumps by name. Of a dump of several inputs it takes the latest date.
func sourcesNamed(m *rundir.Manifest, names []string) []Source {
	list := make([]Source, 0, len(names))
	for _, name := range names {
		s := Source{Name: name}
		for _, in := range m.Inputs {
			if in.Name == name {
				s.Kind, s.Trust, s.LeakedOn = in.Kind, in.Trust, max(s.LeakedOn, in.LeakedOn)
			}
		}
		list = append(list, s)
	}
	return list
}

func (x *Explanation) addFacts(met rundir.Met) {
	say := func(format string, args ...any) { x.Facts = append(x.Facts, fmt.Sprintf(format, args...)) }
	if f := x.Finding; f != nil {
		switch kind := kindText(f.IdentifierKind); f.Attribution {
		case "alias":
			say("The leaked record names a variant of the account's %s (dots, or a tag after a plus), not the address itself.",
				kind)
		case "nearby":
			say("No reader understood the record: the password stands beside the address of the account in the text of the dump.")
		default:
			say("The leaked record names the account's own %s.", kind)
		}
		switch f.FirstLeakedOn {
		case "":
		case f.LastLeakedOn:
			say("It leaked on %s.", f.LastLeakedOn)
		default:
			say("It leaked between %s and %s.", f.FirstLeakedOn, f.LastLeakedOn)
		}
		switch {
		case f.FirstListedAt != "":
			say("It has been on the list since %s, %s when this run began: the password has not been changed since.",
				f.FirstListedAt[:len(time.DateOnly)], Days(f.DaysOpen))
		case f.Status == finding.StatusOutstanding:
			say("It was on an earlier list already, and the password has not been changed since.")
		}
	}
	notUnderstood := slices.ContainsFunc(x.Open, func(o OpenCandidate) bool { return o.Cause == causeNotUnderstood })
	x.Facts = append(x.Facts, candidatesText(met, notUnderstood)...)
}

// Days says a number of days.
func Days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

// candidatesText says what became of the leaked passwords; of the one that opens the account enough is said.
func candidatesText(met rundir.Met, notUnderstood bool) []string {
	n, refuted := met.Candidates, met.Refuted
	found := met.State == rundir.StateListed || met.State == rundir.StateNotActive ||
		met.State == rundir.StateExcluded
	// One record can be read in several ways: what was tried are texts, and not so many passwords.
	hold := fmt.Sprintf("The dumps hold %d different texts that may be a password of it; ", n)
	switch {
	case n == 0, found && n == 1:
		return nil
	case !found && (met.State == rundir.StateMentioned || met.State == rundir.StateHashOnly || notUnderstood):
		return []string{guessedText(n, refuted)}
	case met.State == rundir.StatePruned:
		return []string{"What the dumps hold for it was not tried: only dumps that are known to be made up hold it, " +
			"or it is shorter than our own rules allowed when the password was set."}
	case found && refuted == 1:
		return []string{hold + "one other was tried before and does not open it."}
	case found && refuted > 1:
		return []string{hold + fmt.Sprintf("%d others were tried before and do not open it.", refuted)}
	case found:
		return []string{hold + "the first that was tried opens it."}
	case n == 1 && refuted == 1:
		return []string{"The dumps hold one password for it, and it does not open the account."}
	case n == 1:
		return []string{"The dumps hold one password for it, and it was not tried to the end."}
	case refuted == 0:
		return []string{hold + "none of them was tried to the end."}
	case refuted == 1:
		return []string{hold + "one was tried and does not open it."}
	case refuted == n:
		return []string{hold + "all were tried, and none of them opens it."}
	default:
		return []string{hold + fmt.Sprintf("%d were tried and do not open it.", refuted)}
	}
}

// guessedText says what became of texts that stand beside a name in a layout that was not understood: others there can be the
// password.
func guessedText(n, refuted int) string {
	what := counted.As(n, "text that may be its password", "different texts that may be a password of it")
	switch {
	case refuted == 0:
		return fmt.Sprintf("The dumps hold %s; nothing was tried to the end.", what)
	case n == 1:
		return fmt.Sprintf("The dumps hold %s; it was tried and does not open it.", what)
	default:
		return fmt.Sprintf("The dumps hold %s; %s not open it.", what, counted.As(refuted, "was tried and does", "were tried and do"))
	}
}

// addUnknown says what the answer must not be taken for.
func (x *Explanation) addUnknown(met rundir.Met, m *rundir.Manifest) {
	say := func(format string, args ...any) { x.Unknown = append(x.Unknown, fmt.Sprintf(format, args...)) }
	switch met.State {
	case rundir.StateListed, rundir.StateNotActive, rundir.StateExcluded:
		say("Whether anybody has used the password. This run sees dumps, not sign-ins.")
		say("Which service leaked it: the name of a dump is what its finder calls it. Do not name it to the user.")
		if x.Finding != nil && x.Finding.LastLeakedOn == "" {
			say("When it leaked: no dump says so.")
		}
		say("Whether the user has changed the password since: the run knows the account as of its index.")
	case stateNotMet:
		say("Whether it had a password with us when the run began: accounts without one are not looked for.")
		say("Whether a password of it leaked anywhere else.")
	case rundir.StateRefuted:
		say("Whether it was an older password of the account, and whether other dumps hold the present one.")
	default:
		say("Whether a leaked password opens the account.")
	}
	unread := 0
	for _, in := range m.Inputs {
		if in.Status != string(dump.StatusRead) && !in.LeftOut {
			unread++
		}
	}
	if unread > 0 {
		say("What stands in the parts of %d of the %s that could not be read.", unread, counted.Of(len(m.Inputs), "input"))
	}
}

func kindText(kind string) string {
	switch kind {
	case "email":
		return "e-mail address"
	case "phone":
		return "phone number"
	case "username":
		return "user name"
	default:
		return "identifier"
	}
}

// CauseText says in words why something could not be decided.
func CauseText(cause string) string {
	switch cause {
	case "unchecked":
		return "the time for this run was up before they were tried; the next run goes on"
	case causeNotUnderstood:
		return "the layout of an input that names it was not understood"
	case "over_cap":
		return "beyond those that one run tries for one account"
	case "no_password":
		return "our store holds no password for this account"
	case "unknown_scheme":
		return "our store holds the account's own in a form that this program does not know"
	case "nul_in_password":
		return "they hold a character that the account's kind of hash has no common answer for"
	default:
		return "the stored password hash could not be verified (" + cause + ")"
	}
}
