package pipeline

import (
	"context"
	"sync"

	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/prune"
	"github.com/credsieve/credsieve/pipeline/spool"
)

// pruned is what the first phase leaves to the second.
type pruned struct {
	*prune.Worklist
	survey     *pair.Survey // of all pairs
	novelty    novelty      // of the dumps, where there is a state
	fabricated int64        // pairs that only dumps hold which are said to be made up
	estimate   *estimate    // takes the pairs instead of the worklist in a dry run, else nil
}

// prune drops what is not worth a verification and orders the rest. The pairs come out of the intake without
// duplicates, are put side by side by account, and leave for the worklist, which is the same whatever the number of
// workers, or in a dry run for the estimate.
func (r *run) prune(ctx context.Context, s *screened) (*pruned, error) {
	dir, limit := r.spoolDir(), r.cfg.spoolLimit()
	byRow := spool.New(dir, pair.Partitions, limit)
	defer byRow.Close()
	work := &pruned{Worklist: prune.NewWorklist(dir, limit), novelty: make(novelty)}
	r.spools = append(r.spools, work)
	take := work.Add
	if r.cfg.DryRun {
		work.estimate = r.newEstimate(s)
		take = work.estimate.add
		work.survey = pair.NewSurvey(s.inputs, nil) // no pair will be ranked
	} else {
		crowd := pair.NewCrowd(r.cfg.Key, dir, limit)
		r.spools = append(r.spools, crowd)
		work.survey = pair.NewSurvey(s.inputs, crowd)
	}
	var asked *prune.Sample // nil: there is no budget, or it is known where it ends
	if r.cfg.competes() && r.cut == nil {
		asked = r.newSample()
	}
	var entry []byte
	err := s.intake.Unify(func(p *pair.Pair) error {
		work.survey.Add(p)
		if len(s.inputs.Evidence(p)) == 0 {
			work.fabricated++
			s.balance.Settle(p, pair.StatePrunedPolicy)
			return nil
		}
		if r.history != nil {
			work.novelty.add(s.inputs, p, false)
		}
		entry = p.AppendTo(entry[:0])
		if err := asked.Add(entry); err != nil {
			return err
		}
		return byRow.Add(r.parts.Of(p.Account), entry)
	})
	if err != nil {
		return nil, err
	}
	rules := r.rules(s, work)
	if asked != nil {
		if r.cut, err = r.decideCut(ctx, asked, rules); err != nil {
			return nil, err
		}
	}
	if r.cut != nil {
		rules.Cut, rules.Lots = r.cut, r.lots()
	}
	return work, rules.All(ctx, byRow, take)
}

// rules are what the run prunes by; what is dropped is settled.
func (r *run) rules(s *screened, work *pruned) *prune.Rules {
	var drops sync.Mutex
	return &prune.Rules{
		Index: r.index, Recipes: r.recipes, Costs: &r.costs, Survey: work.survey, History: r.history, Past: s.past,
		Policy: r.cfg.Policy, Most: r.cfg.MaxCandidatesPerAccount, Now: r.started,
		Drop: func(p *pair.Pair, became pair.State) {
			drops.Lock()
			defer drops.Unlock()
			s.balance.Settle(p, became)
			switch became {
			case pair.StateOverCap:
				work.Exceed(p)
			case pair.StateRemembered:
				work.novelty.add(s.inputs, p, true)
			}
		},
	}
}
