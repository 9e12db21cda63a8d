package task

import (
	"context"
	"fmt"

	"github.com/credsieve/credsieve/pipeline/parcel"
)

// SealState begins what a ledger knows: of each partition with Known, in any order, of dumps with PutState. The caller must
// call Close.
func (r *Run) SealState(dir string) (*Sealer, error) { return r.seal(stageState, 0, dir) }

// Known adds what is known of the accounts of a partition.
func (s *Sealer) Known(partition int, text []byte) error {
	return s.parcel.Add(sectionBatches+uint32(partition), text)
}

// KnownOfSample adds what is known of the accounts that say where the budget of the run ends.
func (s *Sealer) KnownOfSample(text []byte) error { return s.parcel.Add(sectionSample, text) }

// PutState completes what a ledger knows with what it knows of dumps.
func (s *Sealer) PutState(ctx context.Context, dumps []byte) error { return s.put(ctx, dumps) }

// Known returns what the ledger of the run knew of the accounts of a partition, and of dumps, when the run was planned:
// nothing of what it knew nothing of.
func (r *Run) Known(ctx context.Context, partition int) (accounts, dumps []byte, err error) {
	return r.known(ctx, sectionBatches+uint32(partition))
}

// KnownOfSample returns that of the accounts that say where the budget of the run ends.
func (r *Run) KnownOfSample(ctx context.Context) (accounts, dumps []byte, err error) {
	return r.known(ctx, sectionSample)
}

func (r *Run) known(ctx context.Context, section uint32) (accounts, dumps []byte, err error) {
	if r.Plan.State == nil || !r.Plan.State.Known {
		return nil, nil, nil
	}
	list, err := r.results(ctx, stageState, 1)
	if err != nil {
		return nil, nil, err
	}
	var p *parcel.Reader
	if p, err = r.open(ctx, list[0]); err == nil {
		err = list[0].read(ctx, p, sectionHead, &dumps)
	}
	if err == nil {
		accounts, err = p.Section(ctx, section)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("failed to read what earlier runs decided: %w", err)
	}
	return accounts, dumps, nil
}
