package pipeline

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/rundir"
)

// ends counts what became of the leaked passwords of one account.
type ends struct {
	candidates uint32
	refuted    uint32
	open       uint32 // indeterminate, unchecked or over the cap
	pruned     uint32
}

// endsByRow is filled with each pair once, when it is settled.
type endsByRow map[uint32]ends

func (e endsByRow) add(p *pair, state pairState) {
	n := e[p.account]
	n.candidates++
	switch state {
	case stateRefuted:
		n.refuted++
	case stateIndeterminate, stateUnchecked, stateOverCap:
		n.open++
	case statePrunedPolicy:
		n.pruned++
	}
	e[p.account] = n
}

// state is what is said of an account that is not confirmed: the strongest of its ends.
func (e ends) state() rundir.State {
	switch {
	case e.open > 0:
		return rundir.StateUndecided
	case e.refuted > 0:
		return rundir.StateRefuted
	case e.pruned > 0:
		return rundir.StatePruned
	default:
		return rundir.StateUntestable
	}
}

// writeMet writes down what became of every account that a dump names, in the order of the index: the answer
// to "why not this one" for those that are not listed.
func (r *run) writeMet(s *screened, p *plan, v *verdicts) error {
	byRow := make(endsByRow)
	for _, pair := range p.all {
		byRow.add(pair, pair.state)
	}
	confirmed := make(map[uint32]bool, len(v.findings)) // active or not
	for i := range v.findings {
		confirmed[v.findings[i].row] = v.findings[i].account.Status == accounts.StatusActive
	}
	out, err := r.staging.CreateAccounts()
	if err != nil {
		return err
	}
	err = s.eachMet(v, func(row uint32, sources []string) error {
		account, err := r.index.Account(row)
		if err != nil {
			return fmt.Errorf("failed to read an account of the index: %w", err)
		}
		e := byRow[row]
		state := e.state()
		if active, ok := confirmed[row]; ok && active {
			state = rundir.StateListed
		} else if ok {
			state = rundir.StateNotActive
		}
		return out.Add(rundir.Met{
			AccountID: account.ID, State: state, Candidates: int(e.candidates), Refuted: int(e.refuted), Sources: sources,
		})
	})
	if err != nil {
		return err
	}
	return out.Finish()
}

// noDump stands for the dump of a finding of an earlier run that no dump of this one names.
const noDump = math.MaxUint32

// eachMet visits the accounts that any dump names and those of the findings, by row, each with the names of
// those dumps. What visit is given is valid until it returns.
func (s *screened) eachMet(v *verdicts, visit func(row uint32, sources []string) error) error {
	dumps := slices.SortedFunc(slices.Values(s.dumps), func(a, b *dumpFacts) int {
		return cmp.Compare(a.name, b.name)
	})
	var met []uint64 // row and dump, so that sorting puts an account's dumps side by side, by name
	for i, d := range dumps {
		for row := range d.met {
			met = append(met, uint64(row)<<32|uint64(i))
		}
	}
	for i := range v.findings {
		met = append(met, uint64(v.findings[i].row)<<32|noDump)
	}
	slices.Sort(met)
	var sources []string
	for i, entry := range met {
		if dump := uint32(entry); dump != noDump {
			sources = append(sources, dumps[dump].name)
		}
		row := uint32(entry >> 32)
		if i+1 < len(met) && uint32(met[i+1]>>32) == row {
			continue
		}
		if err := visit(row, sources); err != nil {
			return err
		}
		sources = sources[:0]
	}
	return nil
}
