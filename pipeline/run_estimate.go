package pipeline

import (
	"cmp"
	"errors"
	"slices"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// estimate is what confirming would cost, from measured verifications for each scheme and cost that occurs among the
// candidates. The password measured with is none of the candidates', so nothing is confirmed. It takes the candidates
// as they are pruned: a worklist, which a run confirms in the best order, would only be written and read again.
type estimate struct {
	run       *run
	screened  *screened
	made      rundir.Estimate
	noted     map[*verify.Cost]*int64
	prospects map[kindOfAccount]prospect
	alike     bool     // all accounts are of one kind
	row       uint32   // of the account looked at last
	future    prospect // of it
	seconds   float64  // that one of its verifications takes
	count     *int64   // of verifications like it
}

func (r *run) newEstimate(s *screened) *estimate {
	_, alike := r.index.OnlyClass()
	return &estimate{
		run: r, screened: s, noted: make(map[*verify.Cost]*int64), prospects: make(map[kindOfAccount]prospect),
		alike: alike && !r.recipes.HasRules(),
		made: rundir.Estimate{
			Workers: r.cfg.Workers, Schemes: []rundir.SchemeEstimate{},
			Inputs: make([]rundir.InputEstimate, len(s.inputs.List)),
		},
	}
}

// add takes in a candidate; those of one account come one after the other.
func (e *estimate) add(_ int, candidate *pair.Pair) error {
	if !e.knows(candidate.Account) {
		if err := e.look(candidate.Account); err != nil {
			return err
		}
	}
	s := e.screened
	if e.future.cause != "" {
		s.balance.Settle(candidate, pair.StateIndeterminate)
		return nil
	}
	s.balance.Settle(candidate, pair.StateUnchecked)
	n := e.future.target.MostVerifications(candidate.Secret, candidate.Digest)
	took := e.seconds * float64(n)
	e.made.Verifications += n
	e.made.Seconds += took
	for _, in := range s.inputs.Evidence(candidate) {
		e.made.Inputs[in].Verifications += n
		e.made.Inputs[in].Seconds += took
	}
	*e.count += n
	return nil
}

// knows reports whether the future of an account is that of the one before.
func (e *estimate) knows(row uint32) bool {
	return e.count != nil && (row == e.row || e.alike && e.future.general)
}

// look finds out what becomes of the candidates of an account.
func (e *estimate) look(row uint32) error {
	future, err := e.run.prospectOf(row, e.prospects)
	if err != nil {
		return err
	}
	e.row, e.future, e.seconds = row, future, 0
	if e.count = e.noted[future.cost]; e.count == nil {
		e.count = new(int64)
		e.noted[future.cost] = e.count
	}
	if future.cost != nil {
		e.seconds = future.cost.Each.Seconds() / float64(e.run.cfg.atOnce(future.cost.Memory))
	}
	return nil
}

// estimated ends a dry run: it says what confirming would cost.
func (r *run) estimated(s *screened, work *pruned) (*Outcome, error) {
	m, err := r.tally(s, work, &verdicts{}, nil)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(m.Counts.Check(), m.Sweep.Check()); err != nil {
		return nil, err
	}
	est := &work.estimate.made
	est.Schemes = estimates(r.costs.All(), work.estimate.noted)
	for i := range est.Inputs {
		est.Inputs[i].Path, est.Inputs[i].AccountsMet = m.Inputs[i].Path, m.Inputs[i].AccountsMet
	}
	m.Status = rundir.StatusDryRun
	m.Guard = rundir.Guard{Verdict: "not_asked", Refusals: []rundir.Refusal{}}
	m.FinishedAt = r.cfg.Now().UTC()
	m.RunID = m.ID()
	m.Estimate = est
	return &Outcome{Manifest: m}, nil
}

// kindOfAccount is what decides how candidates of an account are verified.
type kindOfAccount struct {
	class index.ClassMeta
	steps uint8
}

// prospect is what becomes of the candidates of a kind of account: each has a cost, or a cause why it cannot
// be verified.
type prospect struct {
	target *verify.Target // of the account that was opened
	cost   *verify.Cost
	cause  stored.Cause
	// general says that it is that of all accounts of the kind.
	general bool
}

// prospectOf opens one account of each kind; to open those of all candidates would take most of a dry run.
func (r *run) prospectOf(row uint32, known map[kindOfAccount]prospect) (prospect, error) {
	var kind kindOfAccount
	kind.class, kind.steps = r.index.HashKind(row)
	if p, ok := known[kind]; ok {
		return p, nil
	}
	account, err := r.index.Account(row)
	if err != nil {
		return prospect{}, err
	}
	var p prospect
	target, cause := r.recipes.Target(&account)
	if p.cause = cause; cause == "" {
		p.target, p.cost = target, r.costs.Of(target.Hash())
	}
	// A row that lacks a column says nothing of the others.
	if p.general = !kind.class.Mixed() && p.cause != stored.CauseNeedsColumn; p.general {
		known[kind] = p
	}
	return p, nil
}

// estimates lists what was noted of each kind of stored hash, what takes longest in all first.
func estimates(costs []*verify.Cost, noted map[*verify.Cost]*int64) []rundir.SchemeEstimate {
	list := make([]rundir.SchemeEstimate, len(costs))
	for i, c := range costs {
		list[i] = rundir.SchemeEstimate{Scheme: c.Scheme, Params: c.Params, SecondsEach: c.Each.Seconds()}
		if n := noted[c]; n != nil {
			list[i].Verifications = *n
		}
	}
	slices.SortFunc(list, func(a, b rundir.SchemeEstimate) int {
		return cmp.Or(
			-cmp.Compare(a.SecondsEach*float64(a.Verifications), b.SecondsEach*float64(b.Verifications)),
			cmp.Compare(a.Scheme, b.Scheme), cmp.Compare(a.Params, b.Params),
		)
	})
	return list
}
