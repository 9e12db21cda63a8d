package pipeline

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/court"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/prune"
)

// tally writes down what every stage counted.
func (r *run) tally(
	s *screened, work *pruned, v *verdicts, list []rundir.Row,
) (*rundir.Manifest, error) {
	meta := r.index.Meta()
	m := &rundir.Manifest{
		SchemaVersion: rundir.SchemaVersion,
		Tool:          r.cfg.Tool,
		StartedAt:     r.started.UTC(),
		Index: rundir.IndexInfo{
			ID: meta.ID, Path: r.indexPath(), Generation: meta.Generation, KeyID: meta.KeyID, Accounts: meta.Accounts,
			Identifiers: meta.Identifiers, Canonicalizer: meta.Canonicalizer, CreatedAt: meta.CreatedAt.UTC(),
			Unverifiable: meta.Unverifiable(), NoPassword: meta.NoPassword,
		},
		State:   r.stateInfo(),
		Inputs:  inputs(s, v),
		Dumps:   dumps(s, work, v),
		Counts:  s.counts,
		Ranking: r.cfg.Weights.Describe(),
		Outputs: []rundir.Output{},
	}
	m.Verifier = r.verifier()
	m.Controls = r.proven
	m.Controls.Canaries.Accounts = meta.Canaries
	m.Controls.Canaries.Met = s.canaries.Count()
	m.Controls.EqualHashes.Met = s.equal.Count()
	s.balance.Fill(&m.Counts)
	m.Counts.AccountsConfirmed = int64(len(v.findings))
	for i := range v.findings {
		if v.findings[i].Pair().Attribution == hashing.AttributionNearby {
			s.named.sweep.Confirmed++
		}
	}
	m.Sweep = s.named.sweep
	m.Counts.AccountsListed = int64(len(list))
	m.Listed = rundir.CountListed(list, r.started)
	var err error
	if m.OverCap, err = r.overCap(s, work.Worklist); err != nil {
		return nil, err
	}
	m.Counts.AccountsNotActive = m.Counts.AccountsConfirmed - m.Counts.AccountsListed
	m.Counts.Verifications = v.verifications
	m.Fabricated = work.fabricated
	m.Rejects, m.Spent = s.rejects, r.budgets.Spent(s.rejects)
	return m, nil
}

// indexPath is where the index lies, for a release to see whether it is still the same.
func (r *run) indexPath() string {
	path, err := placeOf(r.cfg.IndexDir)
	if err != nil {
		return "" // then a release wants to be told
	}
	return strings.ToValidUTF8(path, "?")
}

// stateInfo is where the ledger lies, for a release to ask for it; nil without one.
func (r *run) stateInfo() *rundir.StateInfo {
	if r.cfg.StateDir == "" {
		return nil
	}
	path, err := filepath.Abs(r.cfg.StateDir)
	if err != nil {
		path = r.cfg.StateDir
	}
	return &rundir.StateInfo{Path: strings.ToValidUTF8(path, "?")}
}

// mostOverCap bounds what the manifest names; undecided.csv has every account.
const mostOverCap = 100

// overCap names the accounts with the most leaked passwords beyond the limit, and the dumps that hold them.
func (r *run) overCap(s *screened, work *prune.Worklist) ([]rundir.OverCap, error) {
	rows := slices.SortedFunc(maps.Keys(work.OverCap), func(a, b uint32) int {
		return cmp.Or(-cmp.Compare(work.OverCap[a].Pairs, work.OverCap[b].Pairs), cmp.Compare(a, b))
	})
	list := make([]rundir.OverCap, 0, min(len(rows), mostOverCap))
	for _, row := range rows[:min(len(rows), mostOverCap)] {
		account, err := r.index.Account(row)
		if err != nil {
			return nil, err
		}
		over := rundir.OverCap{AccountID: account.ID, Candidates: work.OverCap[row].Pairs}
		for _, in := range work.OverCap[row].Inputs {
			if name := s.inputs.List[in].Meta.Name; !slices.Contains(over.Dumps, name) {
				over.Dumps = append(over.Dumps, name)
			}
		}
		slices.Sort(over.Dumps)
		list = append(list, over)
	}
	return list, nil
}

// inputs says of each input what was read and what came of it.
func inputs(s *screened, v *verdicts) []rundir.Input {
	confirmed := make([]int64, len(s.inputs.List))
	for i := range v.findings {
		for _, in := range s.inputs.Evidence(v.findings[i].Pair()) {
			confirmed[in]++
		}
	}
	list := make([]rundir.Input, len(s.inputs.List))
	for i := range s.inputs.List {
		in := &s.inputs.List[i]
		list[i] = rundir.Input{
			Path: strings.ToValidUTF8(in.Path, "?"), Name: in.Meta.Name,
			Kind: string(in.Meta.Kind), Trust: string(in.Meta.Trust),
			LeakedOn: rundir.Date(in.Meta.LeakedOn), Bytes: in.Report.Bytes, SHA256: in.Report.SHA256,
			Status: string(in.Report.Status), Format: in.Report.Format,
			Records: in.Records, Rejected: in.Rejected,
			AccountsMet: in.Met, AccountsConfirmed: confirmed[i], FilesLeftOut: in.Report.LeftOut,
			Claim: pair.ClaimOf(in.Claim),
		}
		if s.past[i] != nil {
			list[i].FirstSeen = rundir.Date(s.past[i].FirstSeen)
		}
		if in.Report.Err != nil {
			list[i].Error = in.Report.Err.Error()
			list[i].LeftOut = errors.Is(in.Report.Err, dump.ErrNotPasswords)
		}
	}
	return list
}

// dumps puts the inputs of one name together.
func dumps(s *screened, work *pruned, v *verdicts) []rundir.Dump {
	list := make([]rundir.Dump, len(s.inputs.Dumps))
	place := make(map[*pair.Dump]*rundir.Dump)
	for i, d := range s.inputs.Dumps {
		of := work.novelty.of(d)
		list[i] = rundir.Dump{Name: d.Name, AccountsMet: d.Met.Count(), Pairs: of.pairs, PairsJudged: of.judged}
		place[d] = &list[i]
	}
	for i := range s.inputs.List {
		in := &s.inputs.List[i]
		d := place[in.Dump]
		d.Inputs++
		d.Records += in.Records
		d.Rejected += in.Rejected
	}
	for i := range v.findings {
		for _, d := range s.inputs.DumpsOf(v.findings[i].Pair()) {
			place[d].AccountsConfirmed++
			if v.findings[i].Outstanding() {
				place[d].AccountsOutstanding++
			}
		}
	}
	return list
}

// undecided lists the accounts that may use a leaked password as far as this run knows.
func (r *run) undecided(s *screened, work *prune.Worklist, v *verdicts) ([]rundir.Undecided, error) {
	list := make([]rundir.Undecided, 0, len(v.open))
	add := func(row uint32, cause stored.Cause, pairs int64) error {
		account, err := r.index.Account(row)
		if err != nil {
			return err
		}
		list = append(list, rundir.Undecided{
			AccountID: account.ID, Cause: string(cause), Candidates: int(pairs),
		})
		return nil
	}
	for open, pairs := range v.open {
		if err := add(open.row, open.cause, int64(pairs)); err != nil {
			return nil, err
		}
	}
	// Accounts with more candidates than the cap, unless they were confirmed by the others.
	confirmed := pair.NewRowSet()
	for i := range v.findings {
		confirmed.Add(v.findings[i].Row())
	}
	for row, over := range work.OverCap {
		if confirmed.Has(row) {
			continue
		}
		if err := add(row, "over_cap", over.Pairs); err != nil {
			return nil, err
		}
	}
	var err error
	s.named.lost.Each(func(row uint32) {
		if err == nil && !confirmed.Has(row) {
			err = add(row, causeNotUnderstood, 0)
		}
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b rundir.Undecided) int {
		return cmp.Or(strings.Compare(a.AccountID, b.AccountID), strings.Compare(a.Cause, b.Cause))
	})
	return list, nil
}

// write writes the lists beside the run's place, and notes them in the manifest.
func (r *run) write(s *screened, work *pruned, v *verdicts, m *rundir.Manifest, j *court.Judgement) error {
	open, err := r.undecided(s, work.Worklist, v)
	if err != nil {
		return err
	}
	if err := r.writeMet(s, v); err != nil {
		return err
	}
	m.Sweep = s.named.sweep // with what became of the accounts
	if err := r.index.Err(); err != nil {
		return err
	}
	for i := range open {
		if m.Undecided == nil {
			m.Undecided = make(map[string]int64)
		}
		m.Undecided[open[i].Cause]++
	}
	m.Status = status(m, int64(len(open)))
	if m.Status != rundir.StatusHeld || m.HeldInPart() {
		if err := r.staging.WriteList(j.Published, false, r.cfg.ShowIdentifiers); err != nil {
			return err
		}
	}
	if m.Status == rundir.StatusHeld {
		if err := r.staging.WriteList(j.Waiting, true, r.cfg.ShowIdentifiers); err != nil {
			return err
		}
	}
	return r.staging.WriteUndecided(open)
}

// publish writes the manifest and moves the run to its place.
func (r *run) publish(m *rundir.Manifest, list []rundir.Row) error {
	m.Outputs = r.staging.Outputs()
	m.FinishedAt = r.cfg.Now().UTC()
	m.RunID = m.ID()
	if r.cfg.Metrics != nil {
		text, err := r.cfg.Metrics(m, list)
		if err == nil {
			err = r.staging.WriteMetrics(text)
		}
		if err != nil {
			return err
		}
		m.Outputs = r.staging.Outputs()
	}
	if r.cfg.Report != nil {
		page, err := r.cfg.Report(r.staging.Dir(), m)
		if err == nil {
			err = r.staging.WriteReport(page)
		}
		if err != nil {
			return err
		}
		m.Outputs = r.staging.Outputs()
	}
	m.SealWith(r.cfg.Key.Derive(hashing.PurposeRunSeal, nil, sha256.Size))
	return r.staging.Publish(m)
}

func status(m *rundir.Manifest, open int64) rundir.Status {
	switch {
	case m.Guard.Verdict != rundir.VerdictPass:
		return rundir.StatusHeld
	case m.Incomplete(open):
		return rundir.StatusPartial
	default:
		return rundir.StatusComplete
	}
}
