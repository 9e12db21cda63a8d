package report

import (
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/rank"
)

// term is one count of a manifest, with its number and what it means.
type term struct {
	Name    string
	Count   int64
	Meaning string
}

// counts returns every count of the manifest, in records where nothing else is said.
func (r *Report) counts() []term {
	c, s := r.m.Counts, r.m.Sweep
	return []term{
		{"records_read", c.RecordsRead, "stretches of the dumps that a reader took for one entry each"},
		{"records_parsed", c.RecordsParsed, "of those: understood"},
		{"records_rejected", c.RecordsRejected, "of those: not understood; rejects.csv says where and why"},
		{"screened_out", c.ScreenedOut, "understood, and naming no account of ours"},
		{"screen_hits", c.ScreenHits, "understood, and passed by the filter"},
		{"filter_false_hits", c.FilterFalseHits, "passed by the filter, and not by the exact look-up"},
		{"untestable", c.Untestable, "ours, but without a password that could be tried"},
		{"candidates_raw", c.CandidatesRaw, "ours, with a password"},
		{"duplicates", c.Duplicates, "every account and password in it was met before"},
		{"remembered", c.Remembered, "decided by an earlier run"},
		{"pruned_policy", c.PrunedPolicy, "only in dumps that are said to be made up, or shorter than our rules ever allowed"},
		{"over_cap", c.OverCap, "past what one run tries for an account"},
		{"candidates", c.Candidates, "left to be tried"},
		{"confirmed", c.Confirmed, "the stored hash of the account verified the password"},
		{"moot", c.Moot, "the account was confirmed already"},
		{"refuted", c.Refuted, "the stored hash did not verify it"},
		{"indeterminate", c.Indeterminate, "could not be verified; undecided.csv has the cause"},
		{"unchecked", c.Unchecked, "the budget ran out first"},
		{"accounts_confirmed", c.AccountsConfirmed, "accounts that a leaked password opens"},
		{"accounts_listed", c.AccountsListed, "of those: on the list, published or held"},
		{"accounts_not_active", c.AccountsNotActive, "of those: disabled, locked, without password sign-in or excluded"},
		{"accounts_excluded", c.AccountsExcluded, "of those not active: kept off the list by an operator"},
		{"verifications", c.Verifications, "computations of stored hashes, controls not counted"},
		{"sweep.addresses", s.Addresses, "e-mail addresses in the text of the dumps, beside the records"},
		{"sweep.claimed", s.Claimed, "of those: a record was made of it"},
		{"sweep.screened_out", s.ScreenedOut, "of those: not ours"},
		{"sweep.named", s.Named, "of those: ours"},
		{"sweep.tried", s.Tried, "ours, with texts beside it that may be the password"},
		{"sweep.hash_only", s.HashOnly, "ours, with a hash beside it and no such text"},
		{"sweep.untried", s.Untried, "ours, with neither"},
		{"sweep.cut", s.Cut, "ours, and a limit kept some of the texts beside it back"},
		{"sweep.over_cap", s.OverCap, "texts past what one run keeps for an account"},
		{"sweep.confirmed", s.Confirmed, "accounts: a text that only stands beside the address opens it"},
		{"sweep.accounts_hash_only", s.AccountsHashOnly, "accounts: a dump holds a hash that cannot be tested"},
		{"sweep.mentioned", s.Mentioned, "accounts: named, and nothing that was tried opens it"},
		{"sweep.not_understood", s.NotUnderstood, "accounts: named by an input that was not understood; undecided"},
	}
}

// code is a word of the list and what it means.
type code struct{ Name, Meaning string }

// codes returns the reasons and actions that the list has, each once, in the order in which they are met.
func (r *Report) codes() []code {
	var list []code
	seen := make(map[string]bool)
	add := func(name, meaning string) {
		if !seen[name] {
			seen[name] = true
			list = append(list, code{name, meaning})
		}
	}
	for i := range r.rows {
		for _, reason := range r.rows[i].Reasons {
			add(reason.Code, rank.ReasonText(reason.Code))
		}
	}
	for i := range r.rows {
		for _, action := range r.rows[i].Actions {
			add(action, rank.ActionText(action))
		}
	}
	return list
}

// limit is one limit of the guard beside what the run had.
type limit struct{ Name, Allowed, Actual string }

// smallDump is below how many accounts met the rate of a single dump says nothing.
const smallDump = 100

// highestRate is that of the dumps of a kind that are large enough, "" of them all.
func (r *Report) highestRate(kind string) string {
	highest := -1.0
	for _, d := range r.m.Dumps {
		if d.AccountsMet >= smallDump && (kind == "" || r.kindOf(d.Name) == kind) {
			highest = max(highest, float64(d.AccountsConfirmed)/float64(d.AccountsMet))
		}
	}
	if highest < 0 {
		return "no dump that meets 100 accounts"
	}
	return "at most " + share(highest) + " of a dump"
}

// kindOf returns the kind of a dump, that of its inputs where these agree.
func (r *Report) kindOf(name string) string {
	kind := ""
	for _, in := range r.m.Inputs {
		switch {
		case in.Name != name, in.Kind == kind:
		case kind == "":
			kind = in.Kind
		default:
			return "mixed"
		}
	}
	return kind
}

// refusalsShown bounds a table: each dump of a night can be refused.
const refusalsShown = 50

func (r *Report) refusals() []rundir.Refusal {
	list := r.m.Guard.ByWeight()
	return list[:min(len(list), refusalsShown)]
}
