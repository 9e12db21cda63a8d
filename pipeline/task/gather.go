package task

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"

	"github.com/credsieve/credsieve/datasets/rundir"
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

// Opened is a tally, with the candidates and rejects beside it.
type Opened struct {
	Tally  *Tally
	parcel *parcel.Reader
	name   string
}

// Each visits the tallies in the order of the shards.
func (t *Tallies) Each(ctx context.Context, visit func(shard int, o *Opened) error) error {
	for shard, found := range t.list {
		p, err := t.run.open(ctx, found)
		if err != nil {
			return err
		}
		o := &Opened{new(Tally), p, found.name}
		if err := head(ctx, p, found, o.Tally); err != nil {
			return err
		}
		if len(o.Tally.Inputs) != int(t.run.Plan.Shards[shard].Inputs) {
			return fmt.Errorf("failed to read the result of task %s: %w", found.name, errEncoding)
		}
		if err := visit(shard, o); err != nil {
			return err
		}
	}
	return nil
}

// ReportOf says what became of the input of that number among those of a shard; of one that is cut the plan knows it.
func (r *Run) ReportOf(shard int, t *Tally, input uint32) (Report, error) {
	report := t.Inputs[input].Report
	if of := r.Plan.Shards[shard]; of.Range != nil {
		report = r.Plan.Inputs[of.First+input].Report
	}
	if report == nil {
		return Report{}, fmt.Errorf("failed to read the result of task %s: %w", taskName(stageScreen, shard), errEncoding)
	}
	return *report, nil
}

func head(ctx context.Context, p *parcel.Reader, from result, into any) error {
	text, err := p.Section(ctx, sectionHead)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("failed to read the result of task %s: %w", from.name, err)
	}
	return nil
}

// Batch visits the candidates of a partition, in the order of the shard. An entry is valid until visit returns.
func (o *Opened) Batch(ctx context.Context, partition int, visit func(entry []byte) error) error {
	return o.parcel.Each(ctx, sectionBatches+uint32(partition), func(texts []byte) error {
		for len(texts) > 0 {
			n, size := binary.Uvarint(texts)
			if size <= 0 || n > math.MaxInt32 || int(n) > len(texts)-size {
				return fmt.Errorf("failed to read the candidates of task %s: %w", o.name, errEncoding)
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

// Parts visits the results of all confirming tasks in the order of the partitions. It fails when one is missing, or was made
// from other tallies than these.
func (t *Tallies) Parts(ctx context.Context, visit func(partition int, p *Part) error) error {
	list, err := t.run.results(ctx, stageConfirm, t.run.Plan.Partitions)
	if err != nil {
		return err
	}
	for partition, found := range list {
		opened, err := t.run.open(ctx, found)
		if err != nil {
			return err
		}
		p := new(Part)
		if err := head(ctx, opened, found, p); err != nil {
			return err
		}
		if p.Tallies != t.Digest {
			return fmt.Errorf("the result of task %s is stale: it was made from other results of screening than those that are "+
				"there now; delete %q, and run the task again", found.name, found.Name)
		}
		if err := visit(partition, p); err != nil {
			return err
		}
	}
	return nil
}
