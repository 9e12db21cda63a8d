package ledger

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
)

// TestExtract: what is lent says of the credentials that were asked for what the ledger says, and of others nothing; what is
// decided beside it is known to the ledger when it was written down.
func TestExtract(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	l := open(t, t.TempDir(), key)
	defer mustClose(t, l)
	mine, other := Credential{7}, Credential{7, 1}
	one, two := l.Pair(mine, "1", []byte("Made-Up-1")), l.Pair(mine, "1", []byte("Made-Up-2"))
	for _, pair := range []Name{one, two} {
		mustDecide(t, l, Decision{Credential: mine, Pair: pair})
	}
	mustDecide(t, l, Decision{Credential: other, Pair: one})
	done, left := l.Dump("aa", 1), l.Dump("bb", 1)
	err := l.Finish(Night{
		Waiting: map[Credential][]uint64{mine: {3, 5}, other: {9}}, Dumps: []Dump{{Name: done}, {Name: left, Open: 4}},
	})
	if err != nil {
		t.Fatal(err)
	}
	e, err := l.Extract([]Credential{{9}, mine})
	if err != nil {
		t.Fatal(err)
	}
	dumps, err := l.OpenDumps()
	if err != nil {
		t.Fatal(err)
	}
	lent := Lend(key, e, dumps)
	if lent.Pair(mine, "1", []byte("Made-Up-1")) != one {
		t.Error("it has another name for a pair")
	}
	third := l.Pair(mine, "1", []byte("Made-Up-3"))
	for _, ask := range []struct {
		c    Credential
		pair Name
		want bool
	}{{mine, one, true}, {mine, two, true}, {mine, third, false}, {other, one, false}, {Credential{}, one, false}, {Credential{255}, one, false}} {
		if got, err := lent.Refuted(ask.c, ask.pair); got != ask.want || err != nil {
			t.Errorf("%x refuted: %v, %v", ask.c[:2], got, err)
		}
	}
	for c, want := range map[Credential][]uint64{mine: {3, 5}, other: nil, {9}: nil} {
		if got, err := lent.Waiting(c); err != nil || !slices.Equal(got, want) {
			t.Errorf("of %x %v waits: %v", c[:2], got, err)
		}
	}
	if d, err := lent.Seen(left); err != nil || d == nil || d.Open != 4 {
		t.Errorf("a dump that was left open: %+v, %v", d, err)
	}
	if d, err := lent.Seen(done); err != nil || d != nil {
		t.Errorf("a dump that is done: %+v, %v", d, err)
	}
	for _, d := range []Decision{{Credential: mine, Pair: third}, {Credential: Credential{1}, Pair: one}, {Credential: mine, Pair: two, Finding: new(Finding)}} {
		if err := lent.Decide(context.Background(), d); err != nil {
			t.Fatal(err)
		}
	}
	keys := lent.Decided()
	if len(keys) != 2*verdictKeySize || !bytes.HasPrefix(keys, []byte{1}) {
		t.Errorf("decided %x", keys)
	}
	if err := l.Refute(keys, noon); err != nil {
		t.Fatal(err)
	}
	if refuted, err := l.Refuted(mine, third); !refuted || err != nil {
		t.Errorf("what was decided is %v, %v", refuted, err)
	}
	if err := l.Refute(keys[1:], noon); err == nil || !strings.Contains(err.Error(), "not what this version writes") {
		t.Errorf("half a key: %v", err)
	}
}

// TestBooks: whatever a night or a release writes changes them, verdicts do not.
func TestBooks(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir(), newKey(t))
	defer mustClose(t, l)
	last := ""
	want := func(what string, changes bool) {
		t.Helper()
		sum, err := l.Books()
		if err != nil || changes != (sum != last) {
			t.Errorf("%s: %q after %q, %v", what, sum, last, err)
		}
		last = sum
	}
	want("a new state", false)
	mustDecide(t, l, Decision{Credential: Credential{1}})
	want("a verdict", false)
	mustDecide(t, l, Decision{Credential: Credential{1}, Finding: &Finding{ConfirmedAt: noon}})
	want("a finding", true)
	for name, night := range map[string]Night{
		"waiting": {Waiting: map[Credential][]uint64{{1}: {1}}}, "a dump": {Dumps: []Dump{{}}}, "a night": {Rates: &NightRates{At: noon}},
	} {
		if err := l.Finish(night); err != nil {
			t.Fatal(err)
		}
		want(name, true)
	}
	if _, err := l.MarkListed([]Credential{{1}}, noon); err != nil {
		t.Fatal(err)
	}
	want("a list", true)
	if err := l.Approve("run", noon); err != nil {
		t.Fatal(err)
	}
	want("a release", true)
	want("nothing", false)
}

// TestExtract_is_in_order, in whatever order it was asked for: it is searched by halves.
func TestExtract_is_in_order(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	l := open(t, t.TempDir(), key)
	defer mustClose(t, l)
	asked := []Credential{{9}, {3}, {5}, {1}, {7}}
	waiting := make(map[Credential][]uint64)
	for _, c := range asked[:4] {
		waiting[c] = []uint64{uint64(c[0])}
		for i := range byte(3) {
			mustDecide(t, l, Decision{Credential: c, Pair: Name{i}})
		}
	}
	if err := l.Finish(Night{Waiting: waiting}); err != nil {
		t.Fatal(err)
	}
	e, err := l.Extract(asked)
	if err != nil || len(e.Waiting) != 4 || len(e.Refuted) != 12*verdictKeySize {
		t.Fatalf("%+v, %v", e, err)
	}
	if asked[0] != (Credential{9}) {
		t.Error("what was asked for is sorted")
	}
	lent := Lend(key, e, nil)
	for _, c := range asked[:4] {
		if prints, err := lent.Waiting(c); err != nil || len(prints) != 1 || prints[0] != uint64(c[0]) {
			t.Errorf("of %d %v waits, %v", c[0], prints, err)
		}
		for i := range byte(4) {
			if known, err := lent.Refuted(c, Name{i}); err != nil || known != (i < 3) {
				t.Errorf("pair %d of %d is refuted: %v, %v", i, c[0], known, err)
			}
		}
	}
}
