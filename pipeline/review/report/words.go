package report

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/datasets/shown"
	"github.com/credsieve/credsieve/pipeline/review"
)

// banner is the verdict, for somebody who reads nothing else.
type banner struct {
	Class string // published, partial, held, leak: how the page draws it
	Title string
	Lines []string
}

// Bounds of a banner: each dump of a night can be refused.
const (
	bannerReasons = 6
	longestReason = 400
)

// banner says of a run with signs of an own leak nothing but these, of a held one that nobody has acted and why.
func (r *Report) banner() banner {
	m := r.m
	switch {
	case r.ownLeak():
		b := banner{Class: "leak", Title: "SIGNS OF A LEAK OF OUR OWN STORE"}
		for _, refusal := range m.Guard.ByWeight() {
			if refusal.OwnLeak() && len(b.Lines) < bannerReasons {
				b.Lines = append(b.Lines, signText(refusal))
			}
		}
		b.Lines = append(b.Lines, "Take it for a leak of our own user store until you know better, and ask who can read that "+
			"store before you look at the list. "+r.heldText())
		return b
	case m.Status == rundir.StatusHeld:
		b := banner{Class: "held", Title: "HELD: NOBODY HAS ACTED", Lines: []string{r.heldText()}}
		if m.HeldInPart() {
			b.Title = "HELD IN PART"
		}
		for i, refusal := range m.Guard.ByWeight() {
			if i == bannerReasons {
				b.Lines = append(b.Lines, fmt.Sprintf("And %d more reasons.", len(m.Guard.Refusals)-bannerReasons))
				break
			}
			b.Lines = append(b.Lines, "Why: "+clip(refusal.Message, longestReason)+".")
		}
		return b
	case m.Status == rundir.StatusPartial:
		return banner{Class: "partial", Title: "PUBLISHED, NOT COMPLETE", Lines: append(r.publishedText(),
			"Something was left open: what is not on the list is not cleared by this run alone.")}
	default:
		return banner{Class: "published", Title: "PUBLISHED, COMPLETE", Lines: r.publishedText()}
	}
}

// signText says what a sign means, before what was counted.
func signText(r rundir.Refusal) string {
	meaning := "Far more passwords are right than reuse explains"
	switch r.Limit {
	case "canaries":
		meaning = "Accounts that exist in our own store alone are in a dump"
	case "equal_hashes":
		meaning = "Stored hashes of ours, salt and all, are in a dump"
	}
	return meaning + ": " + clip(r.Message, longestReason) + "."
}

// heldText says how much of a list waits.
func (r *Report) heldText() string {
	waiting := r.m.HeldAccounts()
	if r.m.HeldInPart() {
		return fmt.Sprintf("%s published; %s that rest on refused dumps alone wait for a release, and nobody has been asked "+
			"to act on them.", accounts(r.m.Counts.AccountsListed-waiting), accounts(waiting))
	}
	return fmt.Sprintf("The list of %s is held, not published: nobody has been asked to act on it.", accounts(waiting))
}

func (r *Report) publishedText() []string {
	m := r.m
	listed, others := m.Counts.AccountsListed, m.Counts.AccountsNotActive
	lines := []string{fmt.Sprintf("%s on the list: a leaked password opens each of them.",
		counted.As(listed, "account is", "accounts are"))}
	if listed == 0 {
		lines = []string{"No account is on the list."}
	}
	if others > 0 {
		lines = append(lines, fmt.Sprintf("A leaked password opens %s that no list holds: disabled, locked, without password "+
			"sign-in, or excluded.", accounts(others)))
	}
	if a := m.Release; a != nil {
		text := fmt.Sprintf("The guard had held it; %s released it at %s.", shown.Text(a.ApprovedBy), minute(a.ApprovedAt))
		if len(a.Accepted) > 0 {
			text += " Signs of a leak of our own store were accepted by name: " + strings.Join(a.Accepted, ", ") + "."
		}
		lines = append(lines, text)
	}
	return lines
}

// tile is one of the six numbers of the first page.
type tile struct {
	Name   string
	Number string
	Note   string
}

func (r *Report) tiles() []tile {
	m := r.m
	gone := "not compared with an earlier run"
	if r.diff != nil {
		gone = fmt.Sprintf("%d gone", r.diff.Counts.Gone)
	}
	admins := r.count(func(row *rundir.Row) bool { return has(row, "privilege_admin") })
	staff := r.count(func(row *rundir.Row) bool { return has(row, "privilege_staff") })
	bare := r.count(func(row *rundir.Row) bool { return has(row, "no_second_factor") })
	infected := r.count(func(row *rundir.Row) bool { return slices.Contains(row.Actions, "investigate_device") })
	undecided := r.states[rundir.StateUndecided]
	coverage := tile{"Coverage", "not known", "this run does not say how many accounts can be verified"}
	if all := m.Index.Accounts; !m.Index.CreatedAt.IsZero() && all > 0 {
		can := max(0, all-m.Index.Unverifiable-m.Index.NoPassword)
		coverage.Number = percent(can, all)
		coverage.Note = fmt.Sprintf("%s of %d accounts of the index can be verified", number(can), all)
		if none := m.Index.NoPassword; none > 0 {
			coverage.Note += fmt.Sprintf("; %s no password", counted.As(none, "has", "have"))
		}
	}
	return []tile{
		{"At risk", number(m.Counts.AccountsListed), fmt.Sprintf("%d new, %d outstanding%s; %s", m.Listed.New,
			m.Listed.Outstanding, openText(m), gone)},
		{"Administrators and staff", number(admins + staff), fmt.Sprintf("%s, %d staff, of those at risk",
			counted.As(admins, "administrator", "administrators"), staff)},
		{"Without a second factor", number(bare), "of those at risk: the password alone signs in"},
		{"Infected devices", number(infected), "of those at risk: malware took the password from a device"},
		{"Undecided or untestable", number(undecided + r.untestable()), fmt.Sprintf("%d undecided, %d untestable: not cleared",
			undecided, r.untestable())},
		coverage,
	}
}

// openText says for how long accounts have been on lists that nobody has reset.
func openText(m *rundir.Manifest) string {
	since := m.Listed.OldestSince
	if since.IsZero() {
		return ""
	}
	oldest := rundir.Row{FirstListedAt: since}
	return fmt.Sprintf(", the oldest for %s, %d for more than 7 days", review.Days(oldest.DaysOpen(m.StartedAt)), m.Listed.OpenOverAWeek)
}

// untestable counts accounts that dumps name without anything that could decide about them.
func (r *Report) untestable() int64 {
	return r.states[rundir.StateHashOnly] + r.states[rundir.StateMentioned] + r.states["untestable"]
}

// open is something that a run did not clear, and what to do about it.
type open struct {
	What  string
	Count string
	Next  string
}

// notCleared returns what the run left open, by cause.
func (r *Report) notCleared() []open {
	var list []open
	add := func(n int64, what, count, next string) {
		if n > 0 {
			list = append(list, open{what, count, next})
		}
	}
	for _, cause := range slices.Sorted(maps.Keys(r.undecided)) {
		n := r.undecided[cause]
		add(n, "undecided ("+shown.Text(cause)+"): "+shown.Text(review.CauseText(cause)), accounts(n), nextStep(cause))
	}
	n := r.states[rundir.StateHashOnly]
	add(n, "a dump holds a hash for it that cannot be tested", accounts(n), "watch for a dump with the passwords themselves")
	n = r.states[rundir.StateMentioned] + r.states["untestable"]
	add(n, "a dump names it, and nothing that was tried opens it", accounts(n),
		"look at the dump with \"credsieve inspect\"")
	n = r.unread()
	add(n, "not read to its end", counted.As(n, "input", "inputs"),
		"the inputs below say where each one ended; get it again and scan once more")
	n = r.m.Fabricated
	add(n, "only dumps that are said to be made up hold it", counted.As(n, "candidate", "candidates"),
		"change the trust of the dump if it is not")
	n = r.states[rundir.StateNotActive]
	add(n, "a leaked password opens it, and it is disabled, locked or without password sign-in", accounts(n),
		"reset the password before it is enabled (accounts.csv)")
	n = r.states[rundir.StateExcluded]
	add(n, "a leaked password opens it, and an operator keeps it off the list", accounts(n), "ask whoever wrote the exclusion")
	return list
}

func nextStep(cause string) string {
	switch cause {
	case "unchecked":
		return "scan the same dumps again with --state: these come first"
	case "over_cap":
		return "scan again with --state, which goes on where this run stopped"
	case "not_understood":
		return "\"credsieve inspect\" shows the layout; say --format, --separator or --columns"
	default:
		return "docs/hashes.md says which stored hashes can be verified"
	}
}

func (r *Report) unread() (n int64) {
	for _, in := range r.m.Inputs {
		if in.Status != "read" && !in.LeftOut {
			n++
		}
	}
	return n
}

// cannotSay returns what the numbers must not be taken for.
func (r *Report) cannotSay() []string {
	return []string{
		"Whether anybody has used one of these passwords: a run sees dumps, not sign-ins.",
		fmt.Sprintf("Whether an account that is not on the list is safe: only %s looked at, against the accounts of index "+
			"generation %d.", counted.As(int64(len(r.m.Inputs)), "input was", "inputs were"), r.m.Index.Generation),
		"Which service leaked a password, and when, beyond what a dump says of itself.",
	}
}

// step is one bar of the funnel.
type step struct {
	Name  string
	Count int64
}

// funnel is how records become accounts; each step says its unit.
func (r *Report) funnel() []step {
	c := r.m.Counts
	candidates := "candidates: a password to try for an account"
	if c.Remembered > 0 { // more accounts can follow than candidates are left
		candidates += fmt.Sprintf("; %d more were decided by earlier runs", c.Remembered)
	}
	return []step{
		{"records read", c.RecordsRead},
		{"records that name an account of ours", c.ScreenHits - c.FilterFalseHits},
		{candidates, c.Candidates},
		{"accounts that a leaked password opens", c.AccountsConfirmed},
		{"accounts on the list", c.AccountsListed},
	}
}

// ages counts the accounts of the list by how long ago their password leaked last, as of the run.
func (r *Report) ages() []step {
	steps := []step{{"within 30 days", 0}, {"within a year", 0}, {"within three years", 0}, {"longer ago", 0}, {"no dump says when", 0}}
	for i := range r.rows {
		leaked, at := r.rows[i].LastLeakedOn, r.m.StartedAt
		switch {
		case leaked.IsZero():
			steps[4].Count++
		case !leaked.Before(at.AddDate(0, 0, -30)):
			steps[0].Count++
		case !leaked.Before(at.AddDate(-1, 0, 0)):
			steps[1].Count++
		case !leaked.Before(at.AddDate(-3, 0, 0)):
			steps[2].Count++
		default:
			steps[3].Count++
		}
	}
	return steps
}

// bandCount is one band of the list by privilege, in accounts.
type bandCount struct {
	Name                      string
	Admins, Staff, Users, All int64
}

// bands returns the four bands, worst first, and those of older runs where the list has them.
func (r *Report) bands() []bandCount {
	list := []bandCount{{Name: "critical"}, {Name: "high"}, {Name: "elevated"}, {Name: "standard"}}
	for i := range r.rows {
		row := &r.rows[i].Row
		at := slices.IndexFunc(list, func(b bandCount) bool { return b.Name == row.Band })
		if at < 0 {
			list = append(list, bandCount{Name: row.Band})
			at = len(list) - 1
		}
		b := &list[at]
		b.All++
		switch {
		case has(row, "privilege_admin"):
			b.Admins++
		case has(row, "privilege_staff"):
			b.Staff++
		default:
			b.Users++
		}
	}
	return list
}

func accounts(n int64) string { return counted.Of(n, "account") }

func number(n int64) string { return strconv.FormatInt(n, 10) }

func percent(part, whole int64) string {
	return strconv.FormatFloat(100*float64(part)/float64(max(whole, 1)), 'f', 1, 64) + " %"
}

// minute is a moment as people read it; one that is not known is empty.
func minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

// clip shows at most n characters of a name that somebody else chose.
func clip(text string, n int) string {
	if runes := []rune(shown.Text(text)); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return shown.Text(text)
}
