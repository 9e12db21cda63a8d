package synth

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// batchSize is how many accounts a worker hashes at a time: few, because one may take a second
// and progress is counted in batches.
const batchSize = 16

// batch is a stretch of accounts on its way; done receives the rows once.
type batch struct {
	first int
	done  chan []row
}

// exportAccounts hashes on all workers and writes in order. At most two batches a worker wait to
// be written, so memory does not grow with the number of accounts.
func (g *generator) exportAccounts(ctx context.Context, w rowWriter) error {
	group, ctx := errgroup.WithContext(ctx)
	todo := make(chan batch)
	inOrder := make(chan batch, 2*g.o.Workers)
	group.Go(func() error {
		defer close(todo)
		defer close(inOrder)
		return g.cutBatches(ctx, inOrder, todo)
	})
	for range g.o.Workers {
		group.Go(func() error {
			for b := range todo {
				rows, err := g.hashBatch(ctx, b.first)
				if err != nil {
					return err
				}
				b.done <- rows
			}
			return nil
		})
	}
	group.Go(func() error { return g.writeBatches(ctx, w, inOrder) })
	return group.Wait()
}

// cutBatches hands every batch to both channels.
func (g *generator) cutBatches(ctx context.Context, channels ...chan<- batch) error {
	for first := 0; first < g.o.Accounts; first += batchSize {
		b := batch{first, make(chan []row, 1)}
		for _, to := range channels {
			select {
			case to <- b:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

func (g *generator) writeBatches(ctx context.Context, w rowWriter, in <-chan batch) error {
	for b := range in {
		select {
		case rows := <-b.done:
			for i := range rows {
				if err := w.write(&rows[i]); err != nil {
					return err
				}
			}
			g.advance(len(rows))
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (g *generator) hashBatch(ctx context.Context, first int) ([]row, error) {
	h := hasher{argon2: g.o.Argon2, bcryptCost: g.o.BcryptCost}
	rows := make([]row, 0, batchSize)
	for i := first; i < min(first+batchSize, g.o.Accounts); i++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		a := g.people.account(i)
		encoded, err := h.hash(&a, g.people.password(&a, 0))
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{a, g.plan.roles[i].status(), encoded})
	}
	return rows, nil
}
