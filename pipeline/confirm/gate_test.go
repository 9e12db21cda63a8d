package confirm

import (
	"context"
	"testing"
	"time"

	"github.com/credsieve/credsieve/hashing/stored"
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
	}{{4, false, 16, 16}, {4, true, 16, 64}, {1, false, 2, 2}, {16, true, 64, 64}, {16, false, 64, 64}, {32, true, 128, 128}} {
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

// TestNewGate_shares_workers: what kernels compute and what is computed alone take turns on the same workers.
func TestNewGate_shares_workers(t *testing.T) {
	t.Parallel()
	kernels := stored.NewKernels(2, 1<<20, nil)
	defer kernels.Close()
	g := NewGate(2, false, kernels)
	if slots := kernels.Slots(); slots != nil && g.slots != slots || cap(g.slots) != 2 {
		t.Errorf("%d workers of its own", cap(g.slots))
	}
}

// TestGate_gives_back: whoever did not get a worker before the run was interrupted is not under way.
func TestGate_gives_back(t *testing.T) {
	t.Parallel()
	g := NewGate(1, true, nil)
	if err := g.enter(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.enter(ctx, 1); err == nil || g.under != 1 {
		t.Errorf("%d under way, %v", g.under, err)
	}
}

// TestGate_learns: how many verdicts may be on their way follows from what verifying and writing take on average.
func TestGate_learns(t *testing.T) {
	t.Parallel()
	g := NewGate(2, true, nil)
	verify := func(took, wrote time.Duration) {
		if err := g.enter(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		g.verified(1, took)
		g.written(wrote)
		g.leave()
	}
	verify(8*time.Millisecond, 24*time.Millisecond)
	if got := g.limit(1); got != 2*(1+1+3) {
		t.Errorf("%d under way after the first", got)
	}
	verify(16*time.Millisecond, 104*time.Millisecond) // on average 9 and 34
	if g.compute != 9*time.Millisecond || g.write != 34*time.Millisecond {
		t.Errorf("%v and %v on average", g.compute, g.write)
	}
}

// TestGate_lets_the_next_in: who leaves makes room for one that waits.
func TestGate_lets_the_next_in(t *testing.T) {
	t.Parallel()
	g := NewGate(1, false, nil)
	if err := g.enter(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	entered := make(chan error)
	for range 2 {
		go func() {
			err := g.enter(t.Context(), 1)
			entered <- err
		}()
	}
	time.Sleep(20 * time.Millisecond) // so that they wait, which is what is tested; the test passes as well when they do not yet
	for range 2 {
		g.verified(1, time.Millisecond)
		g.leave()
		if err := <-entered; err != nil || g.under != 1 {
			t.Errorf("%d under way, %v", g.under, err)
		}
	}
}
