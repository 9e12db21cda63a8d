package confirm

import (
	"context"

	"golang.org/x/sync/semaphore"
)

// Memory is what verifications under way may take together. It is safe for concurrent use.
type Memory struct {
	size int64
	free *semaphore.Weighted
}

// NewMemory returns so many bytes, all free.
func NewMemory(size int64) *Memory { return &Memory{size, semaphore.NewWeighted(size)} }

// Admit lets a verification run when its memory is free; it is a verify.Admit.
func (m *Memory) Admit(ctx context.Context, memory int64) (release func(), err error) {
	// One that needs more than there is runs alone: the hash limits bound it.
	need := min(memory, m.size)
	if err := m.free.Acquire(ctx, need); err != nil {
		return nil, err
	}
	return func() { m.free.Release(need) }, nil
}
