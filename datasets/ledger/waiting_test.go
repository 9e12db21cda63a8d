package ledger

import (
	"slices"
	"testing"
)

func TestWaiting(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir(), newKey(t))
	defer mustClose(t, l)
	night := func(waiting map[Credential][]uint64) {
		t.Helper()
		if err := l.Finish(Night{Waiting: waiting}); err != nil {
			t.Fatal(err)
		}
	}
	want := func(c Credential, prints ...uint64) {
		t.Helper()
		if got, err := l.Waiting(c); err != nil || !slices.Equal(got, prints) {
			t.Errorf("got %v, %v, want %v", got, err, prints)
		}
	}
	want(Credential{1}) // a state that never had any
	night(map[Credential][]uint64{{1}: {5, 9}, {2}: {7}})
	want(Credential{1}, 5, 9)
	night(map[Credential][]uint64{{1}: nil, {3}: {1}})
	want(Credential{1})
	want(Credential{2}, 7)
	want(Credential{3}, 1)
}

// TestDamagedWaiting_ends_what_reads_it.
func TestDamagedWaiting_ends_what_reads_it(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir(), newKey(t))
	defer mustClose(t, l)
	c := Credential{1}
	if err := l.Finish(Night{Waiting: map[Credential][]uint64{c: {5, 9}}}); err != nil {
		t.Fatal(err)
	}
	for _, value := range [][]byte{{}, make([]byte, sumSize-1), make([]byte, sumSize), make([]byte, sumSize+printSize-1), make([]byte, sumSize+printSize)} {
		mustPut(t, l, bucketWaiting, c[:], value)
		if prints, err := l.Waiting(c); prints != nil || err == nil {
			t.Errorf("%x: %v, %v", value, prints, err)
		}
		if _, err := l.Extract([]Credential{c}); err == nil {
			t.Errorf("%x was extracted", value)
		}
	}
}
