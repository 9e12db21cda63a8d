package pair_test

import (
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
