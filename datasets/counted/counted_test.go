package counted_test

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/counted"
)

func TestOf_and_As(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{
		"0 accounts":  counted.Of(0, "account"),
		"1 account":   counted.Of(int64(1), "account"),
		"2 accounts":  counted.Of(int64(2), "account"),
		"-1 accounts": counted.Of(-1, "account"),
		"1 entry":     counted.As(1, "entry", "entries"),
		"21 entries":  counted.As(int64(21), "entry", "entries"),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
