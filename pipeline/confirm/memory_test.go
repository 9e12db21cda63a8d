package confirm

import (
	"context"
	"errors"
	"testing"
)

// TestMemory: what is given back is free again, what there is not is waited for, and a need beyond all of it runs alone.
func TestMemory(t *testing.T) {
	t.Parallel()
	m := NewMemory(100)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for range 3 {
		release, err := m.Admit(t.Context(), 1000)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Admit(ended, 1); !errors.Is(err, context.Canceled) {
			t.Errorf("more than there is: %v", err)
		}
		release()
	}
}
