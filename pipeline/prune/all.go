package prune

import (
	"context"
	"maps"
	"slices"

	"github.com/credsieve/credsieve/datasets/fault"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/spool"
)

// All hands the pairs of each account that are worth it to take, by account. byRow has them in pair.Partitions. While it is at one partition, the next
// is read; not so with a history, in which the one writes what the other asks for.
func (r *Rules) All(ctx context.Context, byRow *spool.Spool, take func(class int, p *pair.Pair) error) error {
	var kept pair.Keeper
	if r.History != nil {
		for part := range pair.Partitions {
			accounts, err := r.readPart(ctx, byRow, part, &kept)
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
			accounts, err := r.readPart(ctx, byRow, part, &kept)
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
type accountsOfPart map[uint32]*Account

func (r *Rules) readPart(ctx context.Context, byRow *spool.Spool, part int, kept *pair.Keeper) (accountsOfPart, error) {
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
			if account, err = r.Account(read.Account, kept); err != nil {
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
