package pair_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/pair"
)

func exact(account uint32, secret string) pair.Found {
	return pair.Found{
		Account: account, Kind: hashing.KindEmail, Attribution: hashing.AttributionExact, Secret: []byte(secret),
	}
}

func alias(account uint32, secret string) pair.Found {
	f := exact(account, secret)
	f.Attribution = hashing.AttributionAlias
	return f
}

// pile is the candidates of dumps that a test writes itself.
type pile struct {
	intake  *pair.Intake
	balance *pair.Balance
	counts  rundir.Counts
}

func newPile(t testing.TB, limit int64) *pile {
	t.Helper()
	b := pair.NewBalance(nil)
	p := &pile{balance: b, intake: pair.NewIntake(t.TempDir(), limit, b)}
	t.Cleanup(p.intake.Close)
	return p
}

// add adds the next record.
func (p *pile) add(t testing.TB, input uint32, evidence bool, found ...pair.Found) {
	t.Helper()
	unit := pair.Unit{Input: input, Record: uint64(p.counts.CandidatesRaw)}
	if err := p.intake.Add(unit, evidence, found); err != nil {
		t.Fatal(err)
	}
	p.counts.CandidatesRaw++
}

// unified returns the pairs in the order of their records.
func (p *pile) unified(t testing.TB) []*pair.Pair {
	t.Helper()
	var all []*pair.Pair
	if err := p.intake.Unify(func(p *pair.Pair) error { all = append(all, p); return nil }); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b *pair.Pair) int { return a.Unit.Compare(b.Unit) })
	return all
}

func TestIntake_keeps_each_pair_once_with_all_its_evidence(t *testing.T) {
	t.Parallel()
	s := newPile(t, 1<<20)
	s.add(t, 0, true, alias(7, "made-up-1"))
	s.add(t, 0, true, exact(7, "made-up-1"))
	s.add(t, 2, true, alias(7, "made-up-1"))
	s.add(t, 2, true, exact(7, "made-up-2"))
	s.add(t, 2, true, exact(8, "made-up-1"))
	digest := exact(8, "made-up-1")
	digest.Digest = true
	s.add(t, 2, true, digest)
	all := s.unified(t)
	if s.balance.Fill(&s.counts); len(all) != 4 || s.counts.Duplicates != 2 {
		t.Fatalf("%d pairs, %d duplicates", len(all), s.counts.Duplicates)
	}
	p := all[0]
	if p.Attribution != hashing.AttributionExact {
		t.Error("the exact match is forgotten")
	}
	if !slices.Equal(p.Inputs, []uint32{0, 2}) {
		t.Errorf("inputs %v", p.Inputs)
	}
	if !all[3].Digest || all[2].Digest {
		t.Error("a digest and a password of the same text are one")
	}
}

func TestIntake_takes_no_attribution_from_a_fabricated_dump(t *testing.T) {
	t.Parallel()
	s := newPile(t, 1<<20)
	s.add(t, 0, false, exact(7, "made-up-1"))
	s.add(t, 1, true, alias(7, "made-up-1"))
	if got := s.unified(t)[0].Attribution; got != hashing.AttributionAlias {
		t.Errorf("attribution %v", got)
	}
}

// TestIntake_is_the_same_on_disk feeds the same records with and without room in memory.
func TestIntake_is_the_same_on_disk(t *testing.T) {
	t.Parallel()
	describe := func(limit int64) string {
		s := newPile(t, limit)
		random := rand.New(rand.NewPCG(1, 2))
		for range 5000 {
			found := []pair.Found{exact(random.Uint32N(50), fmt.Sprint("made-up-", random.Uint32N(40)))}
			if random.Uint32N(5) == 0 {
				found = append(found, alias(random.Uint32N(50), fmt.Sprint("made-up-", random.Uint32N(40))))
			}
			s.add(t, random.Uint32N(3)+1, true, found...)
		}
		var lines []string
		for _, p := range s.unified(t) {
			s.balance.Settle(p, pair.StateRefuted)
			lines = append(lines, fmt.Sprintf("%d %s %v %v %v", p.Account, p.Secret, p.Kind, p.Attribution, p.Further))
		}
		slices.Sort(lines)
		s.balance.Fill(&s.counts)
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

// TestIntake_of_many_accounts_is_that_of_few: what is a further reading does not depend on how it is looked up.
func TestIntake_of_many_accounts_is_that_of_few(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		s := newPile(t, 1<<20)
		var found []pair.Found
		first := make(map[uint32]string)
		for i := range 4 * pair.FewAccounts {
			f := exact(random.Uint32N(2*pair.FewAccounts), fmt.Sprint("made-up-", i))
			if _, known := first[f.Account]; !known {
				first[f.Account] = string(f.Secret)
			}
			found = append(found, f)
		}
		s.add(t, 0, true, found...)
		for _, p := range s.unified(t) {
			if p.Further != (first[p.Account] != string(p.Secret)) {
				t.Fatalf("pair %s of %d is further: %v", p.Secret, p.Account, p.Further)
			}
		}
	}
}

// TestIntake_of_a_sweep: a text that a record holds as well is the record's, and counts there; one that only a sweep has found is
// in no count.
func TestIntake_of_a_sweep(t *testing.T) {
	t.Parallel()
	s := newPile(t, 1<<20)
	for i, secret := range []string{"made-up-1", "made-up-2"} {
		if err := s.intake.AddSwept(pair.SweptUnit(0, uint64(i)), true, exact(7, secret)); err != nil {
			t.Fatal(err)
		}
	}
	s.add(t, 1, true, exact(7, "made-up-1"), exact(8, "made-up-1"))
	s.add(t, 1, true, exact(7, "made-up-1"))
	all := s.unified(t)
	i := slices.IndexFunc(all, func(p *pair.Pair) bool { return p.Account == 7 && string(p.Secret) == "made-up-1" })
	if len(all) != 3 || i < 0 || all[0].Unit != pair.SweptUnit(0, 1) {
		t.Fatalf("%d pairs", len(all))
	}
	if p := all[i]; p.Unit != (pair.Unit{Input: 1}) || !p.Several || !slices.Equal(p.Inputs, []uint32{0, 1}) {
		t.Errorf("%+v", p)
	}
	for _, p := range all {
		s.balance.Settle(p, pair.StateRefuted)
	}
	if s.balance.Fill(&s.counts); s.counts.Refuted != 1 || s.counts.Duplicates != 1 || s.counts.CandidatesRaw != 2 {
		t.Errorf("counts %+v", s.counts)
	}
}

// TestIntake_ends_where_a_visit_fails, and hands its error on.
func TestIntake_ends_where_a_visit_fails(t *testing.T) {
	t.Parallel()
	s := newPile(t, 1<<20)
	for i := range uint32(100) {
		s.add(t, 0, true, exact(i, "made-up-1"))
	}
	full, visited := errors.New("no space left"), 0
	err := s.intake.Unify(func(*pair.Pair) error {
		visited++
		return full
	})
	if !errors.Is(err, full) || visited != 1 {
		t.Errorf("%d are visited, %v", visited, err)
	}
}

// TestIntake_hands_on: what an intake by account holds is unified as if it had never been there.
func TestIntake_hands_on(t *testing.T) {
	t.Parallel()
	into := newPile(t, 1<<20)
	from := pair.NewIntakeBy(pair.Divide(0, 10, 2), 2, t.TempDir(), 1<<20, into.balance)
	defer from.Close()
	for i := range uint64(20) {
		unit := pair.Unit{Input: 0, Record: i}
		if err := from.Add(unit, true, []pair.Found{exact(uint32(i%10), "made-up-1")}); err != nil {
			t.Fatal(err)
		}
	}
	for part := range 2 {
		if err := from.Each(part, func(entry []byte) error {
			var p pair.Pair
			if p.Decode(entry); int(p.Account/5) != part {
				t.Errorf("account %d is in partition %d", p.Account, part)
			}
			return into.intake.Restore(entry)
		}); err != nil {
			t.Fatal(err)
		}
	}
	if all := into.unified(t); len(all) != 10 {
		t.Errorf("%d pairs", len(all))
	}
	into.counts.CandidatesRaw = 20
	if into.balance.Fill(&into.counts); into.counts.Duplicates != 10 {
		t.Errorf("counts %+v", into.counts)
	}
}

// TestIntake_that_cannot_be_written says so at the record that has no room.
func TestIntake_that_cannot_be_written(t *testing.T) {
	t.Parallel()
	intake := pair.NewIntake(t.TempDir()+"/is/not/there", 1, pair.NewBalance(nil))
	defer intake.Close()
	var err error
	for i := range uint64(100_000) {
		if err = intake.Add(pair.Unit{Record: i}, true, []pair.Found{exact(7, fmt.Sprint(i))}); err != nil {
			break
		}
	}
	if err == nil {
		t.Error("all was taken")
	}
}

// TestIntake_takes_no_text_for_another: whatever bytes a password and a digest begin with, they are two pairs.
func TestIntake_takes_no_text_for_another(t *testing.T) {
	t.Parallel()
	s := newPile(t, 64<<20)
	const n = 3000 // some of which lie in the same partition
	for i := range n {
		for _, before := range []string{"", "\x00", "\x01"} {
			password := exact(7, fmt.Sprint(before, i))
			digest := password
			digest.Digest = true
			s.add(t, 0, true, password)
			s.add(t, 0, true, digest)
		}
	}
	if all := s.unified(t); len(all) != 6*n {
		t.Errorf("%d pairs, want %d", len(all), 6*n)
	}
}

// TestBalance_of_a_pair_that_was_forgotten: a record with several pairs that nobody settled is not taken for a duplicate.
func TestBalance_of_a_pair_that_was_forgotten(t *testing.T) {
	t.Parallel()
	s := newPile(t, 1<<20)
	if err := s.intake.AddSwept(pair.SweptUnit(0, 0), true, exact(7, "made-up-1")); err != nil {
		t.Fatal(err)
	}
	s.add(t, 1, true, exact(7, "made-up-1"), exact(8, "made-up-1"))
	s.add(t, 1, true, exact(9, "made-up-1"), exact(9, "made-up-2"))
	all := s.unified(t)
	if s.balance.Fill(&s.counts); len(all) != 4 || s.counts.Duplicates != 0 || s.counts.Candidates != 0 {
		t.Errorf("%d pairs, counts %+v", len(all), s.counts)
	}
	for _, p := range all {
		if p.Account == 7 { // what the sweep found, which a record has brought as well
			s.balance.Settle(p, pair.StateConfirmed)
		}
	}
	if s.balance.Fill(&s.counts); s.counts.Confirmed != 1 || s.counts.Duplicates != 0 {
		t.Errorf("counts %+v", s.counts)
	}
}
