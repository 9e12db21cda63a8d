package pipeline

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// estimate ends a dry run: it says what confirming would cost, from measured verifications for each
// scheme and cost that occurs among the candidates. The password measured with is none of the candidates',
// so nothing is confirmed.
func (r *run) estimate(ctx context.Context, s *screened, work *pruned) (*Outcome, error) {
	est := &rundir.Estimate{
		Workers: r.cfg.Workers, Schemes: []rundir.SchemeEstimate{},
		Inputs: make([]rundir.InputEstimate, len(s.inputs.List)),
	}
	prospects, noted := make(map[kindOfAccount]prospect), make(map[*verify.Cost]int64)
	err := work.Tasks(func(t pair.Task) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		future, err := r.prospectOf(t.Account, prospects)
		if err != nil {
			return err
		}
		for _, candidate := range t.Pairs {
			if future.cause != "" {
				s.balance.Settle(candidate, pair.StateIndeterminate)
				continue
			}
			s.balance.Settle(candidate, pair.StateUnchecked)
			n := future.target.MostVerifications(candidate.Secret, candidate.Digest)
			took := future.cost.Each.Seconds() * float64(n) / float64(r.cfg.atOnce(future.cost.Memory))
			est.Verifications += n
			est.Seconds += took
			for _, in := range s.inputs.Evidence(candidate) {
				est.Inputs[in].Verifications += n
				est.Inputs[in].Seconds += took
			}
			noted[future.cost] += n
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	m, err := r.tally(s, work, &verdicts{}, nil)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(m.Counts.Check(), m.Sweep.Check()); err != nil {
		return nil, err
	}
	est.Schemes = estimates(r.costs.All(), noted)
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
}

// prospectOf opens one account of each kind; to open those of all candidates would take most of a dry run.
func (r *run) prospectOf(row uint32, known map[kindOfAccount]prospect) (prospect, error) {
	kind := kindOfAccount{r.index.HashClass(row), r.index.HashSteps(row)}
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
	if !kind.class.Mixed() && p.cause != stored.CauseNeedsColumn {
		known[kind] = p
	}
	return p, nil
}

// estimates lists what was noted of each kind of stored hash, what takes longest in all first.
func estimates(costs []*verify.Cost, noted map[*verify.Cost]int64) []rundir.SchemeEstimate {
	list := make([]rundir.SchemeEstimate, len(costs))
	for i, c := range costs {
		list[i] = rundir.SchemeEstimate{
			Scheme: c.Scheme, Params: c.Params, Verifications: noted[c], SecondsEach: c.Each.Seconds(),
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
