package pipeline

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/rank"
)

// writeMet writes down what became of every account that a dump names, in the order of the index: the answer
// to "why not this one" for those that are not listed.
func (r *run) writeMet(s *screened, v *verdicts) error {
	out, err := r.staging.CreateAccounts(slices.ContainsFunc(v.findings, func(f finding.Finding) bool { return f.Outstanding() }))
	if err != nil {
		return err
	}
	dumps := slices.SortedFunc(slices.Values(s.inputs.Dumps), func(a, b *pair.Dump) int {
		return cmp.Compare(a.Name, b.Name)
	})
	findings, ids := v.findings, finding.NewIDs(r.cfg.Key) // findings by row
	for part := range pair.Partitions {
		ends, err := s.log.Of(part)
		if err != nil {
			return err
		}
		from, to := r.parts.Rows(part)
		first := len(findings)
		if i := slices.IndexFunc(findings, func(f finding.Finding) bool { return int64(f.Row()) >= to }); i >= 0 {
			first = i
		}
		m := metPart{run: r, ids: ids, named: &s.named, ends: ends, dumps: dumps, findings: findings[:first], out: out}
		findings = findings[first:]
		if err := m.write(from, to); err != nil {
			return err
		}
	}
	return out.Finish()
}

// metPart is the accounts of one partition.
type metPart struct {
	run      *run
	ids      finding.IDs
	named    *named
	ends     map[uint32]pair.Ends
	dumps    []*pair.Dump      // by name
	findings []finding.Finding // by row
	out      *rundir.Accounts
}

// noDump stands for the dump of a finding of an earlier run that no dump of this one names.
const noDump = math.MaxUint32

// write visits the accounts that any dump names and those of the findings, by row, each with the names of
// those dumps.
func (m *metPart) write(from, to int64) error {
	var met []uint64 // row and dump, so that sorting puts an account's dumps side by side, by name
	for i, d := range m.dumps {
		d.Met.EachIn(from, to, func(row uint32) { met = append(met, uint64(row)<<32|uint64(i)) })
	}
	for i := range m.findings {
		met = append(met, uint64(m.findings[i].Row())<<32|noDump)
	}
	slices.Sort(met)
	var sources []string
	for i, entry := range met {
		if dump := uint32(entry); dump != noDump {
			sources = append(sources, m.dumps[dump].Name)
		}
		row := uint32(entry >> 32)
		if i+1 < len(met) && uint32(met[i+1]>>32) == row {
			continue
		}
		if err := m.account(row, sources); err != nil {
			return err
		}
		sources = sources[:0]
	}
	return nil
}

func (m *metPart) account(row uint32, sources []string) error {
	account, err := m.run.index.Account(row)
	if err != nil {
		return err
	}
	e := m.ends[row]
	state := m.named.stateOf(row, e)
	var actions []string
	var firstListed time.Time
	refuted, tag := e.Refuted+e.Remembered, ""
	if i, ok := slices.BinarySearchFunc(m.findings, row, func(f finding.Finding, row uint32) int {
		return cmp.Compare(f.Row(), row)
	}); ok {
		state, refuted = rundir.StateNotActive, e.Refuted
		switch {
		case m.findings[i].Excluded():
			state = rundir.StateExcluded
		case m.findings[i].Active():
			state = rundir.StateListed
			tag = m.ids.ChangedTag(account.ID, account.PasswordChangedAt)
			firstListed = m.findings[i].FirstListed()
		default:
			actions = rank.ActionsNotActive()
		}
	}
	m.named.count(row, state)
	return m.out.Add(rundir.Met{
		AccountID: account.ID, State: state, Candidates: int(e.Candidates), Refuted: int(refuted), Sources: sources, ChangedTag: tag,
		Actions: actions, FirstListedAt: firstListed,
	})
}
