package pipeline

import (
	"context"
	"maps"
	"slices"

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
	work := &pruned{Worklist: prune.NewWorklist(dir, limit), survey: pair.NewSurvey(s.inputs, r.cfg.Key), novelty: make(novelty)}
	r.spools = append(r.spools, work)
	take := work.Add
	if r.cfg.DryRun {
		work.estimate = r.newEstimate(s)
		take = work.estimate.add
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
		return byRow.Add(r.parts.Of(p.Account), entry)
	})
	if err != nil {
		return nil, err
	}
	rules := &prune.Rules{
		Index: r.index, Recipes: r.recipes, Costs: &r.costs, Survey: work.survey, History: r.history, Past: s.past,
		Policy: r.cfg.Policy, Most: r.cfg.MaxCandidatesPerAccount, Budget: r.cfg.ConfirmBudget > 0, Now: r.started,
		Drop: func(p *pair.Pair, became pair.State) {
			s.balance.Settle(p, became)
			switch became {
			case pair.StateOverCap:
				work.Exceed(p)
			case pair.StateRemembered:
				work.novelty.add(s.inputs, p, true)
			}
		},
	}
	var kept pair.Keeper
	for part := range pair.Partitions {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p := partition{rules: rules, take: take, accounts: make(map[uint32]*prune.Account)}
		if err := p.prune(byRow, part, &kept); err != nil {
			return nil, err
		}
	}
	return work, nil
}

// partition is the accounts of one partition, with their pairs.
type partition struct {
	rules    *prune.Rules
	take     func(class int, p *pair.Pair) error
	accounts map[uint32]*prune.Account
}

func (p *partition) prune(byRow *spool.Spool, part int, kept *pair.Keeper) error {
	var read pair.Pair
	err := byRow.Read(part, func(entry []byte) error {
		read.Decode(entry)
		account, ok := p.accounts[read.Account]
		if !ok {
			var err error
			if account, err = p.rules.Account(read.Account, kept); err != nil {
				return err
			}
			p.accounts[read.Account] = account
		}
		return account.Take(&read)
	})
	if err != nil {
		return err
	}
	for _, row := range slices.Sorted(maps.Keys(p.accounts)) {
		if err := p.accounts[row].Each(p.take); err != nil {
			return err
		}
	}
	return nil
}
