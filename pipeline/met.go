package pipeline

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/rundir"
)

// ends counts what became of the leaked passwords of one account.
type ends struct {
	candidates int
	refuted    int
	open       int // indeterminate, unchecked or over the cap
	pruned     int
	confirmed  bool
}

func (e *ends) add(state pairState) {
	e.candidates++
	switch state {
	case stateRefuted:
		e.refuted++
	case stateIndeterminate, stateUnchecked, stateOverCap:
		e.open++
	case statePrunedPolicy:
		e.pruned++
	}
}

// state is what is said of an account that is not confirmed: the strongest of its ends.
func (e *ends) state() rundir.State {
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
	byRow := make(map[uint32]*ends)
	for _, pair := range p.all {
		e, ok := byRow[pair.account]
		if !ok {
			e = new(ends)
			byRow[pair.account] = e
		}
		e.add(pair.state)
	}
	for i := range v.findings {
		byRow[v.findings[i].row].confirmed = true
	}
	out, err := r.staging.CreateAccounts()
	if err != nil {
		return err
	}
	err = s.eachMet(func(row uint32, sources []string) error {
		e, ok := byRow[row]
		if !ok {
			e = new(ends)
		}
		account, err := r.index.Account(row)
		if err != nil {
			return fmt.Errorf("failed to read an account of the index: %w", err)
		}
		state := e.state()
		switch {
		case e.confirmed && account.Status == accounts.StatusActive:
			state = rundir.StateListed
		case e.confirmed:
			state = rundir.StateNotActive
		}
		return out.Add(rundir.Met{
			AccountID: account.ID, State: state, Candidates: e.candidates, Refuted: e.refuted, Sources: sources,
		})
	})
	if err != nil {
		return err
	}
	return out.Finish()
}

// eachMet visits the accounts that any dump names, by row, each with the names of those dumps. What visit is
// given is valid until it returns.
func (s *screened) eachMet(visit func(row uint32, sources []string) error) error {
	dumps := slices.SortedFunc(slices.Values(s.dumps), func(a, b *dumpFacts) int {
		return cmp.Compare(a.name, b.name)
	})
	var met []uint64 // row and dump, so that sorting puts an account's dumps side by side, by name
	for i, d := range dumps {
		for row := range d.met {
			met = append(met, uint64(row)<<32|uint64(i))
		}
	}
	slices.Sort(met)
	var sources []string
	for i, entry := range met {
		sources = append(sources, dumps[uint32(entry)].name)
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
