package index

import (
	"context"
	"errors"
	"io"
	"math"

	"github.com/credsieve/credsieve/datasets/fault"

	"github.com/credsieve/credsieve/datasets/accounts"
)

// readAccounts reads, works and gathers at once: the reader fills jobs, any worker does one, and
// they are gathered in the order of the export, so that the tables do not depend on the workers.
func (b *builder) readAccounts(ctx context.Context, src accounts.Reader) error {
	group, ctx := fault.NewGroup(ctx)
	jobs := 2*b.o.Workers + 2
	free, work, ordered := make(chan *job, jobs), make(chan *job, jobs), make(chan *job, jobs)
	for range jobs {
		free <- newJob()
	}
	group.Go(func() error {
		defer close(work)
		defer close(ordered)
		return b.read(ctx, src, free, work, ordered)
	})
	for range b.o.Workers {
		w := b.newWorker()
		group.Go(func() error {
			for j := range work {
				w.work(j)
				close(j.done)
			}
			return nil
		})
	}
	group.Go(func() error {
		for j := range ordered {
			select {
			case <-j.done:
			case <-ctx.Done(): // a worker that failed does not close it
				return ctx.Err()
			}
			if err := b.gather(j); err != nil {
				return err
			}
			free <- j
		}
		return nil
	})
	return group.Wait()
}

// read fills jobs. An error of the source travels after the rows before it.
func (b *builder) read(ctx context.Context, src accounts.Reader,
	free <-chan *job, work, ordered chan<- *job) error {
	row := int64(0)
	for {
		var j *job
		select {
		case j = <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
		j.reset()
		j.first = uint32(row + 1)
		err := error(nil)
		for j.n < jobRows {
			if j.n == len(j.rows) {
				j.rows = append(j.rows, accounts.Account{})
			}
			if err = src.Read(&j.rows[j.n]); err != nil {
				break
			}
			j.n++
		}
		row += int64(j.n)
		if row >= math.MaxUint32 && err == nil {
			err = errors.New("an index cannot hold more rows")
		}
		// Both have room for every job.
		ordered <- j
		work <- j
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// gather takes a job's rows into the tables.
func (b *builder) gather(j *job) error {
	if j.err != nil {
		return j.err
	}
	base := b.table.Rows()
	if base+int64(j.chunk.Rows) >= math.MaxUint32 {
		return errors.New("an index cannot hold more accounts")
	}
	var number [maxClasses]uint8
	for i, class := range j.classes {
		number[i] = uint8(addClass(&b.classes, class))
	}
	for i, class := range j.rowClasses {
		renumber(j.chunk, i, class, number[class])
	}
	for i := range j.tokens {
		j.tokens[i].Account += uint32(base)
	}
	for i := range j.ids {
		if j.ids[i].Account != notIndexed {
			j.ids[i].Account += uint32(base)
		}
	}
	b.tally.add(&j.tally)
	if b.previous != nil {
		b.previous.meet(j.met, &b.twice)
	}
	err := errors.Join(b.tokens.Add(j.tokens), b.ids.Add(j.ids))
	if err != nil {
		return err
	}
	return b.table.Append(j.chunk)
}
