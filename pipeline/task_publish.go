package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/prune"
	"github.com/credsieve/credsieve/pipeline/task"
)

// PublishTasks makes a run of the results of all tasks of a plan. One that is missing, that is there twice and differs, or
// that belongs to something else ends it: nothing is published then.
func PublishTasks(ctx context.Context, cfg Config, t *task.Run) (*Outcome, error) {
	tallies, err := t.Tallies(ctx)
	if err != nil {
		return nil, err
	}
	cfg, inputs, err := cfg.planned(t.Plan)
	if err != nil {
		return nil, err
	}
	if cfg, err = cfg.withState(t.Plan); err != nil {
		return nil, err
	}
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if err := cfg.checkPlaces(); err != nil {
		return nil, err
	}
	r := &run{cfg: cfg, started: t.Plan.Started}
	defer r.abort()
	if err := r.open(ctx); err != nil {
		return nil, err
	}
	if err := r.checkIndex(t.Plan); err != nil {
		return nil, err
	}
	if err := r.checkState(t.Plan); err != nil {
		if errors.Is(err, errBooks) {
			err = r.spare(ctx, tallies, err)
		}
		return nil, err
	}
	if err := r.proveScreen(ctx); err != nil {
		return nil, err
	}
	s, err := r.screenedBy(ctx, r.newCollector(inputs), t, tallies)
	if err != nil {
		return nil, err
	}
	g := &gathering{
		run: r, screened: s, survey: pair.NewSurvey(s.inputs, nil),
		work:     &pruned{Worklist: &prune.Worklist{OverCap: make(map[uint32]*prune.OverCap)}, novelty: make(novelty)},
		verdicts: &verdicts{open: make(map[openPairs]int32), left: make(map[uint32]int64)},
	}
	if err := g.all(ctx, tallies); err != nil {
		return nil, err
	}
	return r.conclude(s, g.work, g.verdicts)
}

// screenedBy puts together what all shards have found, as if it was collected here.
func (r *run) screenedBy(ctx context.Context, c *collector, t *task.Run, tallies *task.Tallies) (*screened, error) {
	err := tallies.Each(ctx, func(number int, o *task.Opened) error {
		err := o.Rejects(ctx, func(input uint32, reject rundir.Reject) error {
			reject.Input = rejectPath(&c.out.inputs.List[t.Plan.Shards[number].First+input])
			return c.note(reject)
		})
		if err != nil {
			return err
		}
		tally, err := o.Tally(ctx)
		if err != nil {
			return err
		}
		reports, err := o.Reports(ctx)
		if err != nil {
			return err
		}
		if err := c.takeShard(t.Plan.Shards, number, tally, reports); err != nil {
			return fmt.Errorf("failed to read the result of screening shard %d: %w", number, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s, err := c.finish()
	if err != nil {
		return nil, err
	}
	s.past, err = r.past(s.inputs)
	return s, err
}

// takeShard adds what a task has collected of a shard, and closes the books of inputs that end with it.
func (c *collector) takeShard(shards []task.Shard, number int, tally *task.Tally, reports []task.Report) error {
	if err := c.take(tally); err != nil {
		return err
	}
	of := shards[number]
	for i := range of.Inputs {
		input := of.First + i
		if err := c.takeInput(input, &tally.Inputs[i]); err != nil {
			return err
		}
		if number+1 < len(shards) && shards[number+1].First == input {
			continue // the next range goes on
		}
		report := reports[i].Report()
		c.end(&job{input: input, report: &report})
	}
	return nil
}

// gathering puts together what all partitions have decided.
type gathering struct {
	*run
	screened *screened
	survey   *pair.Survey
	work     *pruned
	verdicts *verdicts
	records  []task.Finding
	parts    int // that were taken
}

func (g *gathering) all(ctx context.Context, tallies *task.Tallies) error {
	controls := g.confirmConfig(g.survey).Controls
	if err := proveVerify(ctx, controls, g.recipes.Answers()); err != nil {
		return believe(err)
	}
	parts, err := tallies.Parts(ctx)
	if missing := (*task.MissingError)(nil); errors.As(err, &missing) {
		err = g.spare(ctx, tallies, err)
	}
	if err != nil {
		return err
	}
	err = parts.Each(ctx, func(partition int, p *task.Part) error {
		if err := g.take(p); err != nil {
			return fmt.Errorf("failed to read the result of confirming partition %d: %w", partition, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if g.history != nil {
		if err := g.history.WriteLearned(); err != nil {
			return err
		}
	}
	counts := controls.Counts()
	g.proven.Positive, g.proven.Negative = counts.Positive, counts.Negative
	if err := g.find(); err != nil {
		return err
	}
	return share(g.verdicts.findings, func(visit func(pair.Print, int)) error { return parts.Prints(ctx, visit) })
}

func (g *gathering) take(p *task.Part) error {
	s, v := g.screened, g.verdicts
	if g.parts++; g.parts == 1 {
		g.cut = p.Budget
	} else if !g.cut.Same(p.Budget) {
		return errors.New("it ends the budget elsewhere than the partitions before it: the program changed in between; plan the run again")
	}
	for _, left := range p.Left {
		v.left[left.Input] += left.Pairs
	}
	if err := s.balance.MergeEncoded(p.Balance); err != nil {
		return err
	}
	if err := g.survey.MergeEncoded(p.Survey); err != nil {
		return err
	}
	if err := s.named.cut.AddEncoded(p.Cut); err != nil {
		return err
	}
	if err := task.EachEnds(p.Ends, s.log.Add); err != nil {
		return err
	}
	s.named.sweep.OverCap += p.OverTexts
	g.work.fabricated += p.Fabricated
	v.verifications += p.Verifications
	for i := range p.OverCap {
		g.work.OverCap[p.OverCap[i].Row] = &p.OverCap[i].OverCap
	}
	for _, open := range p.Open {
		v.open[openPairs{open.Row, open.Cause}] += open.Pairs
	}
	g.records = append(g.records, p.Findings...)
	g.controls.Take(p.Proofs)
	g.off = append(g.off, p.KernelsOff...)
	g.work.novelty.take(s.inputs, p.Novelty)
	if g.history != nil {
		return g.history.Learn(p.Learned)
	}
	return nil
}

// find makes findings of the records of matches. What only all pairs together tell, is told now.
func (g *gathering) find() error {
	ids, inputs := finding.NewIDs(g.cfg.Key), g.screened.inputs
	for i := range g.records {
		r := &g.records[i]
		account, err := g.index.Account(r.Record.Row)
		if err != nil {
			return err
		}
		r.Record.Independent = g.survey.Repeats.Independent(finding.Recorded(r.Record.Sources).Sources)
		f, err := finding.Standing(ids, r.Name, &r.Record, r.Record.Row, &account, r.Inputs)
		if err != nil {
			return err
		}
		f.KnownBy(r.Shared)
		if g.history != nil {
			g.history.Note(&f)
		}
		g.verdicts.findings = append(g.verdicts.findings, f)
	}
	if g.history != nil {
		known, err := g.history.Standing(g.survey)
		if err != nil {
			return err
		}
		g.verdicts.findings = append(g.verdicts.findings, known...)
	}
	slices.SortFunc(g.verdicts.findings, func(a, b finding.Finding) int { return cmp.Compare(a.Row(), b.Row()) })
	judgeSources(inputs, g.verdicts.findings)
	return nil
}
