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
		g := NewGate(2, true, nil)
		g.compute, g.write = test.compute, test.write
		if got := g.limit(1); got != test.want {
			t.Errorf("%v, %v: %d under way, want %d", test.compute, test.write, got, test.want)
		}
	}
	if g := NewGate(2, false, nil); g.limit(1) != 2 || g.most != 2 {
		t.Errorf("without a ledger: %d", g.limit(1))
	}
	for _, test := range []struct {
		width        int
		writes       bool
		limit, under int
	}{{4, false, 16, 16}, {4, true, 16, 64}, {1, false, 2, 2}, {16, true, 64, 64}, {16, false, 64, 64}} {
		wide := NewGate(2, test.writes, nil)
		if limit := wide.limit(test.width); test.width > 1 && (limit != test.limit || wide.mostOf(test.width) != test.under) {
			t.Errorf("%d lanes, writes %v: %d under way, at most %d", test.width, test.writes, limit, wide.mostOf(test.width))
		}
	}
	g := NewGate(1, true, nil)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for range 2 {
		if err := g.enter(ctx, 1); err != nil {
			t.Fatal(err)
		}
		<-g.slots // computed, and its verdict on the way
	}
	cancel() // it would wait for ever
	if err := g.enter(ctx, 1); err == nil {
		t.Error("a third verification began although two verdicts are on their way")
	}
}
