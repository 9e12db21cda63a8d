package pipeline

import (
	"testing"
	"time"

	"github.com/credsieve/credsieve/hashing"
)

func day2026(month time.Month) time.Time { return time.Date(2026, month, 1, 0, 0, 0, 0, time.UTC) }

func newTestKey(t testing.TB) *hashing.Key {
	t.Helper()
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}
