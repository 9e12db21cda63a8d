package pipeline

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/guard"
	"github.com/credsieve/credsieve/pipeline/pair"
)

func exact(account uint32, secret string) pair.Found {
	return pair.Found{
		Account: account, Kind: hashing.KindEmail, Attribution: hashing.AttributionExact, Secret: []byte(secret),
	}
}

// mustAdd adds the next record.
func (s *screened) mustAdd(t testing.TB, input uint32, found ...pair.Found) {
	t.Helper()
	unit := pair.Unit{Input: input, Record: uint64(s.counts.CandidatesRaw)}
	if err := s.intake.Add(unit, s.inputs.IsEvidence(input), found); err != nil {
		t.Fatal(err)
	}
	s.counts.CandidatesRaw++
}

// threeDumps is a spool over an old dump, a recent one and a fabricated one.
func threeDumps(t *testing.T, fill func(s *screened)) *screened {
	t.Helper()
	s := &screened{balance: pair.NewBalance(nil), past: make([]*ledger.Dump, 3)}
	s.intake = pair.NewIntake(t.TempDir(), 1<<20, s.balance)
	var inputs []dump.Input
	for _, meta := range []dump.Meta{
		{Name: "old", LeakedOn: day2026(1), Trust: dump.TrustUnverified},
		{Name: "recent", LeakedOn: day2026(9), Trust: dump.TrustVerified},
		{Name: "made up", LeakedOn: day2026(10), Trust: dump.TrustFabricated},
	} {
		inputs = append(inputs, dump.Input{Meta: meta})
	}
	s.inputs = pair.NewInputs(inputs)
	fill(s)
	return s
}

func secrets(pairs []*pair.Pair) string {
	var list []string
	for _, p := range pairs {
		list = append(list, string(p.Secret))
	}
	return strings.Join(list, " ")
}

// worklistOf returns the worklist for what was screened, account by account.
func worklistOf(t *testing.T, s *screened, limit int) (*pruned, []pair.Task) {
	t.Helper()
	r := &run{
		cfg:   Config{MaxCandidatesPerAccount: limit, SpoolDir: t.TempDir(), Key: newTestKey(t)},
		parts: pair.NewParts(10), started: day2026(11),
	}
	p, err := r.prune(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	var tasks []pair.Task
	if err := p.Tasks(func(k pair.Task) error { tasks = append(tasks, k); return nil }); err != nil {
		t.Fatal(err)
	}
	return p, tasks
}

func TestPrune_orders_by_sources_then_recency_then_input(t *testing.T) {
	t.Parallel()
	s := threeDumps(t, func(s *screened) {
		s.mustAdd(t, 0, exact(1, "first-old"))
		s.mustAdd(t, 0, exact(1, "second-old"))
		s.mustAdd(t, 1, exact(1, "recent"))
		s.mustAdd(t, 0, exact(1, "both"))
		s.mustAdd(t, 1, exact(1, "both"))
		s.mustAdd(t, 1, exact(2, "other"))
	})
	p, tasks := worklistOf(t, s, 64)
	if p.Pending != 5 || len(tasks) != 2 || tasks[0].Account != 1 {
		t.Fatalf("plan %+v", tasks)
	}
	if got := secrets(tasks[0].Pairs); got != "both recent first-old second-old" {
		t.Errorf("order is %s", got)
	}
}

func TestPrune_caps_an_account_and_keeps_its_best(t *testing.T) {
	t.Parallel()
	s := threeDumps(t, func(s *screened) {
		for _, secret := range []string{"a", "b", "c", "d"} {
			s.mustAdd(t, 0, exact(1, secret))
		}
		s.mustAdd(t, 1, exact(1, "best"))
	})
	p, tasks := worklistOf(t, s, 2)
	if got := secrets(tasks[0].Pairs); got != "best a" {
		t.Errorf("kept %s", got)
	}
	c := rundir.Counts{}
	s.balance.Fill(&c)
	if c.OverCap != 3 || p.OverCap[1].Pairs != 3 {
		t.Errorf("over_cap %d", c.OverCap)
	}
}

func TestPrune_never_confirms_a_fabricated_dump(t *testing.T) {
	t.Parallel()
	s := threeDumps(t, func(s *screened) {
		s.mustAdd(t, 2, exact(1, "made-up"))
		s.mustAdd(t, 2, exact(1, "elsewhere too"))
		s.mustAdd(t, 0, exact(1, "elsewhere too"))
	})
	_, tasks := worklistOf(t, s, 64)
	if got := secrets(tasks[0].Pairs); got != "elsewhere too" {
		t.Errorf("candidates are %s", got)
	}
	if e := finding.Gather(s.inputs, tasks[0].Pairs[0]); strings.Join(e.Sources, ";") != "old" ||
		!e.Last.Equal(day2026(1)) {
		t.Errorf("a fabricated dump is evidence: %+v", e)
	}
}

// TestPrune_tries_every_first_reading_first: readings that a record adds to its first must not use up the
// cap before other records had their turn.
func TestPrune_tries_every_first_reading_first(t *testing.T) {
	t.Parallel()
	s := threeDumps(t, func(s *screened) {
		s.mustAdd(t, 0, exact(1, "one | tail"), exact(1, "one"), exact(2, "other"))
		s.mustAdd(t, 0, exact(1, "two | tail"), exact(1, "two"))
	})
	p, tasks := worklistOf(t, s, 3)
	for _, task := range tasks {
		if got := secrets(task.Pairs); task.Account == 1 && got != "one | tail two | tail one" {
			t.Errorf("order is %s", got)
		}
	}
	if p.OverCap[1].Pairs != 1 || len(p.OverCap) != 1 {
		t.Errorf("over the cap: %v", p.OverCap)
	}
}

// TestPrune_a_first_reading_of_any_record_is_one: what another record says plainly does not come after
// whatever else is on the list, unless that record is made up.
func TestPrune_a_first_reading_of_any_record_is_one(t *testing.T) {
	t.Parallel()
	s := threeDumps(t, func(s *screened) {
		s.mustAdd(t, 0, exact(1, "one | tail"), exact(1, "one"))
		s.mustAdd(t, 0, exact(1, "two | tail"), exact(1, "two"))
		s.mustAdd(t, 1, exact(1, "one"))
		s.mustAdd(t, 2, exact(1, "two"))
	})
	_, tasks := worklistOf(t, s, 64)
	if got := secrets(tasks[0].Pairs); got != "one one | tail two | tail two" {
		t.Errorf("order is %s", got)
	}
}

// TestRun_surveys_all_pairs: a whole run knows a password that everybody has, and a dump that only repeats another.
func TestRun_surveys_all_pairs(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for n := range 30 {
		p.account(n, fmt.Sprint("Made-Up-", n), "")
	}
	for n := range 12 {
		p.leak("crowd", n, "Made-Up-0")
	}
	for n := 10; n < 30; n++ {
		p.leak("list", n, fmt.Sprint("Made-Up-", n))
		p.leak("repackaged", n, fmt.Sprint("Made-Up-", n))
	}
	p.leak("repackaged", 99, "nobody") // other bytes, so that it is not known by them
	p.leak("forum", 20, "Made-Up-20")
	p.index()
	p.cfg.Limits = guard.Limits{MaxAccounts: 100, MaxShare: 1, MaxConfirmRate: 1}
	cfg := p.cfg
	cfg.Out = filepath.Join(p.dir, "run")
	outcome, err := Run(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	has := func(row *rundir.Row, code string) bool {
		return slices.ContainsFunc(row.Reasons, func(r rundir.Reason) bool { return r.Code == code })
	}
	for i := range outcome.List {
		row := &outcome.List[i]
		if has(row, "coincidence") != (row.AccountID == "u0") || has(row, "several_sources") != (row.AccountID == "u20") {
			t.Errorf("%s: %+v", row.AccountID, row.Reasons)
		}
	}
	if len(outcome.List) != 21 {
		t.Errorf("%d accounts are listed", len(outcome.List))
	}
}
