package control_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/control"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// lying is a stored hash that says of every password what a test wants, and that passwords can be planted in as it wants.
type lying struct {
	stored.Hash
	says  stored.Outcome // unspecified: the truth
	plant func(password []byte) (string, error)
}

func (l lying) Verify(password []byte) stored.Result {
	if l.says == stored.OutcomeUnspecified {
		return l.Hash.Verify(password)
	}
	return stored.Result{Outcome: l.says}
}

func (l lying) Plant(password []byte) (string, error) { return l.plant(password) }

func plantWell(password []byte) (string, error) {
	return stored.FormatArgon2i(password, []byte("a planted salt"), workplace.Cheap), nil
}

// kinds is an index with accounts of three kinds of stored hashes, one of which nothing can verify.
func kinds(t *testing.T, parse func(string, stored.Limits) (stored.Hash, error)) *control.Controls {
	t.Helper()
	p := workplace.Of(t, "account_id,email,password_hash\n"+
		"u1,a@example.com,\""+cheapHash("Made-Up-1")+"\"\n"+
		"u2,b@example.com,\""+cheapHash("Made-Up-2")+"\"\n"+
		"u3,c@example.com,\""+stored.FormatArgon2i([]byte("Made-Up-3"), []byte("a salt for tests"), workplace.Cheap)+"\"\n"+
		"u4,d@example.com,$9$unknown\n")
	ix, _ := p.Index(t)
	recipes, err := verify.Open(ix, p.Key, verify.Options{Limits: stored.DefaultLimits(), Parse: parse})
	if err != nil {
		t.Fatal(err)
	}
	return control.New(control.Config{Index: ix, Key: p.Key, Recipes: recipes, Workers: 1, Admit: verify.AtOnce})
}

// TestSample_says_what_fails: a verifier that is wrong about a kind ends the run, also when it is wrong about one alone.
func TestSample_says_what_fails(t *testing.T) {
	t.Parallel()
	spoiled := func(only string, says stored.Outcome, plant func([]byte) (string, error)) *control.Controls {
		return kinds(t, func(encoded string, limits stored.Limits) (stored.Hash, error) {
			hash, err := stored.Parse(encoded, limits)
			if err != nil || !strings.HasPrefix(encoded, only) {
				return hash, err
			}
			return lying{hash, says, plant}, nil
		})
	}
	garbage := func([]byte) (string, error) { return "$9$unknown", nil }
	another := func([]byte) (string, error) { return cheapHash("another"), nil }
	for want, c := range map[string]*control.Controls{
		"the run confirms what is wrong: a random password opened a stored hash of argon2id (m=8,t=1,p=1)": spoiled("$argon2id$", stored.Match, plantWell),
		"a random password opened a stored hash of argon2i (":                                              spoiled("$argon2i$", stored.Match, plantWell),
		"a stored hash of argon2i (m=8,t=1,p=1) was not confirmed (no_match); nothing is published":        spoiled("$argon2i$", stored.NoMatch, plantWell),
		"was not confirmed (cannot_verify)":                                                                spoiled("$argon2i$", stored.CannotVerify, plantWell),
		"was not confirmed (unknown_scheme)":                                                               spoiled("$argon2id$", stored.OutcomeUnspecified, garbage),
		"of argon2id (m=8,t=1,p=1) was not confirmed (no_match)":                                           spoiled("$argon2id$", stored.OutcomeUnspecified, another),
	} {
		err := c.Sample(context.Background())
		var failed *control.Error
		if !errors.As(err, &failed) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
		if again := c.Sample(context.Background()); again == nil || again.Error() != err.Error() {
			t.Errorf("the second time: %v, the first: %v", again, err)
		}
	}
}

// TestSample_counts_each_kind_once, in this task of a run and in others.
func TestSample_counts_each_kind_once(t *testing.T) {
	t.Parallel()
	c := kinds(t, nil)
	for range 2 {
		if err := c.Sample(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	var want rundir.Controls
	want.Positive.Planted, want.Positive.Confirmed, want.Negative.Probed, want.Negative.Refuted = 2, 2, 2, 2
	if got := c.Counts(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	names := slices.Sorted(maps.Keys(c.Kinds()))
	if strings.Join(names, "; ") != "argon2i m=8,t=1,p=1 0; argon2id m=8,t=1,p=1 0" {
		t.Errorf("kinds %q", names)
	}
	whole := kinds(t, nil)
	for range 2 {
		whole.Take(c.Kinds())
		if got := whole.Counts(); got != want {
			t.Errorf("taken: %+v, want %+v", got, want)
		}
	}
	if err := whole.Sample(context.Background()); err != nil || whole.Counts() != want {
		t.Errorf("what others have proved is proved again: %+v, %v", whole.Counts(), err)
	}
}

// TestSample_of_what_cannot_be_planted: that is not a fault of the verifier, and not counted.
func TestSample_of_what_cannot_be_planted(t *testing.T) {
	t.Parallel()
	c := kinds(t, func(encoded string, limits stored.Limits) (stored.Hash, error) {
		hash, err := stored.Parse(encoded, limits)
		if err != nil {
			return nil, err
		}
		return lying{hash, stored.CannotVerify, func([]byte) (string, error) { return "", errors.New("not of this kind") }}, nil
	})
	if err := c.Sample(context.Background()); err != nil || c.Counts() != (rundir.Controls{}) {
		t.Errorf("%+v, %v", c.Counts(), err)
	}
}

// TestSample_ends_with_its_run: neither a verdict nor a control that was not made.
func TestSample_ends_with_its_run(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := kinds(t, nil).Sample(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if probed, err := control.Screen(ended, screenConfig(t)); probed != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d, %v", probed, err)
	}
}

// TestSample_ends_with_any_verification: none that could not be made is taken for one that said the right thing.
func TestSample_ends_with_any_verification(t *testing.T) {
	t.Parallel()
	p := workplace.Of(t, "account_id,email,password_hash\nu1,a@example.com,\""+cheapHash("Made-Up-1")+"\"\n")
	ix, recipes := p.Index(t)
	refused := errors.New("no memory is left")
	sample := func(at int) error {
		asked := 0
		c := control.New(control.Config{Index: ix, Key: p.Key, Recipes: recipes, Workers: 1, Admit: func(context.Context, int64) (func(), error) {
			if asked++; asked == at {
				return nil, refused
			}
			return func() {}, nil
		}})
		return c.Sample(context.Background())
	}
	all := 0
	for at := 1; ; at++ {
		err := sample(at)
		if err == nil {
			break // there are not so many
		}
		if all++; !errors.Is(err, refused) {
			t.Errorf("verification %d: %v", at, err)
		}
	}
	if all < 2 {
		t.Errorf("only %d verifications can fail: one of a wrong and one of a planted password are made", all)
	}
}

func screenConfig(t *testing.T) control.Config {
	t.Helper()
	p := workplace.Of(t, "account_id,email,password_hash\nu1,a@example.com,\""+cheapHash("Made-Up-1")+"\"\n")
	ix, recipes := p.Index(t)
	return control.Config{Index: ix, Key: p.Key, Recipes: recipes}
}

// TestControls_of_an_index_that_cannot_be_read: none of them is taken for passed.
func TestControls_of_an_index_that_cannot_be_read(t *testing.T) {
	t.Parallel()
	p := workplace.Of(t, "account_id,email,password_hash\nu1,a@example.com,\""+cheapHash("Made-Up-1")+"\"\n")
	ix, recipes := p.Index(t)
	cfg := control.Config{Index: ix, Key: p.Key, Recipes: recipes, Workers: 1, Admit: verify.AtOnce}
	answers := []verify.Answer{{AccountID: "u1", Password: []byte("Made-Up-1"), Identifier: "a@example.com", Kind: hashing.KindEmail}}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := control.New(cfg).Answers(ended, answers); !errors.Is(err, context.Canceled) {
		t.Errorf("a known answer of a run that ended: %v", err)
	}
	files, err := filepath.Glob(filepath.Join(p.IndexDir, "accounts*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no table of accounts", err)
	}
	for _, file := range files {
		if err := os.Truncate(file, 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := control.New(cfg).Sample(context.Background()); err == nil {
		t.Error("a sample that could not be read passed")
	}
	if probed, err := control.Screen(context.Background(), cfg); err == nil {
		t.Errorf("screening passed, with %d accounts", probed)
	}
	err = control.New(cfg).Answers(context.Background(), answers)
	var failed *control.Error
	if err == nil || errors.As(err, &failed) {
		t.Errorf("a known answer whose account could not be read: %v", err)
	}
}
