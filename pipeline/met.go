package pipeline

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// ends counts what became of the leaked passwords of one account.
type ends struct {
	candidates uint32
	refuted    uint32
	open       uint32 // indeterminate, unchecked or over the cap
	pruned     uint32
	remembered uint32 // refuted by an earlier run, or of an account that one confirmed
}

// endsByRow is filled with each pair once, when it is settled.
type endsByRow map[uint32]ends

func (e endsByRow) add(row uint32, state pairState) {
	n := e[row]
	n.candidates++
	switch state {
	case stateRefuted:
		n.refuted++
	case stateIndeterminate, stateUnchecked, stateOverCap:
		n.open++
	case statePrunedPolicy:
		n.pruned++
	case stateRemembered:
		n.remembered++
	}
	e[row] = n
}

// state is what is said of an account that is not confirmed: the strongest of its ends.
func (e ends) state() rundir.State {
	switch {
	case e.open > 0:
		return rundir.StateUndecided
	case e.refuted+e.remembered > 0:
		return rundir.StateRefuted
	case e.pruned > 0:
		return rundir.StatePruned
	default:
		return rundir.StateUntestable
	}
}

// writeMet writes down what became of every account that a dump names, in the order of the index: the answer
// to "why not this one" for those that are not listed.
func (r *run) writeMet(s *screened, v *verdicts) error {
	out, err := r.staging.CreateAccounts()
	if err != nil {
		return err
	}
	dumps := slices.SortedFunc(slices.Values(s.dumps), func(a, b *dumpFacts) int {
		return cmp.Compare(a.name, b.name)
	})
	findings := v.findings // by row
	for part := range partitions {
		ends, err := s.balance.ends(part)
		if err != nil {
			return err
		}
		from, to := r.rowsOf(part)
		first := len(findings)
		if i := slices.IndexFunc(findings, func(f finding) bool { return int64(f.row) >= to }); i >= 0 {
			first = i
		}
		m := metPart{run: r, ends: ends, dumps: dumps, findings: findings[:first], out: out}
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
	ends     endsByRow
	dumps    []*dumpFacts // by name
	findings []finding    // by row
	out      *rundir.Accounts
}

// noDump stands for the dump of a finding of an earlier run that no dump of this one names.
const noDump = math.MaxUint32

// write visits the accounts that any dump names and those of the findings, by row, each with the names of
// those dumps.
func (m *metPart) write(from, to int64) error {
	var met []uint64 // row and dump, so that sorting puts an account's dumps side by side, by name
	for i, d := range m.dumps {
		d.met.eachIn(from, to, func(row uint32) { met = append(met, uint64(row)<<32|uint64(i)) })
	}
	for i := range m.findings {
		met = append(met, uint64(m.findings[i].row)<<32|noDump)
	}
	slices.Sort(met)
	var sources []string
	for i, entry := range met {
		if dump := uint32(entry); dump != noDump {
			sources = append(sources, m.dumps[dump].name)
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
		return fmt.Errorf("failed to read an account of the index: %w", err)
	}
	e := m.ends[row]
	state := e.state()
	refuted := e.refuted + e.remembered
	if i, ok := slices.BinarySearchFunc(m.findings, row, func(f finding, row uint32) int {
		return cmp.Compare(f.row, row)
	}); ok {
		state, refuted = rundir.StateNotActive, e.refuted
		if m.findings[i].active() {
			state = rundir.StateListed
		}
	}
	return m.out.Add(rundir.Met{
		AccountID: account.ID, State: state, Candidates: int(e.candidates), Refuted: int(refuted), Sources: sources,
	})
}
