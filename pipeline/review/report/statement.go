package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/datasets/shown"
	"github.com/credsieve/credsieve/pipeline/review"
)

// statementInputs is how many inputs a page has room for.
const statementInputs = 5

// statement renders one page that may be quoted. It names no account: only counts, dumps and digests.
func (r *Report) statement() []byte {
	s := &sheet{marks: plainMarks()}
	m := r.m
	s.say("", "credsieve statement: leaked passwords and our accounts")
	s.say("", fmt.Sprintf("run %s, begun %s", clip(m.RunID, 40), minute(m.StartedAt)))
	if m.Status == rundir.StatusHeld {
		s.blank()
		s.say("", "PRELIMINARY, NOT TO BE QUOTED: the run is held, and nobody has approved of what it found. A statement of "+
			"the released run takes the place of this one.")
	}
	s.correction(r)
	s.examined(r)
	s.result(r)
	s.blank()
	s.say("", "A password counts as working only when the stored hash of the account itself verified it. "+
		"What this does not say: whether anybody has used one of these passwords, and whether other dumps hold more.")
	s.blank()
	s.say("", "Evidence: manifest of the run, SHA-256")
	s.say("    ", m.SHA256)
	return s.bytes()
}

// correction names the earlier statement and why the number is another.
func (s *sheet) correction(r *Report) {
	if r.previous == nil {
		return
	}
	before, now := r.previous.Counts.AccountsConfirmed, r.m.Counts.AccountsConfirmed
	s.blank()
	s.say("", fmt.Sprintf("This corrects the statement of run %s, begun %s.", clip(r.previous.RunID, 40), minute(r.previous.StartedAt)))
	s.say("", fmt.Sprintf("Accounts whose leaked password still works: %d then, %d now. Of those on the list:", before, now))
	for _, part := range []struct {
		name string
		rows []review.DiffRow
	}{{"new", r.diff.New}, {"gone", r.diff.Gone}, {"still there", r.diff.Outstanding}} {
		for _, c := range causes(part.rows) {
			s.say("- ", fmt.Sprintf("%d %s: %s", c.Count, part.name, c.Text))
		}
	}
}

func (s *sheet) examined(r *Report) {
	m := r.m
	s.heading("What was examined")
	for i := range m.Inputs[:min(len(m.Inputs), statementInputs)] {
		in := &m.Inputs[i]
		s.say("- ", clip(in.Name, 2*briefName)+", which says "+selfDescription(in))
		s.say("  ", fmt.Sprintf("%s, %s, %s; SHA-256", counted.As(in.Bytes, "byte", "bytes"),
			recordsText(in), readText(in)))
		s.say("    ", in.SHA256)
	}
	if more := len(m.Inputs) - statementInputs; more > 0 {
		s.say("- ", fmt.Sprintf("and %s, whose digests the manifest has", counted.As(int64(more), "further input", "further inputs")))
	}
	built := ""
	if !m.Index.CreatedAt.IsZero() {
		built = ", built " + minute(m.Index.CreatedAt)
	}
	s.say("", fmt.Sprintf("against %s of index %s, generation %d%s", accounts(m.Index.Accounts), clip(m.Index.ID, 40),
		m.Index.Generation, built))
}

// recordsText is how many records an input holds. They add up to what was read: those that were not understood are in it.
func recordsText(in *rundir.Input) string {
	text := counted.As(in.Records+in.Rejected, "record", "records")
	if in.Rejected > 0 {
		text += fmt.Sprintf(" (%d not understood)", in.Rejected)
	}
	return text
}

// selfDescription is what the description of a dump says, or a claim that is not believed.
func selfDescription(in *rundir.Input) string {
	kind, day, end := in.Kind, in.LeakedOn, ""
	if in.Trust != "" {
		end = "; taken as " + clip(in.Trust, briefName)
	}
	if c := in.Claim; c != nil {
		kind, day, end = c.Kind, c.LeakedOn, " (not believed)"
	}
	var said []string
	if kind != "" && kind != "unknown" {
		said = append(said, "kind "+clip(kind, briefName))
	}
	if day != "" {
		said = append(said, "leaked on "+clip(day, briefName))
	}
	if len(said) == 0 {
		return "nothing of itself" + end
	}
	return "of itself: " + strings.Join(said, ", ") + end
}

func readText(in *rundir.Input) string {
	switch {
	case in.LeftOut:
		return "left out, no passwords in it"
	case in.Status == "read":
		return "read to its end"
	case in.Status == "partial":
		return "not read to its end"
	default:
		return shown.Text(in.Status)
	}
}

func (s *sheet) result(r *Report) {
	c := r.m.Counts
	s.heading("What was found")
	read := counted.As(c.RecordsRead, "record was", "records were") + " read"
	if c.RecordsRejected > 0 {
		read += fmt.Sprintf(", %d of them not understood", c.RecordsRejected)
	}
	s.say("- ", read)
	s.say("- ", counted.As(r.met, "account of ours is", "accounts of ours are")+" named in them")
	s.say("- ", fmt.Sprintf("%s had a password there that still worked: %d on the list, %d not (disabled, locked, without "+
		"password sign-in or excluded)", accounts(c.AccountsConfirmed), c.AccountsListed, c.AccountsNotActive))
	undecided, untestable := r.states[rundir.StateUndecided], r.untestable()
	var why []string
	for _, cause := range slices.Sorted(maps.Keys(r.undecided)) {
		why = append(why, fmt.Sprintf("%d %s", r.undecided[cause], words(cause)))
	}
	if undecided+untestable == 0 {
		s.say("- ", "no account is left open: each that is named was decided")
		s.unreadInputs(r)
		return
	}
	open := fmt.Sprintf("%s left open: %d undecided", counted.As(undecided+untestable, "account is", "accounts are"), undecided)
	if len(why) > 0 {
		open += " (" + strings.Join(why, ", ") + ")"
	}
	s.say("- ", fmt.Sprintf("%s, %d that nothing there could decide about", open, untestable))
	s.unreadInputs(r)
}

func (s *sheet) unreadInputs(r *Report) {
	if n := r.unread(); n > 0 {
		s.say("- ", counted.As(n, "input was", "inputs were")+" not read to the end: what stands there is not counted")
	}
}
