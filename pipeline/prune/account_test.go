package prune

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/history"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/verify"
)

var tonight = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// inputsOf are inputs of dumps of these names, without a date.
func inputsOf(names ...string) *pair.Inputs {
	var list []dump.Input
	for _, name := range names {
		list = append(list, dump.Input{Meta: dump.Meta{Name: name}})
	}
	return pair.NewInputs(list)
}

// work is an index of the accounts "plain", whose password was changed in 2026, and "admin", with what rules did.
type work struct {
	t       *testing.T
	key     *hashing.Key
	index   *index.Index
	rules   *Rules
	dropped []string
}

func newWork(t *testing.T, dumps ...string) *work {
	t.Helper()
	hash := stored.FormatArgon2id([]byte("Made-Up-1"), []byte("a salt for tests"), workplace.Cheap)
	key := workplace.NewKey(t)
	p := workplace.OfKey(t, "account_id,email,password_hash,password_changed_at,privilege\n"+
		"plain,a@example.com,\""+hash+"\",2026-06-01T00:00:00Z,user\nadmin,b@example.com,\""+hash+"\",,admin\n", key)
	ix, err := index.OpenWithIDs(p.IndexDir, key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	recipes, err := verify.Open(ix, key, verify.Options{Limits: stored.DefaultLimits()})
	if err != nil {
		t.Fatal(err)
	}
	w := &work{t: t, key: key, index: ix}
	w.rules = &Rules{
		Index: ix, Recipes: recipes, Costs: new(verify.Costs), Survey: pair.NewSurvey(inputsOf(dumps...), nil),
		Past: make([]*ledger.Dump, len(dumps)), Most: 100, Now: tonight,
		Drop: func(p *pair.Pair, became pair.State) {
			w.dropped = append(w.dropped, fmt.Sprintf("%s %d", p.Secret, became))
		},
	}
	return w
}

func (w *work) row(id string) uint32 {
	w.t.Helper()
	for row := range uint32(w.index.Rows()) {
		if a, err := w.index.Account(row); err == nil && a.ID == id {
			return row
		}
	}
	w.t.Fatalf("no account %s", id)
	return 0
}

// pair is one of the first input, whose place is its number.
func (w *work) pair(id, secret string, number uint64, inputs ...uint32) *pair.Pair {
	if len(inputs) == 0 {
		inputs = []uint32{0}
	}
	return &pair.Pair{
		Account: w.row(id), Secret: []byte(secret), Inputs: inputs, Unit: pair.Unit{Input: inputs[0], Record: number},
		Attribution: hashing.AttributionExact, Kind: hashing.KindEmail,
	}
}

// prune returns what is left of the pairs of an account, each with its class.
func (w *work) prune(id string, pairs ...*pair.Pair) []string {
	w.t.Helper()
	a, err := w.rules.Account(w.row(id), new(pair.Keeper))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, p := range pairs {
		if err := a.Take(p); err != nil {
			w.t.Fatal(err)
		}
	}
	var left []string
	if err := a.Each(func(class int, p *pair.Pair) error {
		left = append(left, fmt.Sprintf("%s %d", p.Secret, class))
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
	return left
}

// night opens the state of the work for one run.
func (w *work) night(state string) *history.History {
	w.t.Helper()
	h, err := history.Open(history.Config{Dir: state, Key: w.key, Index: w.index, Now: tonight})
	if err != nil {
		w.t.Fatal(err)
	}
	w.rules.History, w.dropped = h, nil
	return h
}

func (w *work) check(what string, left, wantLeft []string, wantDropped ...string) {
	w.t.Helper()
	slices.Sort(w.dropped)
	slices.Sort(wantDropped)
	if !slices.Equal(left, wantLeft) || !slices.Equal(w.dropped, wantDropped) {
		w.t.Errorf("%s: left %v, dropped %v; want %v and %v", what, left, w.dropped, wantLeft, wantDropped)
	}
	w.dropped = nil
}

// became is how a dropped pair is noted.
func became(secret string, state pair.State) string { return fmt.Sprintf("%s %d", secret, state) }

// TestAccount_without_rules: every pair is left, those that are likely first.
func TestAccount_without_rules(t *testing.T) {
	t.Parallel()
	w := newWork(t, "shop")
	further, digest, swept := w.pair("plain", "further", 1), w.pair("plain", "5f4dcc3b5aa765d61d8327deb882cf99", 2), w.pair("plain", "swept", 0)
	further.Further, digest.Digest, swept.Unit = true, true, pair.SweptUnit(0, 0)
	left := w.prune("plain", swept, further, w.pair("plain", "\x01", 3), w.pair("plain", "second", 5), w.pair("plain", "first", 4), digest)
	w.check("order", left, []string{"5f4dcc3b5aa765d61d8327deb882cf99 0", "first 0", "second 0", "\x01 0", "further 0", "swept 0"})
}

// TestAccount_by_policy: a password that cannot have been set when the account's was is left out, a digest never.
func TestAccount_by_policy(t *testing.T) {
	t.Parallel()
	w := newWork(t, "shop")
	policy, err := ParsePolicy([]byte("- {from: 2020-01-01, min_length: 8}\n"))
	if err != nil {
		t.Fatal(err)
	}
	w.rules.Policy = policy
	digest := w.pair("plain", "digest", 3)
	digest.Digest = true
	left := w.prune("plain", w.pair("plain", "short", 1), w.pair("plain", "long enough", 2), digest)
	w.check("changed under the policy", left, []string{"long enough 0", "digest 0"}, became("short", pair.StatePrunedPolicy))
	w.check("change not known", w.prune("admin", w.pair("admin", "short", 1)), []string{"short 0"})
}

// TestAccount_over_the_cap: what has no turn is undecided, unless only a sweep found it.
func TestAccount_over_the_cap(t *testing.T) {
	t.Parallel()
	for _, backwards := range []bool{false, true} {
		w := newWork(t, "junk", "leak")
		w.rules.Most = 2
		swept := w.pair("plain", "swept", 0)
		swept.Unit = pair.SweptUnit(0, 9)
		pairs := []*pair.Pair{
			w.pair("plain", "junk 1", 1, 0), w.pair("plain", "junk 2", 2, 0), w.pair("plain", "junk 3", 3, 0), swept, w.pair("plain", "leaked", 1, 1),
		}
		if backwards {
			slices.Reverse(pairs)
		}
		w.check("beyond the cap", w.prune("plain", pairs...), []string{"junk 1 0", "leaked 0"},
			became("junk 2", pair.StateOverCap), became("junk 3", pair.StateOverCap), became("swept", pair.StateSetAside))
		w.check("up to the cap", w.prune("plain", pairs[:2]...), w.prune("plain", pairs[:2]...))
	}
}

// TestAccount_remembers: what an earlier run decided is not tried again, and what it left over comes first in the next one.
func TestAccount_remembers(t *testing.T) {
	t.Parallel()
	w := newWork(t, "junk", "leak")
	w.rules.Most = 2
	state := filepath.Join(t.TempDir(), "state")
	pairs := []*pair.Pair{
		w.pair("plain", "junk 1", 1, 0), w.pair("plain", "junk 2", 2, 0), w.pair("plain", "junk 3", 3, 0), w.pair("plain", "leaked", 1, 1),
	}
	end := func(h *history.History) {
		if err := h.Finish(history.Night{Inputs: w.rules.Survey.Inputs, Past: w.rules.Past, Held: pair.NewRowSet()}); err != nil {
			t.Fatal(err)
		}
		h.Close()
	}
	h := w.night(state)
	w.check("the first night", w.prune("plain", pairs...), []string{"junk 1 0", "leaked 0"},
		became("junk 2", pair.StateOverCap), became("junk 3", pair.StateOverCap))
	account, err := w.index.Account(w.row("plain"))
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{0, 3} {
		if err := h.Write(t.Context(), &account, pairs[i], nil, w.rules.Survey.Inputs); err != nil {
			t.Fatal(err)
		}
	}
	end(h)

	h = w.night(state)
	w.rules.Most = 1
	fresh := w.pair("plain", "fresh", 2, 1)
	w.check("the second night", w.prune("plain", append(pairs, fresh)...), []string{"junk 2 0"}, became("junk 1", pair.StateRemembered),
		became("leaked", pair.StateRemembered), became("junk 3", pair.StateOverCap), became("fresh", pair.StateOverCap))
	end(h)

	h = w.night(state)
	w.rules.Most = 100
	// Three wait, and two are new: what waits is worth more than what is new.
	w.check("the third night", w.prune("plain", w.pair("plain", "newer", 0, 1), fresh, pairs[2]), []string{"junk 3 0", "fresh 0", "newer 0"})
	end(h)

	h = w.night(state)
	if waiting, err := h.Waiting(h.Credential(&account)); err != nil || len(waiting) != 0 {
		t.Errorf("after all had their turn, %d wait, %v", len(waiting), err)
	}
	h.Close()
	if _, err := w.rules.Account(w.row("plain"), new(pair.Keeper)); err == nil {
		t.Error("a state that cannot be read is taken for an empty one")
	}
}

// TestAccount_that_was_tried: a dump whose pairs earlier runs have tried had its turns already.
func TestAccount_that_was_tried(t *testing.T) {
	t.Parallel()
	w := newWork(t, "tried", "leak")
	state := filepath.Join(t.TempDir(), "state")
	account, err := w.index.Account(w.row("plain"))
	if err != nil {
		t.Fatal(err)
	}
	var tried []*pair.Pair
	h := w.night(state)
	for i := range uint64(5) {
		tried = append(tried, w.pair("plain", fmt.Sprintf("tried %d", i), i+10, 0))
		if err := h.Write(t.Context(), &account, tried[i], nil, w.rules.Survey.Inputs); err != nil {
			t.Fatal(err)
		}
	}
	w.rules.Most = 2
	pairs := slices.Concat(tried, []*pair.Pair{
		w.pair("plain", "more of it", 1, 0), w.pair("plain", "leaked 1", 1, 1), w.pair("plain", "leaked 2", 2, 1),
	})
	left := w.prune("plain", pairs...)
	h.Close()
	if !slices.Equal(left, []string{"leaked 1 0", "leaked 2 0"}) {
		t.Errorf("left %v", left)
	}
	a, err := (&Rules{Index: w.index, Policy: new(Policy)}).Account(w.row("plain"), new(pair.Keeper))
	if err != nil || a.about.ID != "plain" {
		t.Fatal(err)
	}
	a.rules.History, a.rules.Survey, a.rules.Past, a.about.credential = h, w.rules.Survey, w.rules.Past, h.Credential(&account)
	if err := a.Take(pairs[6]); err == nil {
		t.Error("a verdict that cannot be read is taken for none")
	}
}

// TestAccount_with_a_budget: accounts compete, and what matters more comes first.
func TestAccount_with_a_budget(t *testing.T) {
	t.Parallel()
	w := newWork(t, "shop")
	w.rules.Cut, w.rules.Lots = Everything(), NewLots(w.key, 2, 2)
	recipes, err := verify.Open(w.index, w.key, verify.Options{
		Limits: stored.DefaultLimits(), Parse: func(encoded string, limits stored.Limits) (stored.Hash, error) {
			hash, err := stored.Parse(encoded, limits)
			return slow{hash}, err
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.rules.Recipes = recipes
	class := func(id string) string {
		left := w.prune(id, w.pair(id, "secret", 1))
		if len(left) != 1 {
			t.Fatal(left)
		}
		_, class, _ := strings.Cut(left[0], " ")
		return class
	}
	account, err := w.index.Account(w.row("plain"))
	if err != nil {
		t.Fatal(err)
	}
	target, cause := w.rules.Recipes.Target(&account)
	if cause != "" {
		t.Fatal(cause)
	}
	cost := w.rules.Costs.Of(target.Hash()).Each
	if worth(&index.Account{}, cost) >= 0 {
		t.Fatal("a slow verification costs nothing")
	}
	for id, more := range map[string]float64{"plain": 0, "admin": yieldAdmin} {
		if got, want := class(id), classOf(yieldNoDate+more+worth(&index.Account{}, cost)); got != fmt.Sprint(want) {
			t.Errorf("%s: class %s, want %d", id, got, want)
		}
	}
}

// slow is a stored hash whose verification takes some milliseconds.
type slow struct{ stored.Hash }

func (s slow) Verify(password []byte) stored.Result {
	time.Sleep(4 * time.Millisecond)
	return s.Hash.Verify(password)
}

// TestEntryOf_what_is_open_twice: what an earlier run left over, in one way or two, is first in line once.
func TestEntryOf_what_is_open_twice(t *testing.T) {
	t.Parallel()
	w := newWork(t, "cut", "whole")
	w.rules.Past[0] = &ledger.Dump{Open: 1}
	h := w.night(filepath.Join(t.TempDir(), "state"))
	defer h.Close()
	a, err := w.rules.Account(w.row("plain"), new(pair.Keeper))
	if err != nil {
		t.Fatal(err)
	}
	if a.left.night != uint64(tonight.Unix()) {
		t.Errorf("what is left over is chosen as in night %d", a.left.night)
	}
	open, left := w.pair("plain", "open", 1, 0), w.pair("plain", "left over", 1, 1)
	a.waiting = []uint64{a.print(open), a.print(left)}
	slices.Sort(a.waiting)
	for _, p := range []*pair.Pair{open, left} {
		if e := a.entryOf(p); !e.waited || e.score != yieldNoDate+yieldOpen {
			t.Errorf("%s: %v", p.Secret, e.score)
		}
	}
	if e := a.entryOf(w.pair("plain", "new", 2, 1)); e.waited || e.score != yieldNoDate {
		t.Errorf("new: %v", e.score)
	}
}

// TestEach_of_a_flood: what one dump holds beyond its share comes after all else, in a budget alone.
func TestEach_of_a_flood(t *testing.T) {
	t.Parallel()
	w := newWork(t, "flood", "leak")
	var pairs []*pair.Pair
	for i := range uint64(2 * leastShare) {
		pairs = append(pairs, w.pair("plain", fmt.Sprint(i), i, 0))
	}
	pairs = append(pairs, w.pair("plain", "1000", 0, 1))
	w.rules.Most = 1000
	last := func(left []string) (count int) {
		for _, text := range left {
			var secret, class int
			if _, err := fmt.Sscan(text, &secret, &class); err != nil {
				t.Fatal(err)
			}
			if class >= 2*yields {
				count++
			}
		}
		return count
	}
	if n := last(w.prune("plain", pairs...)); n != 0 {
		t.Errorf("%d come last without a budget", n)
	}
	w.rules.Lots, w.rules.Drop = NewLots(w.key, 2, 2), func(*pair.Pair, pair.State) {}
	w.rules.draft = newDraft(w.rules.Survey.Inputs, w.rules.Lots, t.TempDir(), 1)
	if left := w.prune("plain", pairs...); len(left) != 0 {
		t.Errorf("%d pairs came out of a draft", len(left))
	}
	cut, err := w.rules.draft.decide(math.Inf(1))
	if err != nil {
		t.Fatal(err)
	}
	w.rules.draft, w.rules.Cut = nil, cut
	if n := last(w.prune("plain", pairs...)); n < leastShare*7/10 || n > leastShare*13/10 {
		t.Errorf("%d come last, want about %d", n, leastShare)
	}
}

// TestAccount_that_cannot_be_read is an error, and so is what the caller says of a pair.
func TestAccount_that_cannot_be_read(t *testing.T) {
	t.Parallel()
	w := newWork(t, "shop")
	if _, err := w.rules.Account(1<<20, new(pair.Keeper)); err != nil {
		t.Errorf("rules that need not know the account: %v", err)
	}
	w.rules.Policy = new(Policy)
	if _, err := w.rules.Account(1<<20, new(pair.Keeper)); err == nil {
		t.Error("an account that is not there has no error")
	}
	a, err := w.rules.Account(w.row("plain"), new(pair.Keeper))
	if err == nil {
		err = a.Take(w.pair("plain", "secret", 1))
	}
	if err != nil {
		t.Fatal(err)
	}
	full := errors.New("no space left")
	if err := a.Each(func(int, *pair.Pair) error { return full }); !errors.Is(err, full) {
		t.Errorf("the error of a visit became %v", err)
	}
}
