package pipeline

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
)

// tally writes down what every stage counted.
func (r *run) tally(s *screened, p *plan, v *verdicts, list []rundir.Row) *rundir.Manifest {
	meta := r.index.Meta()
	m := &rundir.Manifest{
		SchemaVersion: rundir.SchemaVersion,
		Tool:          r.cfg.Tool,
		StartedAt:     r.started.UTC(),
		Index: rundir.IndexInfo{
			ID: meta.ID, Path: r.indexPath(), Generation: meta.Generation, KeyID: meta.KeyID, Accounts: meta.Accounts,
			Identifiers: meta.Identifiers, Canonicalizer: meta.Canonicalizer,
		},
		Inputs:  inputs(s, v),
		Dumps:   dumps(s, v),
		Counts:  s.counts,
		Ranking: r.cfg.Weights.describe(),
		Outputs: []rundir.Output{},
	}
	m.Controls = r.proven
	m.Controls.Canaries.Accounts = meta.Canaries
	m.Controls.Canaries.Met = int64(len(s.canaries))
	m.Controls.EqualHashes.Met = int64(len(s.equal))
	countStates(&m.Counts, p)
	m.Counts.AccountsConfirmed = int64(len(v.findings))
	m.Counts.AccountsListed = int64(len(list))
	m.Counts.AccountsNotActive = m.Counts.AccountsConfirmed - m.Counts.AccountsListed
	m.Counts.Verifications = v.verifications
	return m
}

// indexPath is where the index lies, for a release to see whether it is still the same.
func (r *run) indexPath() string {
	path, err := filepath.Abs(r.cfg.IndexDir)
	if err != nil {
		return "" // then a release wants to be told
	}
	return strings.ToValidUTF8(path, "?")
}

// countStates counts the records behind the pairs: each under the greatest state of the pairs it brought.
func countStates(counts *rundir.Counts, p *plan) {
	units := make([]pairState, p.units)
	for _, pair := range p.all {
		units[pair.unit] = max(units[pair.unit], pair.state)
	}
	for _, state := range units {
		switch state {
		case statePrunedPolicy:
			counts.PrunedPolicy++
			continue
		case stateOverCap:
			counts.OverCap++
			continue
		case stateConfirmed:
			counts.Confirmed++
		case stateMoot:
			counts.Moot++
		case stateRefuted:
			counts.Refuted++
		case stateIndeterminate:
			counts.Indeterminate++
		case stateUnchecked:
			counts.Unchecked++
		}
		counts.Candidates++
	}
}

// inputs says of each input what was read and what came of it.
func inputs(s *screened, v *verdicts) []rundir.Input {
	confirmed := make([]int64, len(s.inputs))
	for i := range v.findings {
		for _, in := range s.evidence(v.findings[i].pair) {
			confirmed[in]++
		}
	}
	list := make([]rundir.Input, len(s.inputs))
	for i := range s.inputs {
		in := &s.inputs[i]
		list[i] = rundir.Input{
			Path: strings.ToValidUTF8(in.Path, "?"), Name: in.Meta.Name, Kind: string(in.Meta.Kind), Trust: string(in.Meta.Trust),
			LeakedOn: rundir.Date(in.Meta.LeakedOn), Bytes: in.report.Bytes, SHA256: in.report.SHA256,
			Status: string(in.report.Status), Format: in.report.Format,
			Records: in.records, Rejected: in.rejected,
			AccountsMet: in.met, AccountsConfirmed: confirmed[i],
		}
		if in.report.Err != nil {
			list[i].Error = in.report.Err.Error()
			list[i].LeftOut = errors.Is(in.report.Err, dump.ErrNotPasswords)
		}
	}
	return list
}

// dumps puts the inputs of one name together.
func dumps(s *screened, v *verdicts) []rundir.Dump {
	list := make([]rundir.Dump, len(s.dumps))
	place := make(map[*dumpFacts]*rundir.Dump)
	for i, d := range s.dumps {
		list[i] = rundir.Dump{Name: d.name, AccountsMet: int64(len(d.met))}
		place[d] = &list[i]
	}
	for i := range s.inputs {
		in := &s.inputs[i]
		d := place[in.dump]
		d.Inputs++
		d.Records += in.records
		d.Rejected += in.rejected
	}
	for i := range v.findings {
		for _, d := range s.dumpsOf(v.findings[i].pair) {
			place[d].AccountsConfirmed++
		}
	}
	return list
}

// undecided lists the accounts that may use a leaked password as far as this run knows.
func (r *run) undecided(p *plan, v *verdicts) ([]rundir.Undecided, error) {
	type key struct{ account, cause string }
	counts := make(map[key]int)
	for _, o := range v.open {
		for _, pair := range o.pairs {
			switch pair.state {
			case stateIndeterminate:
				counts[key{o.account, string(pair.cause)}]++
			case stateUnchecked:
				counts[key{o.account, "unchecked"}]++
			}
		}
	}
	if err := r.addOverCap(p, v, func(account string, candidates int) {
		counts[key{account, "over_cap"}] = candidates
	}); err != nil {
		return nil, err
	}
	list := make([]rundir.Undecided, 0, len(counts))
	for k, n := range counts {
		list = append(list, rundir.Undecided{AccountID: k.account, Cause: k.cause, Candidates: n})
	}
	slices.SortFunc(list, func(a, b rundir.Undecided) int {
		return cmp.Or(strings.Compare(a.AccountID, b.AccountID), strings.Compare(a.Cause, b.Cause))
	})
	return list, nil
}

// addOverCap names the accounts with more candidates than the cap that were not confirmed by the others.
func (r *run) addOverCap(p *plan, v *verdicts, add func(account string, candidates int)) error {
	left := make(map[uint32]int)
	for _, pair := range p.all {
		if pair.state == stateOverCap {
			left[pair.account]++
		}
	}
	for i := range v.findings {
		delete(left, v.findings[i].row)
	}
	for row, candidates := range left {
		account, err := r.index.Account(row)
		if err != nil {
			return fmt.Errorf("failed to read an account of the index: %w", err)
		}
		add(account.ID, candidates)
	}
	return nil
}

// publish writes the lists and the manifest and moves the run to its place.
func (r *run) publish(m *rundir.Manifest, list []rundir.Row, open []rundir.Undecided) (*Outcome, error) {
	m.Status = status(m, int64(len(open)))
	held := m.Status == rundir.StatusHeld
	if err := r.staging.WriteList(list, held, r.cfg.ShowIdentifiers); err != nil {
		return nil, err
	}
	if err := r.staging.WriteUndecided(open); err != nil {
		return nil, err
	}
	m.Outputs = r.staging.Outputs()
	m.FinishedAt = r.cfg.Now().UTC()
	m.RunID = m.ID()
	if err := r.staging.Publish(m); err != nil {
		return nil, err
	}
	return &Outcome{Manifest: m, List: list, Dir: r.cfg.Out}, nil
}

func status(m *rundir.Manifest, open int64) rundir.Status {
	switch {
	case m.Guard.Verdict != "pass":
		return rundir.StatusHeld
	case m.Incomplete(open):
		return rundir.StatusPartial
	default:
		return rundir.StatusComplete
	}
}
