package pipeline

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
)

func exact(account uint32, secret string) joined {
	return joined{
		account: account, kind: hashing.KindEmail, attribution: hashing.AttributionExact, secret: []byte(secret),
	}
}

func alias(account uint32, secret string) joined {
	j := exact(account, secret)
	j.attribution = hashing.AttributionAlias
	return j
}

// newScreened is a screened run of nothing yet.
func newScreened(t testing.TB, limit int64) *screened {
	t.Helper()
	s := &screened{balance: new(balance)}
	s.intake = newIntake(t.TempDir(), limit, s.balance)
	return s
}

func (s *screened) mustAdd(t testing.TB, input uint32, found ...joined) {
	t.Helper()
	if err := s.intake.add(input, true, found); err != nil {
		t.Fatal(err)
	}
	s.counts.CandidatesRaw++
}

func unified(t testing.TB, s *screened) []*pair {
	t.Helper()
	var all []*pair
	if err := s.intake.unify(func(p *pair) error { all = append(all, p); return nil }); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b *pair) int { return int(a.unit) - int(b.unit) })
	return all
}

func TestIntake_keeps_each_pair_once_with_all_its_evidence(t *testing.T) {
	s := newScreened(t, 1<<20)
	s.mustAdd(t, 0, alias(7, "made-up-1"))
	s.mustAdd(t, 0, exact(7, "made-up-1"))
	s.mustAdd(t, 2, alias(7, "made-up-1"))
	s.mustAdd(t, 2, exact(7, "made-up-2"))
	s.mustAdd(t, 2, exact(8, "made-up-1"))
	digest := exact(8, "made-up-1")
	digest.digest = true
	s.mustAdd(t, 2, digest)
	all := unified(t, s)
	if len(all) != 4 || s.balance.duplicates != 2 {
		t.Fatalf("%d pairs, %d duplicates", len(all), s.balance.duplicates)
	}
	p := all[0]
	if p.attribution != hashing.AttributionExact {
		t.Error("the exact match is forgotten")
	}
	if !slices.Equal(p.inputs, []uint32{0, 2}) {
		t.Errorf("inputs %v", p.inputs)
	}
	if !all[3].digest || all[2].digest {
		t.Error("a digest and a password of the same text are one")
	}
}

func TestIntake_takes_no_attribution_from_a_fabricated_dump(t *testing.T) {
	s := newScreened(t, 1<<20)
	if err := s.intake.add(0, false, []joined{exact(7, "made-up-1")}); err != nil {
		t.Fatal(err)
	}
	s.mustAdd(t, 1, alias(7, "made-up-1"))
	if got := unified(t, s)[0].attribution; got != hashing.AttributionAlias {
		t.Errorf("attribution %v", got)
	}
}

// TestIntake_is_the_same_on_disk feeds the same records with and without room in memory.
func TestIntake_is_the_same_on_disk(t *testing.T) {
	describe := func(limit int64) string {
		s := newScreened(t, limit)
		random := rand.New(rand.NewPCG(1, 2))
		for range 5000 {
			found := []joined{exact(random.Uint32N(50), fmt.Sprint("made-up-", random.Uint32N(40)))}
			if random.Uint32N(5) == 0 {
				found = append(found, alias(random.Uint32N(50), fmt.Sprint("made-up-", random.Uint32N(40))))
			}
			s.mustAdd(t, random.Uint32N(3)+1, found...)
		}
		var lines []string
		for _, p := range unified(t, s) {
			s.balance.settle(p, stateRefuted)
			lines = append(lines, fmt.Sprintf("%d %s %v %v %v", p.account, p.secret, p.kind, p.attribution, p.further))
		}
		slices.Sort(lines)
		s.balance.fill(&s.counts)
		c := s.counts
		if c.CandidatesRaw != c.Duplicates+c.Refuted || c.Refuted == 0 {
			t.Errorf("counts %+v", c)
		}
		return fmt.Sprint(c.Duplicates, lines)
	}
	if describe(64<<20) != describe(500) {
		t.Error("what went through the disk came back different")
	}
}

func TestRowSet(t *testing.T) {
	s, want := newRowSet(), make(map[uint32]bool)
	random := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		row := random.Uint32N(100_000)
		s.add(row)
		want[row] = true
	}
	s.add(1<<32 - 1)
	want[1<<32-1] = true
	last, n := int64(-1), 0
	s.each(func(row uint32) {
		if n++; !want[row] || !s.has(row) || int64(row) <= last {
			t.Fatalf("row %d", row)
		}
		last = int64(row)
	})
	if n != len(want) || s.count != int64(n) || s.has(100_001) {
		t.Errorf("%d rows, count %d, want %d", n, s.count, len(want))
	}
}

// TestBalance: one record can bring several pairs, and counts once, under the greatest state.
func TestBalance(t *testing.T) {
	tests := map[string]struct {
		states []pairState
		count  func(rundir.Counts) int64
	}{
		"confirmed beats all": {[]pairState{stateRefuted, stateConfirmed, stateMoot, stateIndeterminate},
			func(c rundir.Counts) int64 { return c.Confirmed }},
		"undecided beats refuted": {[]pairState{stateRefuted, stateIndeterminate},
			func(c rundir.Counts) int64 { return c.Indeterminate }},
		"unchecked beats refuted": {[]pairState{stateUnchecked, stateRefuted},
			func(c rundir.Counts) int64 { return c.Unchecked }},
		"tried beats over cap": {[]pairState{stateOverCap, stateRefuted},
			func(c rundir.Counts) int64 { return c.Refuted }},
		"over cap beats pruned": {[]pairState{stateOverCap, statePrunedPolicy},
			func(c rundir.Counts) int64 { return c.OverCap }},
		"tried beats remembered": {[]pairState{stateRemembered, stateRefuted},
			func(c rundir.Counts) int64 { return c.Refuted }},
		"one alone":       {[]pairState{stateRemembered}, func(c rundir.Counts) int64 { return c.Remembered }},
		"nothing was new": {[]pairState{stateUnspecified, stateUnspecified}, func(c rundir.Counts) int64 { return c.Duplicates }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := new(balance)
			several := b.record(len(test.states))
			for _, state := range test.states {
				if state != stateUnspecified {
					p := &pair{several: several}
					b.first(p)
					b.settle(p, state)
				}
			}
			c := rundir.Counts{}
			b.fill(&c)
			if test.count(c) != 1 {
				t.Errorf("counted %+v", c)
			}
			if c.Duplicates+c.Remembered+c.PrunedPolicy+c.OverCap+c.Candidates != 1 {
				t.Errorf("counted more than once: %+v", c)
			}
		})
	}
}

func TestBalance_misses_a_pair_that_was_never_settled(t *testing.T) {
	b := new(balance)
	b.first(&pair{several: b.record(2)})
	c := rundir.Counts{CandidatesRaw: 1, ScreenHits: 1, RecordsParsed: 1, RecordsRead: 1}
	if b.fill(&c); c.Check() == nil {
		t.Errorf("%+v balances", c)
	}
}

func day2026(month time.Month) time.Time { return time.Date(2026, month, 1, 0, 0, 0, 0, time.UTC) }

// threeDumps is a spool over an old dump, a recent one and a fabricated one.
func threeDumps(t *testing.T, fill func(s *screened)) *screened {
	t.Helper()
	s := newScreened(t, 1<<20)
	for i, meta := range []dump.Meta{
		{Name: "old", LeakedOn: day2026(1), Trust: dump.TrustUnverified},
		{Name: "recent", LeakedOn: day2026(9), Trust: dump.TrustVerified},
		{Name: "made up", LeakedOn: day2026(10), Trust: dump.TrustFabricated},
	} {
		s.dumps = append(s.dumps, &dumpFacts{name: meta.Name})
		s.inputs = append(s.inputs, inputFacts{Input: dump.Input{Meta: meta}, dump: s.dumps[i]})
	}
	fill(s)
	return s
}

func secrets(pairs []*pair) string {
	var list []string
	for _, p := range pairs {
		list = append(list, string(p.secret))
	}
	return strings.Join(list, " ")
}

func newTestKey(t testing.TB) *hashing.Key {
	t.Helper()
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// pruned returns the plan for what was screened, account by account.
func pruned(t *testing.T, s *screened, limit int) (*plan, []task) {
	t.Helper()
	r := &run{
		cfg:  Config{MaxCandidatesPerAccount: limit, SpoolDir: t.TempDir(), Key: newTestKey(t)},
		rows: 10, started: day2026(11),
	}
	p, err := r.prune(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	var tasks []task
	if err := p.tasks(func(k task) error { tasks = append(tasks, k); return nil }); err != nil {
		t.Fatal(err)
	}
	return p, tasks
}

func TestPrune_orders_by_sources_then_recency_then_input(t *testing.T) {
	s := threeDumps(t, func(s *screened) {
		s.mustAdd(t, 0, exact(1, "first-old"))
		s.mustAdd(t, 0, exact(1, "second-old"))
		s.mustAdd(t, 1, exact(1, "recent"))
		s.mustAdd(t, 0, exact(1, "both"))
		s.mustAdd(t, 1, exact(1, "both"))
		s.mustAdd(t, 1, exact(2, "other"))
	})
	p, tasks := pruned(t, s, 64)
	if p.pending != 5 || len(tasks) != 2 || tasks[0].account != 1 {
		t.Fatalf("plan %+v", tasks)
	}
	if got := secrets(tasks[0].pairs); got != "both recent first-old second-old" {
		t.Errorf("order is %s", got)
	}
}

func TestPrune_caps_an_account_and_keeps_its_best(t *testing.T) {
	s := threeDumps(t, func(s *screened) {
		for _, secret := range []string{"a", "b", "c", "d"} {
			s.mustAdd(t, 0, exact(1, secret))
		}
		s.mustAdd(t, 1, exact(1, "best"))
	})
	p, tasks := pruned(t, s, 2)
	if got := secrets(tasks[0].pairs); got != "best a" {
		t.Errorf("kept %s", got)
	}
	c := rundir.Counts{}
	p.balance.fill(&c)
	if c.OverCap != 3 || p.overCap[1].pairs != 3 {
		t.Errorf("over_cap %d", c.OverCap)
	}
}

func TestPrune_never_confirms_a_fabricated_dump(t *testing.T) {
	s := threeDumps(t, func(s *screened) {
		s.mustAdd(t, 2, exact(1, "made-up"))
		s.mustAdd(t, 2, exact(1, "elsewhere too"))
		s.mustAdd(t, 0, exact(1, "elsewhere too"))
	})
	_, tasks := pruned(t, s, 64)
	if got := secrets(tasks[0].pairs); got != "elsewhere too" {
		t.Errorf("candidates are %s", got)
	}
	if e := gather(s, tasks[0].pairs[0]); strings.Join(e.sources, ";") != "old" ||
		!e.last.Equal(day2026(1)) {
		t.Errorf("a fabricated dump is evidence: %+v", e)
	}
}

// TestPrune_tries_every_first_reading_first: readings that a record adds to its first must not use up the
// cap before other records had their turn.
func TestPrune_tries_every_first_reading_first(t *testing.T) {
	s := threeDumps(t, func(s *screened) {
		s.mustAdd(t, 0, exact(1, "one | tail"), exact(1, "one"), exact(2, "other"))
		s.mustAdd(t, 0, exact(1, "two | tail"), exact(1, "two"))
	})
	p, tasks := pruned(t, s, 3)
	for _, task := range tasks {
		if got := secrets(task.pairs); task.account == 1 && got != "one | tail two | tail one" {
			t.Errorf("order is %s", got)
		}
	}
	if p.overCap[1].pairs != 1 || len(p.overCap) != 1 {
		t.Errorf("over the cap: %v", p.overCap)
	}
}

func TestHit_takes_the_better_attribution(t *testing.T) {
	var h hit
	text, testable := []byte("made-up"), opinion{plain: true}
	h.add(named{7, hashing.KindEmail, hashing.AttributionAlias}, text, testable, false)
	h.add(named{7, hashing.KindUsername, hashing.AttributionExact}, text, testable, true)
	if len(h.pairs) != 1 || h.pairs[0].attribution != hashing.AttributionExact || !h.pairs[0].ownPage {
		t.Errorf("got %+v", h.pairs)
	}
}

func TestCleanName(t *testing.T) {
	if got := cleanName("a;b\x1b[0m\n\xff"); got != "a,b?[0m??" {
		t.Errorf("got %q", got)
	}
}
