package pipeline

import (
	"cmp"
	"context"
	"fmt"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/budgets"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/progress"
	"github.com/credsieve/credsieve/pipeline/prune"
	"github.com/credsieve/credsieve/pipeline/task"
)

// ScreenShard screens a shard of a planned run, and puts what it found where the run lies. It may run any number of times.
func ScreenShard(ctx context.Context, cfg Config, t *task.Run, number int) error {
	if number < 0 || number >= len(t.Plan.Shards) {
		return fmt.Errorf("there is no shard %d: the plan has %d, from 0", number, len(t.Plan.Shards))
	}
	r, inputs, err := openTask(ctx, cfg, t.Plan)
	if err != nil {
		return err
	}
	defer r.abort()
	if err := r.proveScreen(ctx); err != nil {
		return err
	}
	sealer, err := t.SealTally(number, r.cfg.SpoolDir)
	if err != nil {
		return err
	}
	defer sealer.Close()
	s := shard{run: r, plan: t.Plan, Shard: t.Plan.Shards[number], inputs: inputs, sealer: sealer}
	tally, err := s.screen(ctx)
	if err != nil {
		return err
	}
	return sealer.PutTally(ctx, tally)
}

// shard is one that is being screened.
type shard struct {
	*run
	task.Shard
	plan   *task.Plan
	inputs []dump.Input // of the run
	sealer *task.Sealer
}

func (s *shard) screen(ctx context.Context) (*task.Tally, error) {
	mine := s.inputs[s.First:s.End()]
	for _, in := range mine {
		if err := s.reachable(ctx, in); err != nil {
			return nil, err
		}
	}
	tally := new(task.Tally)
	c := s.collectInto(tally)
	meter := s.cfg.Progress.Phase("screen", pair.TotalSize(mine), progress.Bytes)
	defer meter.Done()
	err := s.screenAll(ctx, c, func(ctx context.Context, work, ordered chan<- *job) error {
		return s.readAll(ctx, meter, work, ordered)
	})
	if err != nil {
		return nil, err
	}
	for i, in := range mine {
		if report := tally.Inputs[i].Report; report != nil && report.SHA256 != "" && report.Bytes != in.Size {
			return nil, changed(in)
		}
	}
	if err := s.sealBatches(c.out.intake); err != nil {
		return nil, err
	}
	c.tally(tally)
	return tally, nil
}

// collectInto returns a collector whose books another task closes.
func (s *shard) collectInto(tally *task.Tally) *collector {
	c := s.newCollector(s.inputs)
	c.out.intake = pair.NewIntakeBy(s.plan.Parts(), s.plan.Partitions, s.spoolDir(), s.cfg.spoolLimit(), c.out.balance)
	s.spools = append(s.spools, c.out.intake)
	if s.Range != nil { // a record takes a byte at least, so that these numbers ascend from range to range
		c.first, c.names.texts = uint64(s.Range.From), uint64(s.Range.From)<<textsShift
	}
	var reject []byte
	c.note = func(r rundir.Reject) error {
		reject = task.AppendReject(reject[:0], uint32(len(tally.Inputs)), r)
		return s.sealer.Reject(reject)
	}
	c.end = func(j *job) { tally.Inputs = append(tally.Inputs, c.inputTally(j)) }
	return c
}

// textsShift leaves room for the texts that a sweep finds between the beginnings of two ranges: up to a million for each
// byte, in inputs of up to 8 TiB.
const textsShift = 20

// readAll reads the inputs of the shard, or its range of one.
func (s *shard) readAll(ctx context.Context, meter progress.Meter, work, ordered chan<- *job) error {
	children := dump.NewChildren(s.cfg.Child)
	defer children.Close()
	options := s.readOptions(meter, children)
	if s.Range == nil {
		for i := s.First; i < s.End(); i++ {
			if err := s.readInput(ctx, int(i), s.inputs[i], options, work, ordered); err != nil {
				return err
			}
		}
		return nil
	}
	err := dump.ReadRange(ctx, s.inputs[s.First], options, *s.Range, func(block *dump.Block) error {
		return sendBlock(ctx, s.First, block, work, ordered)
	})
	if err != nil {
		return err
	}
	return send(ctx, ordered, &job{input: s.First, report: new(dump.Report)}) // the plan has it
}

// reachable fails where a file of the shard cannot be opened that could be when the run was planned: a machine that lacks
// it must not say that nobody is affected.
func (s *shard) reachable(ctx context.Context, in dump.Input) error {
	if in.Err != nil {
		return nil
	}
	for _, path := range append([]string{in.Path}, in.Parts...) {
		f, err := s.cfg.open(ctx, path)
		if err != nil {
			return fmt.Errorf("failed to open a dump of the plan: %w", err)
		}
		info, err := f.Stat()
		_ = f.Close() // nothing was read
		if err != nil || len(in.Parts) == 0 && info.Size() != in.Size {
			return changed(in)
		}
	}
	return nil
}

func changed(in dump.Input) error {
	return fmt.Errorf("refusing dump %q: it is not what it was when the run was planned; plan the run again", in.Path)
}

// sealBatches seals the candidates by partition, and with a budget those of the sample once more.
func (s *shard) sealBatches(from *pair.Intake) error {
	var asked *prune.Sample
	if s.plan.Settings.Budget != nil {
		asked = s.newSample()
	}
	var entry []byte
	for partition := range s.plan.Partitions {
		err := from.Each(partition, func(e []byte) error {
			if err := asked.Add(e); err != nil {
				return err
			}
			entry = task.AppendEntry(entry[:0], e)
			return s.sealer.Batch(partition, entry)
		})
		if err != nil {
			return err
		}
	}
	return asked.Each(func(e []byte) error {
		entry = task.AppendEntry(entry[:0], e)
		return s.sealer.Sample(entry)
	})
}

func encodeRows(rows *pair.RowSet) []byte { return rows.AppendTo(nil) }

// inputTally closes the books of an input, or of a range of one, that were kept for another task.
func (c *collector) inputTally(j *job) task.InputTally {
	in := &c.out.inputs.List[j.input]
	t := task.InputTally{
		Records: in.Records, Rejected: in.Rejected,
		Members: task.Members{
			Failed: c.part.mostlyRejected, Last: c.part.name, LastRecords: c.part.records, LastRejected: c.part.rejected,
		},
		Met: encodeRows(c.met), Sure: encodeRows(c.names.read), Guessed: encodeRows(c.names.guessed),
	}
	if j.report.Status != "" {
		report := task.ReportOf(*j.report)
		t.Report = &report
	}
	c.part, c.names = member{}, newInputNames()
	c.met.Clear()
	return t
}

// tally adds what was collected of all inputs together.
func (c *collector) tally(t *task.Tally) {
	n := &c.out.named
	t.Counts, t.Sweep = c.out.counts, n.sweep
	t.Canaries, t.Equal = encodeRows(c.out.canaries), encodeRows(c.out.equal)
	t.Read, t.Hashed, t.Cut = encodeRows(n.read), encodeRows(n.hashed), encodeRows(n.cut)
	t.Balance = c.out.balance.AppendTo(nil)
	t.Spent = task.Spent(c.budgets.Up())
}

// takeInput adds what a task counted of the input under way.
func (c *collector) takeInput(input uint32, t *task.InputTally) error {
	in := &c.out.inputs.List[input]
	in.Records += t.Records
	in.Rejected += t.Rejected
	c.takeMembers(t.Members)
	return cmp.Or(c.met.AddEncoded(t.Met), c.names.read.AddEncoded(t.Sure), c.names.guessed.AddEncoded(t.Guessed))
}

// take adds what a task counted of all of a shard.
func (c *collector) take(t *task.Tally) error {
	n := &c.out.named
	c.out.counts.AddRecords(t.Counts)
	n.sweep.Add(t.Sweep)
	c.budgets.Take(budgets.Up(t.Spent))
	return cmp.Or(
		c.out.canaries.AddEncoded(t.Canaries), c.out.equal.AddEncoded(t.Equal), n.read.AddEncoded(t.Read),
		n.hashed.AddEncoded(t.Hashed), n.cut.AddEncoded(t.Cut), c.out.balance.MergeEncoded(t.Balance),
	)
}

// takeMembers goes on with the member under way, or with others.
func (c *collector) takeMembers(m task.Members) {
	if m.Last == c.part.name && m.Failed == 0 {
		c.part.records += m.LastRecords
		c.part.rejected += m.LastRejected
		return
	}
	c.part = member{
		name: m.Last, records: m.LastRecords, rejected: m.LastRejected, mostlyRejected: c.part.failed() + m.Failed,
	}
}
