//go:build unix

package fault_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/fault"
)

func TestCatch_returns_errors_as_they_are(t *testing.T) {
	t.Parallel()
	want := errors.New("an error")
	if err := fault.Catch(func() error { return want }); !errors.Is(err, want) {
		t.Errorf("got %v", err)
	}
	if err := fault.Catch(func() error { return nil }); err != nil {
		t.Errorf("got %v", err)
	}
}

// TestCatch_quotes_nothing_that_a_panic_was_given: a library may panic with what it was parsing.
func TestCatch_quotes_nothing_that_a_panic_was_given(t *testing.T) {
	t.Parallel()
	for _, value := range []any{"Made-Up-1", errors.New("Made-Up-1"), []byte("Made-Up-1")} {
		err := fault.Catch(func() error { panic(value) })
		if !errors.Is(err, fault.ErrInternal) || strings.Contains(err.Error(), "Made-Up") {
			t.Errorf("%T: %v", value, err)
		}
		if !strings.Contains(err.Error(), "fault_test.go:") {
			t.Errorf("%T: no place: %v", value, err)
		}
	}
	none, at := []int(nil), 0
	err := fault.Catch(func() error { _ = none[at]; return nil })
	if !errors.Is(err, fault.ErrInternal) || !strings.Contains(err.Error(), "out of range") {
		t.Errorf("got %v", err)
	}
}

// TestGroup_outlives_a_file_that_shrinks: SIGBUS, in a worker.
func TestGroup_outlives_a_file_that_shrinks(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mapped")
	if err := os.WriteFile(path, make([]byte, 1<<16), 0o600); err != nil {
		t.Fatal(err)
	}
	data := mapped(t, path)
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	group, ctx := fault.NewGroup(context.Background())
	group.Go(func() error {
		if data[5000] != 0 {
			return errors.New("not reached")
		}
		return nil
	})
	group.Go(func() error { <-ctx.Done(); return ctx.Err() })
	if err := group.Wait(); !errors.Is(err, fault.ErrMemory) {
		t.Errorf("got %v", err)
	}
}
