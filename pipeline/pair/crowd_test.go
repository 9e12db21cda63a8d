package pair

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/hashing"
)

func newTestKey(t testing.TB) *hashing.Key {
	t.Helper()
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestCrowd_counts_accounts_with_one_password(t *testing.T) {
	t.Parallel()
	c := NewCrowd(newTestKey(t))
	for range 12 {
		c.Add([]byte("everybody's"))
	}
	c.Add([]byte("somebody's"))
	for i := range 100_000 { // far fewer than cells: no two meet
		c.Add(fmt.Appendf(nil, "made-up-%d", i))
	}
	if a, b, none := c.Of([]byte("everybody's")), c.Of([]byte("somebody's")), c.Of([]byte("nobody's")); a < 12 || a > 14 ||
		b < 1 || b > 3 || none > 2 {
		t.Errorf("got %d, %d and %d", a, b, none)
	}
	for range 1000 {
		c.Add([]byte("everybody's"))
	}
	if got := c.Of([]byte("everybody's")); got != 255 {
		t.Errorf("a full cell says %d", got)
	}
}

// TestCrowd_of_parts_is_that_of_the_whole, whatever the parts and the order in which they are merged; also of
// cells that are full.
func TestCrowd_of_parts_is_that_of_the_whole(t *testing.T) {
	t.Parallel()
	key := newTestKey(t)
	rapid.Check(t, func(t *rapid.T) {
		whole := newCrowd(key, 16)
		parts := make([]*Crowd, rapid.IntRange(1, 4).Draw(t, "parts"))
		for i := range parts {
			parts[i] = newCrowd(key, 16)
		}
		for _, secret := range rapid.SliceOfN(rapid.IntRange(0, 40), 0, 30).Draw(t, "secrets") {
			part := rapid.IntRange(0, len(parts)-1).Draw(t, "part")
			for range rapid.IntRange(1, 200).Draw(t, "times") {
				whole.Add(fmt.Append(nil, secret))
				parts[part].Add(fmt.Append(nil, secret))
			}
		}
		for len(parts) > 1 {
			into := rapid.IntRange(0, len(parts)-1).Draw(t, "into")
			from := (into + rapid.IntRange(1, len(parts)-1).Draw(t, "from")) % len(parts)
			parts[into].Merge(parts[from])
			parts = append(parts[:from], parts[from+1:]...)
		}
		for secret := range 41 {
			if got, want := parts[0].Of(fmt.Append(nil, secret)), whole.Of(fmt.Append(nil, secret)); got != want {
				t.Fatalf("%d: got %d, want %d", secret, got, want)
			}
		}
	})
}
