package summary

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
)

// Refusal is what the guard says, with the sum that the list is: the limits are about new accounts only.
func Refusal(m *rundir.Manifest, r rundir.Refusal) string {
	limit := ""
	switch r.Limit {
	case "max_accounts":
		limit = strconv.FormatFloat(r.Allowed, 'f', -1, 64)
	case "max_share":
		limit = strconv.FormatFloat(math.Round(r.Allowed*1e6)/1e4, 'f', -1, 64) + "%"
	}
	if limit == "" || m.Listed.Outstanding == 0 {
		return r.Message
	}
	return fmt.Sprintf("%s; %d new (limit %s) + %d outstanding = %d on the list", r.Message, m.Listed.New, limit,
		m.Listed.Outstanding, m.Counts.AccountsListed)
}

// NextSteps says of everything that a partial run left open what to do about it.
func NextSteps(m *rundir.Manifest) string {
	steps := []string{"manifest.json and undecided.csv say which"}
	if Unread(m) > 0 {
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

// Partial names what was left open, and nothing that was not.
func Partial(m *rundir.Manifest) string {
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
		count(int64(Unread(m)), "input was not read to its end", "inputs were not read to their end"),
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

// Unread counts the inputs that were not read to their end.
func Unread(m *rundir.Manifest) int {
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
