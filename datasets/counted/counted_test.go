package counted_test

import (
	"testing"
	"time"

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

func TestDuration(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		36 * time.Hour: "36h", 90 * time.Minute: "1h30m", 5 * time.Minute: "5m", 0: "0m", 29 * time.Second: "0m",
		10*time.Hour + 10*time.Minute: "10h10m", 100 * time.Hour: "100h", 48*time.Hour + time.Minute: "48h1m",
	} {
		if got := counted.Duration(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}
