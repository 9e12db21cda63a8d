package task

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/parcel"
)

// Tallies are the results of all screening tasks of a run.
type Tallies struct {
	Digest string // names them
	run    *Run
	list   []result
}

// Tallies finds the result of each screening task, and fails when one is missing.
func (r *Run) Tallies(ctx context.Context) (*Tallies, error) {
	list, err := r.results(ctx, stageScreen, len(r.Plan.Shards))
	if err != nil {
		return nil, err
	}
	return &Tallies{digestOf(list), r, list}, nil
}

// Opened is the result of screening a shard. What is asked of it is fetched, and no more: every partition asks every shard.
type Opened struct {
	run    *Run
	shard  int
	parcel *parcel.Reader
	from   result
}

// Each visits the results of screening in the order of the shards.
func (t *Tallies) Each(ctx context.Context, visit func(shard int, o *Opened) error) error {
	for shard, found := range t.list {
		p, err := t.run.open(ctx, found)
		if err != nil {
			return err
		}
		if err := visit(shard, &Opened{t.run, shard, p, found}); err != nil {
			return err
		}
	}
	return nil
}

// read decodes a section that is JSON.
func (f result) read(ctx context.Context, p *parcel.Reader, section uint32, into any) error {
	text, err := p.Section(ctx, section)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("failed to read the result of task %s: %w", f.name, err)
	}
	return nil
}

// Tally is what was counted.
func (o *Opened) Tally(ctx context.Context) (*Tally, error) {
	t := new(Tally)
	if err := o.from.read(ctx, o.parcel, sectionHead, t); err != nil {
		return nil, err
	}
	if len(t.Inputs) != int(o.run.Plan.Shards[o.shard].Inputs) {
		return nil, fmt.Errorf("failed to read the result of task %s: %w", o.from.name, errEncoding)
	}
	return t, nil
}

// Reports say what became of the inputs of the shard; of one that is cut the plan knows it.
func (o *Opened) Reports(ctx context.Context) ([]Report, error) {
	var found []*Report
	if err := o.from.read(ctx, o.parcel, sectionReports, &found); err != nil {
		return nil, err
	}
	of := o.run.Plan.Shards[o.shard]
	reports := make([]Report, of.Inputs)
	for i := range reports {
		var report *Report
		switch {
		case of.Range != nil:
			report = o.run.Plan.Inputs[of.First].Report
		case i < len(found):
			report = found[i]
		}
		if report == nil {
			return nil, fmt.Errorf("failed to read the result of task %s: %w", o.from.name, errEncoding)
		}
		reports[i] = *report
	}
	return reports, nil
}

// Batch visits the candidates of a partition, in the order of the shard. An entry is valid until visit returns.
func (o *Opened) Batch(ctx context.Context, partition int, visit func(entry []byte) error) error {
	return o.entries(ctx, sectionBatches+uint32(partition), visit)
}

// Sample visits the candidates of the accounts that say where the budget of the run ends, those of one account in the order of the
// shard. An entry is valid until visit returns.
func (o *Opened) Sample(ctx context.Context, visit func(entry []byte) error) error {
	return o.entries(ctx, sectionSample, visit)
}

func (o *Opened) entries(ctx context.Context, section uint32, visit func(entry []byte) error) error {
	return o.parcel.Each(ctx, section, func(texts []byte) error {
		for len(texts) > 0 {
			n, size := binary.Uvarint(texts)
			if size <= 0 || n > math.MaxInt32 || int(n) > len(texts)-size {
				return fmt.Errorf("failed to read the candidates of task %s: %w", o.from.name, errEncoding)
			}
			if err := visit(texts[size : size+int(n)]); err != nil {
				return err
			}
			texts = texts[size+int(n):]
		}
		return nil
	})
}

// AppendEntry encodes an entry for Batch.
func AppendEntry(b, entry []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(entry))), entry...)
}

// Rejects visits the rejects of the shard, in order, with the numbers of their inputs among those of the shard.
func (o *Opened) Rejects(ctx context.Context, visit func(input uint32, r rundir.Reject) error) error {
	return o.parcel.Each(ctx, sectionRejects, func(texts []byte) error { return eachReject(texts, visit) })
}

// Parts are the results of all confirming tasks of a run.
type Parts struct {
	tallies *Tallies
	list    []result
	opened  []*parcel.Reader
}

// Parts finds the result of each confirming task, and fails when one is missing.
func (t *Tallies) Parts(ctx context.Context) (*Parts, error) {
	list, err := t.run.results(ctx, stageConfirm, t.run.Plan.Partitions)
	if err != nil {
		return nil, err
	}
	p := &Parts{tallies: t, list: list, opened: make([]*parcel.Reader, len(list))}
	for partition, found := range list {
		if p.opened[partition], err = t.run.open(ctx, found); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Done visits what those tasks decided that have one result, made from these tallies: of a run that cannot be published, what is there.
func (t *Tallies) Done(ctx context.Context, visit func(p *Part) error) error {
	list, err := t.run.done(ctx, stageConfirm, t.run.Plan.Partitions)
	if err != nil {
		return err
	}
	for _, found := range list {
		if found.name == "" {
			continue
		}
		opened, err := t.run.open(ctx, found)
		p := new(Part)
		if err == nil {
			err = found.read(ctx, opened, sectionHead, p)
		}
		if err != nil {
			return err
		}
		if p.Tallies != t.Digest {
			continue
		}
		if err := visit(p); err != nil {
			return err
		}
	}
	return nil
}

// Each visits what was decided, in the order of the partitions. It fails when a part was made from other tallies than these.
func (p *Parts) Each(ctx context.Context, visit func(partition int, part *Part) error) error {
	for partition, found := range p.list {
		part := new(Part)
		if err := found.read(ctx, p.opened[partition], sectionHead, part); err != nil {
			return err
		}
		if part.Tallies != p.tallies.Digest {
			return fmt.Errorf("the result of task %s is stale: it was made from other results of screening than those that are "+
				"there now; delete %q, and run the task again", found.name, found.Name)
		}
		if err := visit(partition, part); err != nil {
			return err
		}
	}
	return nil
}

// Prints visits the passwords of all pairs of the run by their prints, as a crowd of all of them does.
func (p *Parts) Prints(ctx context.Context, visit func(p pair.Print, accounts int)) error {
	for partition, found := range p.list {
		err := p.opened[partition].Each(ctx, sectionPrints, func(texts []byte) error { return pair.EachPrint(texts, visit) })
		if err != nil {
			return fmt.Errorf("failed to read the result of task %s: %w", found.name, err)
		}
	}
	return nil
}
