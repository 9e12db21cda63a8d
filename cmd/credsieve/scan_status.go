package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline"
)

// scanStatus turns the outcome into an exit code; held beats partial.
func scanStatus(o *pipeline.Outcome, options scanOptions) error {
	m := o.Manifest
	switch m.Status {
	case rundir.StatusHeld:
		options.out = o.Dir
		return heldFailure(m, options)
	case rundir.StatusPartial:
		return &failure{code: exitPartial, err: errors.New(describePartial(m)), hint: nextSteps(m)}
	case rundir.StatusDryRun:
		if unread(m) > 0 {
			return &failure{code: exitPartial, err: errors.New(describePartial(m))}
		}
	}
	return nil
}

// heldFailure names every limit that refused the list, signs of a leak of our own store first, and the way out. After
// such a sign there is no command to copy: the way out then begins with finding out what it means.
func heldFailure(m *rundir.Manifest, o scanOptions) error {
	f := &failure{code: exitHeld}
	for _, r := range m.Guard.ByWeight() {
		f.also = append(f.also, errors.New(describeRefusal(m, r)))
	}
	f.err, f.also = f.also[len(f.also)-1], f.also[:len(f.also)-1]
	until := m.FinishedAt.Add(releaseMaxAge).UTC().Format("2006-01-02 15:04 UTC")
	where := fmt.Sprintf("nothing is published; the list that was held is in %s/held, the reasons in %s; ", o.out,
		rundir.ManifestName)
	if m.HeldInPart() {
		where = fmt.Sprintf("%d accounts are published; %d that rest on refused dumps alone are held in %s/held, the reasons in %s; ",
			m.Counts.AccountsListed-m.HeldAccounts(), m.HeldAccounts(), o.out, rundir.ManifestName)
	}
	if len(m.Guard.Signs()) > 0 {
		f.hint = where + "take it for a leak of our own store until you know better, and ask who can read that store before " +
			"you look at the list; docs/operations.md says how to go on. It can be let go until " + until +
			", each sign accepted by its name: see \"credsieve release --help\""
		return f
	}
	f.hint = where + fmt.Sprintf("look at it, and \"credsieve explain %s ACCOUNT_ID\" a few, then \"%s\", until %s: after "+
		"that it is too old to act on", shellWord(o.out), o.releaseCommand(m), until)
	return f
}

// releaseCommand lets the list of a run go that was made with these options.
func (o scanOptions) releaseCommand(m *rundir.Manifest) string {
	words := []string{"credsieve release", shellWord(o.out),
		fmt.Sprintf("--approve %s:%d", m.RunID, m.HeldAccounts())}
	if o.state != "" {
		words = append(words, "--state "+shellWord(o.state))
	}
	if o.keyFile != "" {
		words = append(words, "--key-file "+shellWord(o.keyFile))
	}
	return strings.Join(words, " ")
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// shellWord writes a path so that a shell takes it for one word.
func shellWord(path string) string {
	if plainWord.MatchString(path) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

// describeRefusal is what the guard says, with the sum that the list is: the limits are about new accounts only.
func describeRefusal(m *rundir.Manifest, r rundir.Refusal) string {
	limit := ""
	switch r.Limit {
	case "max_accounts":
		limit = strconv.FormatFloat(r.Allowed, 'f', -1, 64)
	case "max_share":
		share := shareFlag(math.Round(r.Allowed*1e6) / 1e6)
		limit = share.String()
	}
	if limit == "" || m.Listed.Outstanding == 0 {
		return r.Message
	}
	return fmt.Sprintf("%s; %d new (limit %s) + %d outstanding = %d on the list", r.Message, m.Listed.New, limit,
		m.Listed.Outstanding, m.Counts.AccountsListed)
}

// nextSteps says of everything that a partial run left open what to do about it.
func nextSteps(m *rundir.Manifest) string {
	steps := []string{"manifest.json and undecided.csv say which"}
	if unread(m) > 0 {
		steps = append(steps, "inputs: inputs[].error says where each one ended; get it again or look at it with "+
			"\"credsieve inspect\", and scan it once more")
	}
	hashes := []string{}
	for _, cause := range slices.Sorted(maps.Keys(m.Undecided)) {
		switch cause {
		case "unchecked":
			steps = append(steps, "unchecked: the budget was up; scan the same dumps again with --state, these come first")
		case "over_cap":
			steps = append(steps, "over_cap: more texts than --max-candidates-per-account; scan again with --state, which "+
				"goes on where this run stopped")
		case "not_understood":
			steps = append(steps, "not_understood: \"credsieve inspect\" shows the layout; say --format, --separator or "+
				"--columns")
		default:
			hashes = append(hashes, cause)
		}
	}
	if len(hashes) > 0 {
		steps = append(steps, strings.Join(hashes, ", ")+": stored hashes that cannot be verified; docs/hashes.md says why")
	}
	if m.Fabricated > 0 {
		steps = append(steps, "a dump that is said to be made up: change its trust if it is not")
	}
	return strings.Join(steps, "; ")
}

// interrupted says of a run that was stopped where it was and what is kept of it; other errors stay as they are.
func (o scanOptions) interrupted(err error, p *terminal.Phases) error {
	if !errors.Is(err, context.Canceled) {
		return err
	}
	f := &failure{code: exitInterrupted, err: fmt.Errorf("interrupted; nothing is published; it stopped %s", p.Where())}
	switch {
	case o.state != "" && !o.dryRun:
		f.hint = fmt.Sprintf("what was decided until then is kept in the state %q: run again, and none of it is verified "+
			"twice", o.state)
	case !o.dryRun:
		f.hint = "nothing is kept: the next run begins at the start; with --state DIR it would go on where this one stopped"
	}
	return f
}

// describePartial names what was left open, and nothing that was not.
func describePartial(m *rundir.Manifest) string {
	count := func(n int64, one, many string) []string {
		switch {
		case n <= 0: // a dry run has no undecided.csv
			return nil
		case n == 1:
			return []string{"1 " + one}
		default:
			return []string{fmt.Sprintf("%d %s", n, many)}
		}
	}
	open := int64(0) // of accounts that another candidate confirmed: they are in no file
	if m.Status != rundir.StatusDryRun && m.Rows("undecided.csv") == 0 {
		open = m.Counts.Indeterminate + m.Counts.Unchecked
	}
	return "partial: " + strings.Join(slices.Concat(
		count(int64(unread(m)), "input was not read to its end", "inputs were not read to their end"),
		withCauses(count(m.Rows("undecided.csv"), "entry in undecided.csv", "entries in undecided.csv"), m.Undecided),
		count(m.Fabricated, "candidate of a dump that is said to be made up was not tried",
			"candidates of dumps that are said to be made up were not tried"),
		count(open, "candidate was not decided", "candidates were not decided"),
		spentBudgets(m),
	), ", ")
}

// spentBudgets says which budgets of the run were used up.
func spentBudgets(m *rundir.Manifest) (list []string) {
	for _, s := range m.Spent {
		list = append(list, fmt.Sprintf("--%s was used up (%s)", s.Budget, s.Message))
	}
	return list
}

func unread(m *rundir.Manifest) int {
	n := 0
	for _, in := range m.Inputs {
		if in.Status != string(dump.StatusRead) && !in.LeftOut {
			n++
		}
	}
	return n
}

// withCauses adds how many accounts are undecided for which cause.
func withCauses(said []string, undecided map[string]int64) []string {
	if len(said) == 0 || len(undecided) == 0 {
		return said
	}
	var causes []string
	for _, cause := range slices.Sorted(maps.Keys(undecided)) {
		causes = append(causes, fmt.Sprintf("%d %s", undecided[cause], cause))
	}
	return []string{said[0] + " (" + strings.Join(causes, ", ") + ")"}
}
