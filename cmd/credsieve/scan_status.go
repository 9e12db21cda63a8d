package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/summary"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/counted"
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
		return &failure{code: exitPartial, err: errors.New(summary.Partial(m)), hint: summary.NextSteps(m)}
	case rundir.StatusDryRun:
		if summary.Unread(m) > 0 {
			return &failure{code: exitPartial, err: errors.New(summary.Partial(m))}
		}
	}
	return nil
}

// heldFailure names every limit that refused the list, signs of a leak of our own store first, and the way out. After
// such a sign there is no command to copy: the way out then begins with finding out what it means.
func heldFailure(m *rundir.Manifest, o scanOptions) error {
	f := &failure{code: exitHeld}
	for _, r := range m.Guard.ByWeight() {
		f.also = append(f.also, errors.New(summary.Refusal(m, r)))
	}
	f.err, f.also = f.also[len(f.also)-1], f.also[:len(f.also)-1]
	until := m.FinishedAt.Add(releaseMaxAge).UTC().Format("2006-01-02 15:04 UTC")
	where := fmt.Sprintf("nothing is published; the list that was held is in %s/held, the reasons in %s; ", o.out,
		rundir.ManifestName)
	if m.HeldInPart() {
		where = fmt.Sprintf("%s published; %s in %s/held, the reasons in %s; ",
			counted.As(m.Counts.AccountsListed-m.HeldAccounts(), "account is", "accounts are"),
			counted.As(m.HeldAccounts(), "that rests on refused dumps alone is held", "that rest on refused dumps alone are held"), o.out, rundir.ManifestName)
	}
	if len(m.Guard.Signs()) > 0 {
		f.hint = where + "take it for a leak of our own store until you know better, and ask who can read that store before " +
			"you look at the list; docs/runbooks.md says how to go on. It can be let go until " + until +
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
	return strings.Join(append(words, keyWords(o.keyFile)...), " ")
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// shellWord writes a path so that a shell takes it for one word.
func shellWord(path string) string {
	if plainWord.MatchString(path) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
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
