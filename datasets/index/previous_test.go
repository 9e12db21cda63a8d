package index

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
)

func buildWith(t testing.TB, dir string, key *hashing.Key, all []accounts.Account, workers int) *Meta {
	t.Helper()
	m, err := Build(context.Background(), &source{all: all}, BuildOptions{Dir: dir, Key: key,
		Now: time.Unix(1, 0), Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func buildOn(t testing.TB, dir, previous string, key *hashing.Key, all []accounts.Account) *Meta {
	t.Helper()
	m, err := Build(context.Background(), &source{all: all}, BuildOptions{Dir: dir, Key: key,
		Now: time.Unix(2, 0), Previous: previous})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// answers is all that an index says, by account id, and which ids each token names.
type answers struct {
	accounts map[string]Account
	owners   map[hashing.Token][]string
	counts   string
}

func ask(t testing.TB, x *Index, key *hashing.Key, names []accounts.Identifier) answers {
	t.Helper()
	m := x.Meta()
	a := answers{map[string]Account{}, map[hashing.Token][]string{}, fmt.Sprint(m.Accounts, m.Indexed,
		m.NoPassword, m.RowsRejected, m.Canaries, m.Identifiers, m.IdentifiersByKind,
		m.IdentifiersUnusable, m.Schemes, m.Costs, m.NotVerifiable)}
	for _, name := range names {
		for _, token := range tokensOf(key, name) {
			for _, row := range x.Lookup(token, nil) {
				if !x.MayContain(token) {
					t.Fatal("the filter does not know a token that the table has")
				}
				account, err := x.Account(row)
				if err != nil {
					t.Fatal(err)
				}
				if x.IsCanary(row) != account.Canary || x.HasCredentialTag(row) != (account.CredentialTag != "") ||
					x.HashSteps(row) != account.HashSteps {
					t.Fatalf("row %d is two different things", row)
				}
				a.accounts[account.ID] = account
				a.owners[token] = append(a.owners[token], account.ID)
			}
		}
	}
	for _, ids := range a.owners {
		slices.Sort(ids)
	}
	if err := x.Err(); err != nil {
		t.Fatal(err)
	}
	return a
}

// randomExport draws accounts with ids from a small set, so that they come, go, change and swap
// identifiers from night to night.
func randomExport(rt *rapid.T) (all []accounts.Account) {
	for _, id := range rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}).Draw(rt, "order") {
		if rapid.IntRange(0, 5).Draw(rt, "gone") == 0 {
			continue
		}
		a := account(fmt.Sprint("id-", id))
		for range rapid.IntRange(0, 3).Draw(rt, "identifiers") {
			a.Identifiers = append(a.Identifiers, rapid.SampledFrom(someNames).Draw(rt, "name"))
		}
		a.PasswordHash = rapid.SampledFrom([]string{"", cheapHash, cheapHash, cheapHash + "x",
			"$9$unknown"}).Draw(rt, "hash")
		a.Canary = rapid.IntRange(0, 3).Draw(rt, "canary") == 0
		a.LastActiveAt = time.Unix(rapid.Int64Range(1, 2).Draw(rt, "active"), 0).UTC()
		a.CredentialTag = rapid.SampledFrom([]string{"", "", "8:a3"}).Draw(rt, "tag")
		all = append(all, a)
	}
	return append(all, account("always", email("always@example.com")))
}

var someNames = func() (all []accounts.Identifier) {
	for i := range 8 {
		all = append(all, email(fmt.Sprintf("n.%d@gmail.com", i)), email(fmt.Sprintf("n%d@example.org", i)),
			accounts.Identifier{Kind: hashing.KindUsername, Text: fmt.Sprint("name", i)})
	}
	return append(all, accounts.Identifier{Kind: hashing.KindPhone, Text: "no number"},
		email("always@example.com"))
}()

// An index that was built upon earlier ones answers as one that was built wholly does, night after
// night, in the same folder and in others.
func TestPreviousAnswersAsAFullBuild(t *testing.T) {
	t.Parallel()
	key, root, run := newKey(t), t.TempDir(), 0
	carried := int64(0)
	rapid.Check(t, func(rt *rapid.T) {
		run++
		chain := filepath.Join(root, fmt.Sprint(run, "-chain"))
		last := map[string]accounts.Account{}
		changedIn := map[string]int64{}
		for night := range rapid.IntRange(2, 4).Draw(rt, "nights") {
			all := randomExport(rt)
			full := filepath.Join(root, fmt.Sprint(run, "-", night))
			buildOn(t, full, "", key, all)
			next := chain
			if rapid.Bool().Draw(rt, "elsewhere") {
				next = filepath.Join(root, fmt.Sprint(run, "-chain-", night))
			}
			previous := chain
			if night == 0 {
				next, previous = chain, ""
			}
			m := buildOn(t, next, previous, key, all)
			chain = next
			if p := m.Previous; p != nil {
				carried += p.Carried
				if p.Added+p.Changed+p.Updated+p.Carried != m.Indexed || p.Removed < 0 {
					rt.Fatalf("the numbers %+v do not make %d", p, m.Indexed)
				}
			}
			if _, err := Verify(context.Background(), next); err != nil {
				rt.Fatal(err)
			}
			want, got := mustOpen(t, full, key), mustOpen(t, next, key)
			compareAnswers(rt, ask(t, want, key, someNames), ask(t, got, key, someNames))
			now := map[string]accounts.Account{}
			for _, a := range all {
				if before, ok := last[a.ID]; !ok || before.PasswordHash != a.PasswordHash ||
					!slices.Equal(before.Identifiers, a.Identifiers) {
					changedIn[a.ID] = m.Generation
				}
				if (a.PasswordHash != "" || a.Canary) && usable(a) {
					now[a.ID] = a
				} else {
					delete(changedIn, a.ID)
				}
			}
			checkChanged(rt, got, key, changedIn)
			last = now
			want.Close()
			got.Close()
		}
	})
	if carried == 0 {
		t.Error("nothing was ever carried over")
	}
}

func usable(a accounts.Account) bool {
	return slices.ContainsFunc(a.Identifiers, func(id accounts.Identifier) bool {
		return len(hashing.NewCanonicalizer().Forms(id.Kind, []byte(id.Text))) > 0
	})
}

func compareAnswers(rt *rapid.T, want, got answers) {
	if want.counts != got.counts {
		rt.Fatalf("counted\n%s, a full build\n%s", got.counts, want.counts)
	}
	if !maps.Equal(want.accounts, got.accounts) {
		rt.Fatalf("accounts\n%+v\n, a full build\n%+v", got.accounts, want.accounts)
	}
	if !maps.EqualFunc(want.owners, got.owners, slices.Equal) {
		rt.Fatalf("owners\n%v\n, a full build\n%v", got.owners, want.owners)
	}
}

func checkChanged(rt *rapid.T, x *Index, key *hashing.Key, changedIn map[string]int64) {
	for _, name := range someNames {
		for _, token := range tokensOf(key, name) {
			for _, row := range x.Lookup(token, nil) {
				a, err := x.Account(row)
				if err != nil {
					rt.Fatal(err)
				}
				for g := range x.Meta().Generation + 1 {
					if x.ChangedSince(row, g) != (changedIn[a.ID] > g) {
						rt.Fatalf("%s changed in %d: since %d it is %v", a.ID, changedIn[a.ID], g,
							x.ChangedSince(row, g))
					}
				}
			}
		}
	}
}

func TestPreviousRefuses(t *testing.T) {
	t.Parallel()
	key, dir := newKey(t), t.TempDir()
	buildOn(t, dir, "", key, some(100))
	build := func(o BuildOptions, all []accounts.Account) (*Meta, error) {
		o.Dir = filepath.Join(t.TempDir(), "new")
		if o.Key == nil {
			o.Key = key
		}
		return Build(context.Background(), &source{all: all}, o)
	}
	_, err := build(BuildOptions{Previous: dir, Key: newKey(t)}, some(100))
	wantError(t, err, "cannot be carried over: index")
	_, err = build(BuildOptions{Previous: filepath.Join(dir, "none")}, some(100))
	wantError(t, err, "cannot be carried over")
	twice := append(some(100), some(51)[50])
	_, err = build(BuildOptions{Previous: dir}, twice)
	wantError(t, err, `row 101: account id "a50" was already used in row 51`)
	for name, o := range map[string]BuildOptions{
		"the false-positive rate was 0.001": {FPR: 0.01},
		"limits or rules have changed": {Limits: func() stored.Limits {
			l := stored.DefaultLimits()
			l.Argon2Time = 3
			return l
		}()},
	} {
		o.Previous = dir
		m, err := build(o, some(100))
		if err != nil {
			t.Fatal(err)
		}
		wantError(t, fmt.Errorf("%s", m.Previous.Rewritten), name)
		if m.Previous.Carried != 100 || len(m.Segments) != 1 {
			t.Errorf("%s: %+v", name, m.Previous)
		}
	}
	// The first night of a nightly job.
	first := filepath.Join(t.TempDir(), "first")
	if m := buildOn(t, first, first, key, some(10)); m.Previous.Rewritten != "there was no index yet" {
		t.Errorf("the first night: %+v", m.Previous)
	}
}

// After many nights, or when much was replaced, the tables become one again, and marks stay.
func TestPreviousIsGathered(t *testing.T) {
	t.Parallel()
	key, dir := newKey(t), t.TempDir()
	all := some(1000)
	buildOn(t, dir, "", key, all)
	for night := range 2 * maxSegments {
		all[night].PasswordHash = cheapHash + fmt.Sprint(night)
		m := buildOn(t, dir, dir, key, all)
		if len(m.Segments) > maxSegments || m.Previous.Changed != 1 || m.Previous.Carried != 999 {
			t.Fatalf("night %d: %d segments, %+v", night, len(m.Segments), m.Previous)
		}
	}
	x := mustOpen(t, dir, key)
	for i, want := range map[int]int64{0: 2, 9: 11, 15: 17, 500: 1} {
		row := x.Lookup(tokensOf(key, email(fmt.Sprintf("user%d@example.com", i)))[0], nil)[0]
		if !x.ChangedSince(row, want-1) || x.ChangedSince(row, want) {
			t.Errorf("account %d did not change in generation %d", i, want)
		}
	}
	if left := len(names(t, dir)); left > 4+2*(2+3*maxSegments) {
		t.Errorf("%d files are left", left)
	}
	if _, err := os.Stat(filepath.Join(dir, dataName(fileAccounts, x.Meta().ID))); err != nil {
		t.Error(err)
	}
}
