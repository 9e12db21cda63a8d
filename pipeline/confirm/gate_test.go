package confirm

import (
	"context"
	"testing"
	"time"
)

// TestGate: no more verifications are under way than a kill may cost, however slow the disk is.
func TestGate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		compute, write time.Duration
		want           int
	}{
		{40 * time.Millisecond, 2 * time.Millisecond, 4}, {time.Microsecond, time.Second, 64},
		{2 * time.Millisecond, 6 * time.Millisecond, 10}, {0, 0, 4},
	} {
		g := NewGate(2, true)
		g.compute, g.write = test.compute, test.write
		if got := g.limit(); got != test.want {
			t.Errorf("%v, %v: %d under way, want %d", test.compute, test.write, got, test.want)
		}
	}
	if g := NewGate(2, false); g.limit() != 2 || g.most != 2 {
		t.Errorf("without a ledger: %d", g.limit())
	}
	g := NewGate(1, true)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for range 2 {
		if err := g.enter(ctx); err != nil {
			t.Fatal(err)
		}
		<-g.slots // computed, and its verdict on the way
	}
	cancel() // it would wait for ever
	if err := g.enter(ctx); err == nil {
		t.Error("a third verification began although two verdicts are on their way")
	}
}
