package pipeline

import (
	"maps"
	"slices"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/exclusion"
	"github.com/credsieve/credsieve/pipeline/finding"
)

// exclude keeps the findings of excluded accounts off the list and says what it did; nil when nothing is excluded.
func (r *run) exclude(findings []finding.Finding) (*rundir.Excluded, error) {
	x := r.cfg.Exclude
	if x == nil {
		return nil, nil
	}
	e := &rundir.Excluded{Accounts: int64(len(x.Reasons)), Reasons: make(map[string]int64)}
	for _, reason := range x.Reasons {
		e.Reasons[reason]++
	}
	for i := range findings {
		f := &findings[i]
		if reason, ok := x.Reasons[f.Account().ID]; ok {
			f.Exclude()
			e.Confirmed++
			if len(e.Found) < maxExcludedNamed {
				e.Found = append(e.Found, rundir.ExcludedFinding{AccountID: f.Account().ID, Reason: reason})
			}
		}
	}
	return e, r.countUnknown(x, e)
}

// maxExcludedNamed bounds what the manifest names; accounts.csv has every one.
const maxExcludedNamed = 100

// countUnknown counts and names the ids that are of no account of the index: a typing error excludes nobody.
func (r *run) countUnknown(x *exclusion.List, e *rundir.Excluded) error {
	var rows []uint32
	for _, id := range slices.Sorted(maps.Keys(x.Reasons)) {
		rows = r.index.RowsOf(r.index.IDPrint(id), rows[:0])
		known := false
		for _, row := range rows {
			account, err := r.index.Account(row)
			if err != nil {
				return err
			}
			known = known || account.ID == id
		}
		if !known {
			e.Unknown++
			if len(e.Unknowns) < maxExcludedNamed {
				e.Unknowns = append(e.Unknowns, id)
			}
		}
	}
	return nil
}
