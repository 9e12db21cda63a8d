// Package rank turns findings into the list: each a row, worst first, with the named reasons of its score and the
// actions that follow from them.
//
// It takes findings, not candidates: there is no other way onto the list. A score is the sum of the weights of its
// reasons, between 0 and 100; what is not known is not a reason. The table of weights has a version, and Weights may
// change its points, never what a code means. ReasonText and ActionText say codes in words.
//
// The same findings, weights and time give the same rows. Not guaranteed: that a score says how likely a takeover is;
// it orders a list.
package rank

import (
	"cmp"
	"slices"
	"time"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/finding"
)

// Rows turns the findings of active accounts into the list, worst first. Started is when the run began: ages count
// from there.
func Rows(findings []finding.Finding, ids finding.IDs, weights Weights, started time.Time) []rundir.Row {
	list := make([]rundir.Row, 0, len(findings))
	for i := range findings {
		if findings[i].Active() {
			list = append(list, row(&findings[i], ids, weights, started))
		}
	}
	slices.SortFunc(list, func(a, b rundir.Row) int {
		return cmp.Or(-cmp.Compare(a.Score, b.Score), cmp.Compare(a.AccountID, b.AccountID))
	})
	for i := range list {
		list[i].Rank = i + 1
	}
	return list
}

// row is a finding of the list, but for its rank.
func row(f *finding.Finding, ids finding.IDs, weights Weights, started time.Time) rundir.Row {
	account, pair, evidence := f.Account(), f.Pair(), f.Evidence()
	row := rundir.Row{
		AccountID:      account.ID,
		Status:         finding.StatusNew,
		Match:          pair.Match(),
		Attribution:    pair.Attribution.String(),
		IdentifierKind: pair.Kind.String(),
		FirstLeakedOn:  evidence.First,
		LastLeakedOn:   evidence.Last,
		Sources:        evidence.Sources,
		FindingID:      f.ID(ids),
		HashTag:        ids.HashTag(account.StoredHash),
		Identifier:     account.Identifier,
	}
	if f.Outstanding() {
		row.Status, row.FirstListedAt = finding.StatusOutstanding, f.FirstListed().UTC().Truncate(time.Second)
	}
	row.Reasons = weights.reasons(clues{
		kinds: evidence.Kinds, last: evidence.Last, sources: f.Independent(),
		ownPage: pair.OwnPage, sharedBy: f.SharedBy(), attribution: pair.Attribution, truncated: f.Truncated(),
		mfa: account.MFA, privilege: account.Privilege, lastActive: account.LastActiveAt,
		now: started,
	})
	row.Score = score(row.Reasons)
	row.Band = bandOf(row.Score)
	row.Actions = actions(row.Reasons)
	return row
}
