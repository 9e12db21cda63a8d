package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/task"
)

// ConfirmPartition decides the candidates of a partition of the accounts of a planned run, of which every shard was screened,
// and puts what it decided where the run lies. It may run any number of times.
func ConfirmPartition(ctx context.Context, cfg Config, t *task.Run, number int) error {
	if number < 0 || number >= t.Plan.Partitions {
		return fmt.Errorf("there is no partition %d: the plan has %d, from 0", number, t.Plan.Partitions)
	}
	tallies, err := t.Tallies(ctx)
	if err != nil {
		return err
	}
	r, inputs, err := openTask(ctx, cfg, t.Plan)
	if err != nil {
		return err
	}
	defer r.abort()
	if err := r.borrowHistory(ctx, t, number); err != nil {
		return err
	}
	from, to := t.Plan.Parts().Rows(number)
	r.parts = pair.Divide(from, to, pair.Partitions)
	p := partitionTask{run: r, t: t, plan: t.Plan, number: number}
	part, passwords, err := p.confirm(ctx, inputs, tallies)
	if err != nil {
		return err
	}
	part.Tallies = tallies.Digest
	return t.PutPart(ctx, number, r.cfg.SpoolDir, part, passwords)
}

// partitionTask is a partition that is being confirmed.
type partitionTask struct {
	*run
	t      *task.Run
	plan   *task.Plan
	number int
}

// confirm decides the candidates. How many accounts share a password only the passwords of all partitions tell.
func (p *partitionTask) confirm(ctx context.Context, inputs []dump.Input, tallies *task.Tallies,
) (*task.Part, *pair.Crowd, error) {
	s, err := p.candidates(ctx, inputs, tallies)
	if err != nil {
		return nil, nil, err
	}
	if p.cut, err = p.budgetEnd(ctx, s, tallies); err != nil {
		return nil, nil, err
	}
	work, err := p.prune(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	v, err := p.run.confirm(ctx, s, work)
	if err != nil {
		return nil, nil, err
	}
	if err := p.index.Err(); err != nil {
		return nil, nil, err
	}
	part, err := p.part(s, work, v)
	return part, work.survey.Crowd, err
}

// candidates gathers what every shard has found for the partition, as an intake has it.
func (p *partitionTask) candidates(ctx context.Context, inputs []dump.Input, tallies *task.Tallies) (*screened, error) {
	p.cfg.DryRun = false // what becomes of each pair is told
	s := p.newScreened(inputs)
	most := mostTexts * p.cfg.MaxCandidatesPerAccount
	var read pair.Pair
	err := tallies.Each(ctx, func(shard int, o *task.Opened) error {
		// Which dumps consist of the same files is asked when their pairs are counted.
		reports, err := o.Reports(ctx)
		if err != nil {
			return err
		}
		for i := range reports {
			s.inputs.List[p.plan.Shards[shard].First+uint32(i)].Report = reports[i].Report()
		}
		return o.Batch(ctx, p.number, func(entry []byte) error {
			read.Decode(entry)
			if read.Unit.Swept() && !s.named.takes(read.Account, most) {
				return nil
			}
			return s.intake.Restore(entry)
		})
	})
	if err == nil {
		s.past, err = p.past(s.inputs)
	}
	return s, err
}

// part is what was decided, to be added to what other tasks did.
func (p *partitionTask) part(s *screened, work *pruned, v *verdicts) (*task.Part, error) {
	out := &task.Part{
		Balance: s.balance.AppendTo(nil), Survey: work.survey.AppendTo(nil), Cut: s.named.cut.AppendTo(nil),
		OverTexts: s.named.sweep.OverCap, Fabricated: work.fabricated, Verifications: v.verifications,
		Budget: p.cut, Proofs: p.controls.Kinds(), KernelsOff: p.switchedOff(), Novelty: work.novelty.handed(s.inputs),
	}
	ends := make(map[uint32]pair.Ends)
	for part := range pair.Partitions {
		of, err := s.log.Of(part)
		if err != nil {
			return nil, err
		}
		maps.Copy(ends, of)
	}
	out.Ends = task.AppendEnds(nil, ends)
	for _, row := range slices.Sorted(maps.Keys(work.OverCap)) {
		out.OverCap = append(out.OverCap, task.OverCap{Row: row, OverCap: *work.OverCap[row]})
	}
	for open, pairs := range v.open {
		out.Open = append(out.Open, task.OpenPairs{Row: open.row, Cause: open.cause, Pairs: pairs})
	}
	slices.SortFunc(out.Open, func(a, b task.OpenPairs) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Cause, b.Cause))
	})
	for _, in := range slices.Sorted(maps.Keys(v.left)) {
		out.Left = append(out.Left, task.Left{Input: in, Pairs: v.left[in]})
	}
	ids := finding.NewIDs(p.cfg.Key)
	for i := range v.findings {
		out.Findings = append(out.Findings, recordOf(&v.findings[i], s.inputs, ids))
	}
	if p.history == nil {
		return out, nil
	}
	var err error
	out.Learned, err = p.history.Learned()
	return out, err
}

// recordOf is a match as it is handed on.
func recordOf(f *finding.Finding, inputs *pair.Inputs, ids finding.IDs) task.Finding {
	p := f.Pair()
	record := task.Finding{
		Name: f.Name(ids), Inputs: slices.Clone(inputs.Evidence(p)), Shared: f.Shared(),
		Record: ledger.Finding{
			Row: f.Row(), Match: p.Match(), Attribution: uint8(p.Attribution), Kind: uint8(p.Kind), Marks: f.Marks(),
			ListedAt: f.FirstListed(),
		},
	}
	if c := ids.Credential(f.Account()); c != record.Name { // it goes on with an earlier one
		record.Record.Hash = c
	}
	for _, i := range record.Inputs {
		meta := inputs.List[i].Meta
		record.Record.Sources = append(record.Record.Sources, ledger.Source{
			Name: meta.Name, Kind: string(meta.Kind), LeakedOn: meta.LeakedOn,
		})
	}
	return record
}
