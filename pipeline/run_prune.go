package pipeline

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/credsieve/credsieve/datasets/fault"
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
	var drops sync.Mutex
	rules := &prune.Rules{
		Index: r.index, Recipes: r.recipes, Costs: &r.costs, Survey: work.survey, History: r.history, Past: s.past,
		Policy: r.cfg.Policy, Most: r.cfg.MaxCandidatesPerAccount, Budget: r.cfg.ConfirmBudget > 0, Now: r.started,
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
	return work, pruneAll(ctx, rules, byRow, take)
}

// pruneAll hands the pairs of each account that are worth it to take, by account. While it is at one partition, the next
// is read; not so with a history, in which the one writes what the other asks for.
func pruneAll(ctx context.Context, rules *prune.Rules, byRow *spool.Spool, take func(class int, p *pair.Pair) error) error {
	var kept pair.Keeper
	if rules.History != nil {
		for part := range pair.Partitions {
			accounts, err := readPart(ctx, rules, byRow, part, &kept)
			if err == nil {
				err = accounts.each(take)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	group, ctx := fault.NewGroup(ctx)
	parts := make(chan accountsOfPart, 1)
	group.Go(func() error {
		defer close(parts)
		for part := range pair.Partitions {
			accounts, err := readPart(ctx, rules, byRow, part, &kept)
			if err != nil {
				return err
			}
			select {
			case parts <- accounts:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	group.Go(func() error {
		for accounts := range parts {
			if err := accounts.each(take); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// accountsOfPart are the accounts of one partition by row, with their pairs.
type accountsOfPart map[uint32]*prune.Account

func readPart(
	ctx context.Context, rules *prune.Rules, byRow *spool.Spool, part int, kept *pair.Keeper,
) (accountsOfPart, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	accounts := make(accountsOfPart)
	var read pair.Pair
	err := byRow.Read(part, func(entry []byte) error {
		read.Decode(entry)
		account, ok := accounts[read.Account]
		if !ok {
			var err error
			if account, err = rules.Account(read.Account, kept); err != nil {
				return err
			}
			accounts[read.Account] = account
		}
		return account.Take(&read)
	})
	return accounts, err
}

// each hands on what is left of the accounts' pairs.
func (a accountsOfPart) each(take func(class int, p *pair.Pair) error) error {
	for _, row := range slices.Sorted(maps.Keys(a)) {
		if err := a[row].Each(take); err != nil {
			return err
		}
	}
	return nil
}
