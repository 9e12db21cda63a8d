package confirm_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/confirm"
	"github.com/credsieve/credsieve/pipeline/control"
	"github.com/credsieve/credsieve/pipeline/history"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// config is what confirming needs, with the key of its index and a folder.
type config struct {
	confirm.Config
	key *hashing.Key
	dir string
}

// newConfig is what confirming needs for three accounts: u1, whose password is Made-Up-1, u2 with a stored hash of an unknown
// scheme, and u3 with one of bcrypt, which reads no NUL, and the password Made-Up-3.
func newConfig(t *testing.T) *config {
	t.Helper()
	hash := stored.FormatArgon2id([]byte("Made-Up-1"), []byte("a salt for tests"), workplace.Cheap)
	other, err := bcrypt.GenerateFromPassword([]byte("Made-Up-3"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	p := workplace.Of(t, "account_id,email,password_hash\nu1,a@example.com,\""+hash+"\"\nu2,b@example.com,$9$unknown\n"+
		"u3,c@example.com,"+strings.Replace(string(other), "$2a$", "$2y$", 1)+"\n")
	ix, recipes := p.Index(t)
	memory := confirm.NewMemory(1 << 20)
	return &config{key: p.Key, dir: t.TempDir(), Config: confirm.Config{
		Index: ix, Recipes: recipes, Gate: confirm.NewGate(1, false, nil), Memory: memory,
		Controls: control.New(control.Config{Index: ix, Key: p.Key, Recipes: recipes, Admit: memory.Admit}),
		Survey:   pair.NewSurvey(pair.NewInputs([]dump.Input{{Meta: dump.Meta{Name: "shop"}}}), nil),
	}}
}

// recipesOf are recipes for the index of cfg.
func recipesOf(t *testing.T, cfg *config, options verify.Options) *verify.Recipes {
	t.Helper()
	options.Limits = stored.DefaultLimits()
	recipes, err := verify.Open(cfg.Index, cfg.key, options)
	if err != nil {
		t.Fatal(err)
	}
	return recipes
}

func rowOf(t *testing.T, cfg *config, id string) uint32 {
	t.Helper()
	for row := range uint32(cfg.Index.Rows()) {
		if a, err := cfg.Index.Account(row); err == nil && a.ID == id {
			return row
		}
	}
	t.Fatalf("no account %s", id)
	return 0
}

// left is a task that a budget leaves.
func left(t pair.Task) pair.Task {
	t.Beyond = true
	return t
}

func task(row uint32, secrets ...string) pair.Task {
	t := pair.Task{Account: row}
	for _, secret := range secrets {
		t.Pairs = append(t.Pairs, &pair.Pair{Account: row, Secret: []byte(secret), Inputs: []uint32{0}})
	}
	return t
}

func TestAccount(t *testing.T) {
	t.Parallel()
	whole := newConfig(t)
	cfg := &whole.Config
	u1, u2, u3 := rowOf(t, whole, "u1"), rowOf(t, whole, "u2"), rowOf(t, whole, "u3")
	late := *cfg
	late.Clock, late.Deadline = time.Now, time.Unix(1, 0)
	refuted, confirmed, moot := confirm.End{State: pair.StateRefuted}, confirm.End{State: pair.StateConfirmed},
		confirm.End{State: pair.StateMoot}
	unknown := confirm.End{State: pair.StateIndeterminate, Cause: stored.CauseUnknownScheme}
	unchecked := confirm.End{State: pair.StateUnchecked, Cause: confirm.CauseUnchecked}
	for name, test := range map[string]struct {
		cfg       *confirm.Config
		task      pair.Task
		confirmed bool
		ends      []confirm.End
		ran       int64
	}{
		"stops at the first match": {cfg, task(u1, "wrong", "Made-Up-1", "other"), false,
			[]confirm.End{refuted, confirmed, moot}, 2},
		"no match":           {cfg, task(u1, "wrong", "other"), false, []confirm.End{refuted, refuted}, 2},
		"confirmed before":   {cfg, task(u1, "wrong", "Made-Up-1"), true, []confirm.End{moot, moot}, 0},
		"cannot be verified": {cfg, task(u2, "wrong", "other"), false, []confirm.End{unknown, unknown}, 0},
		"cannot be looked at": {cfg, task(u3, "a\x00b", "wrong"), false,
			[]confirm.End{{State: pair.StateIndeterminate, Cause: stored.CauseNULInPassword}, refuted}, 3},
		"no time is left":        {&late, task(u1, "Made-Up-1"), false, []confirm.End{unchecked}, 0},
		"a match that is moot":   {&late, task(u1, "Made-Up-1"), true, []confirm.End{moot}, 0},
		"unknown without a time": {&late, task(u2, "wrong"), false, []confirm.End{unknown}, 0},
		"left by a budget":       {cfg, left(task(u1, "wrong", "Made-Up-1")), false, []confirm.End{unchecked, unchecked}, 0},
		"left, and moot":         {cfg, left(task(u1, "Made-Up-1")), true, []confirm.End{moot}, 0},
		"left, and unknown":      {cfg, left(task(u2, "wrong")), false, []confirm.End{unknown}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := confirm.Account(context.Background(), test.cfg, test.task, test.confirmed)
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(v.Ends) != fmt.Sprint(test.ends) || v.Verifications != test.ran {
				t.Errorf("got %v after %d verifications, want %v after %d", v.Ends, v.Verifications, test.ends, test.ran)
			}
			match := false
			for _, end := range v.Ends {
				match = match || end.State == pair.StateConfirmed
			}
			if (v.Finding != nil) != match {
				t.Errorf("finding %v", v.Finding)
			}
		})
	}
}

// TestAccount_of_a_match_after_what_cannot_be_verified: nothing is open for an account that is confirmed.
func TestAccount_of_a_match_after_what_cannot_be_verified(t *testing.T) {
	t.Parallel()
	cfg := newConfig(t)
	v, err := confirm.Account(context.Background(), &cfg.Config, task(rowOf(t, cfg, "u3"), "wrong", "a\x00b", "Made-Up-3", "other"), false)
	if err != nil {
		t.Fatal(err)
	}
	moot := confirm.End{State: pair.StateMoot}
	want := []confirm.End{{State: pair.StateRefuted}, moot, {State: pair.StateConfirmed}, moot}
	if fmt.Sprint(v.Ends) != fmt.Sprint(want) || v.Finding == nil {
		t.Errorf("got %v, want %v", v.Ends, want)
	}
}

// TestAccount_ends_the_run: an account that cannot be looked at, a control that fails, and a run that was interrupted are errors,
// never verdicts.
func TestAccount_ends_the_run(t *testing.T) {
	t.Parallel()
	cfg := newConfig(t)
	u1 := rowOf(t, cfg, "u1")
	if v, err := confirm.Account(context.Background(), &cfg.Config, task(1<<20, "wrong"), false); err == nil {
		t.Errorf("a row that is not there: %v", v.Ends)
	}

	deaf := cfg.Config
	deaf.Controls = control.New(control.Config{Index: cfg.Index, Key: cfg.key, Admit: verify.AtOnce, Recipes: recipesOf(t, cfg, verify.Options{
		Parse: func(encoded string, limits stored.Limits) (stored.Hash, error) {
			hash, err := stored.Parse(encoded, limits)
			return refusing{hash}, err
		},
	})})
	var failed *control.Error
	if v, err := confirm.Account(context.Background(), &deaf, task(u1, "wrong"), false); !errors.As(err, &failed) {
		t.Errorf("a control that fails: %v, %v", v.Ends, err)
	}

	if _, err := confirm.Account(context.Background(), &cfg.Config, task(u1, "wrong"), false); err != nil { // its kind is proved from now on
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	during := cfg.Config
	during.Deadline, during.Clock = time.Unix(1, 0), func() time.Time {
		cancel() // it waits for memory next
		return time.Unix(0, 0)
	}
	if v, err := confirm.Account(ctx, &during, task(u1, "wrong"), false); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted before it has memory: %v, %v", v.Ends, err)
	}
	for range 3 { // each gives back what it held
		if v, err := confirm.Account(ctx, &cfg.Config, task(u1, "wrong"), false); !errors.Is(err, context.Canceled) {
			t.Errorf("interrupted before its turn: %v, %v", v.Ends, err)
		}
	}
	late := cfg.Config
	late.Clock, late.Deadline = time.Now, time.Unix(1, 0)
	if _, err := confirm.Account(context.Background(), &late, task(u1, "wrong"), false); err != nil {
		t.Fatal(err)
	}
	if v, err := confirm.Account(context.Background(), &cfg.Config, task(u1, "Made-Up-1"), false); err != nil || v.Finding == nil {
		t.Errorf("after those that were interrupted: %v, %v", v.Ends, err)
	}
}

// TestAccount_waits_for_memory: no verification begins before its memory is free, except those that kernels put together: they wait for
// each other, and one that waited for memory there would hold up all.
func TestAccount_waits_for_memory(t *testing.T) {
	t.Parallel()
	cfg := newConfig(t)
	var free atomic.Bool
	began := make(chan struct{}, 10)
	cfg.Recipes = recipesOf(t, cfg, verify.Options{Parse: func(encoded string, limits stored.Limits) (stored.Hash, error) {
		hash, err := stored.Parse(encoded, limits)
		return watched{hash, func() {
			if began <- struct{}{}; !free.Load() {
				t.Error("it began while others had all memory")
			}
		}}, err
	}})
	free.Store(true)
	again := task(rowOf(t, cfg, "u1"), "wrong")
	if _, err := confirm.Account(context.Background(), &cfg.Config, again, false); err != nil { // its kind is proved from now on
		t.Fatal(err)
	}
	for len(began) > 0 {
		<-began
	}
	free.Store(false)
	release, err := cfg.Memory.Admit(context.Background(), 1<<20) // all that there is
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		_, err := confirm.Account(context.Background(), &cfg.Config, again, false)
		done <- err
	}()
	select { // what would begin too early has the time to do so
	case <-began:
	case <-time.After(50 * time.Millisecond):
	}
	free.Store(true)
	release()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAccount_of_kernels_waits_for_no_memory(t *testing.T) {
	t.Parallel()
	kernels := stored.NewKernels(1, 1<<28, nil)
	defer kernels.Close()
	cfg := newConfig(t)
	cfg.Recipes, cfg.Gate = recipesOf(t, cfg, verify.Options{Kernels: kernels}), confirm.NewGate(1, false, kernels)
	cfg.Controls = control.New(control.Config{Index: cfg.Index, Key: cfg.key, Recipes: recipesOf(t, cfg, verify.Options{}), Admit: verify.AtOnce})
	row := rowOf(t, cfg, "u3")
	account, err := cfg.Index.Account(row)
	if err != nil {
		t.Fatal(err)
	}
	if target, _ := cfg.Recipes.Target(&account); stored.Width(target.Hash()) > 1 { // else this machine has no kernel for it
		if _, err := cfg.Memory.Admit(context.Background(), 1<<20); err != nil { // all that there is, for good
			t.Fatal(err)
		}
	}
	v, err := confirm.Account(context.Background(), &cfg.Config, task(row, "wrong", "Made-Up-3"), false)
	if err != nil || v.Finding == nil {
		t.Errorf("%v, %v", v.Ends, err)
	}
}

// TestAccount_writes_what_is_certain: a verdict is on disk when it is counted, and what is not certain never is.
func TestAccount_writes_what_is_certain(t *testing.T) {
	t.Parallel()
	cfg := newConfig(t)
	open := func(readOnly bool) *history.History {
		h, err := history.Open(history.Config{
			Dir: filepath.Join(cfg.dir, "state"), Key: cfg.key, Index: cfg.Index, Now: time.Unix(1e9, 0), ReadOnly: readOnly,
		})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	cfg.History = open(false)
	work := task(rowOf(t, cfg, "u3"), "a\x00b", "wrong")
	if _, err := confirm.Account(context.Background(), &cfg.Config, work, false); err != nil {
		t.Fatal(err)
	}
	cfg.History.Close()
	again := open(true)
	defer again.Close()
	cfg.History = again
	if v, err := confirm.Account(context.Background(), &cfg.Config, task(work.Account, "other"), false); err == nil {
		t.Errorf("a verdict that could not be written was counted: %v", v.Ends)
	}
	account, err := cfg.Index.Account(work.Account)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{false, true} {
		known, err := again.Known(again.Credential(&account), &account, work.Pairs[i], cfg.Survey)
		if err != nil || known != want {
			t.Errorf("pair %d: known %v, %v", i, known, err)
		}
	}
}

// watched is a stored hash that tells of each verification before it begins.
type watched struct {
	stored.Hash
	begins func()
}

func (w watched) Verify(password []byte) stored.Result {
	w.begins()
	return w.Hash.Verify(password)
}

// refusing is a stored hash that no password opens.
type refusing struct{ stored.Hash }

func (refusing) Verify([]byte) stored.Result { return stored.Result{Outcome: stored.NoMatch} }
