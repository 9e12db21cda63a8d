package unpack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestBudget_opening_is_bounded: an archive may ask for any number of derivations.
func TestBudget_opening_is_bounded(t *testing.T) {
	t.Parallel()
	b := NewBudget(Limits{})
	b.opening.Store(int64(maxOpening + 1))
	err := b.open(t.Context(), func() error { return nil })
	if !errors.Is(err, errOverLimit) || !strings.Contains(fmt.Sprint(err), "to open") {
		t.Errorf("got %v", err)
	}
	b.opening.Store(0)
	if err := b.open(t.Context(), func() error { panic("a decoder") }); !errors.Is(err, errDecoderFailed) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.open(ctx, func() error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestBudget_of_several_walks is one budget that is spent at the same time.
func TestBudget_of_several_walks(t *testing.T) {
	t.Parallel()
	b := NewBudget(Limits{Entries: 10, Held: 1000})
	entered, held := make(chan bool), make(chan bool)
	for range 4 {
		go func() {
			for range 5 {
				entered <- b.enter()
				held <- b.hold(100)
			}
		}()
	}
	n, m := 0, 0
	for range 20 {
		if <-entered {
			n++
		}
		if <-held {
			m++
		}
	}
	if n != 10 || m != 10 {
		t.Errorf("%d entries and %d pieces of memory were free, want 10 of each", n, m)
	}
	b.give(2000)
	if b.room() != 1000 {
		t.Errorf("there is room for %d bytes when all is given back", b.room())
	}
}
