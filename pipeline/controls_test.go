package pipeline

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/verify"
)

var cheapArgon2 = stored.Argon2Params{Memory: 8, Time: 1, Threads: 1}

func cheapHash(password string) string {
	return stored.FormatArgon2id([]byte(password), []byte("a salt for tests"), cheapArgon2)
}

// brokenHash is a stored hash whose verification was deliberately spoiled.
type brokenHash struct {
	stored.Hash
	verify func(stored.Hash, []byte) stored.Result
}

func (b brokenHash) Verify(password []byte) stored.Result { return b.verify(b.Hash, password) }

func (b brokenHash) Plant(password []byte) (string, error) {
	return stored.FormatArgon2id(password, []byte("a planted salt"), cheapArgon2), nil
}

// spoil makes every stored hash of a run a broken one.
func spoil(verify func(stored.Hash, []byte) stored.Result) func(string, stored.Limits) (stored.Hash, error) {
	return func(encoded string, limits stored.Limits) (stored.Hash, error) {
		hash, err := stored.Parse(encoded, limits)
		if err != nil {
			return nil, err
		}
		return brokenHash{hash, verify}, nil
	}
}

// swapSalts gives each stored hash the salt of another.
func swapSalts(encoded string, limits stored.Limits) (stored.Hash, error) {
	fields := strings.Split(encoded, "$")
	fields[4] = strings.Split(cheapHash("another"), "$")[4]
	hash, err := stored.Parse(strings.Join(fields, "$"), limits)
	return brokenHash{hash, stored.Hash.Verify}, err
}

func constant(outcome stored.Outcome) func(stored.Hash, []byte) stored.Result {
	return func(stored.Hash, []byte) stored.Result { return stored.Result{Outcome: outcome} }
}

func smallWorkplace(t *testing.T) Config {
	t.Helper()
	o := synth.Defaults()
	o.Accounts, o.Records, o.Formats, o.Argon2 = 200, 1000, []string{"combo_colon"}, cheapArgon2
	return workplace(t, o)
}

// TestControls_catch_a_broken_verifier: each time the run fails before anything is published.
func TestControls_catch_a_broken_verifier(t *testing.T) {
	cfg := smallWorkplace(t)
	tests := map[string]struct {
		parse func(string, stored.Limits) (stored.Hash, error)
		want  string
	}{
		"always_true":   {spoil(constant(stored.Match)), "confirms what is wrong"},
		"always_false":  {spoil(constant(stored.NoMatch)), "is blind"},
		"never_certain": {spoil(constant(stored.CannotVerify)), "is blind"},
		"no_outcome":    {spoil(constant(stored.OutcomeUnspecified)), "confirms what is wrong"},
		"swapped_salts": {swapSalts, "is blind"},
		"loses_a_byte": {spoil(func(h stored.Hash, password []byte) stored.Result {
			return h.Verify(password[:len(password)-1])
		}), "is blind"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cfg := cfg
			cfg.parseHash = test.parse
			outcome, err := Run(context.Background(), cfg)
			var control *ControlError
			if !errors.As(err, &control) || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %+v, %v", outcome, err)
			}
			if _, err := os.Stat(cfg.Out); err == nil {
				t.Error("something was published")
			}
		})
	}
}

func TestControls_pass_and_are_counted(t *testing.T) {
	cfg := smallWorkplace(t)
	cfg.parseHash = spoil(stored.Hash.Verify) // whole, and able to plant
	outcome, err := Run(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	c := outcome.Manifest.Controls
	if c.Positive.Planted != 1 || c.Positive.Confirmed != 1 || c.Negative.Probed != 1 || c.Negative.Refuted != 1 {
		t.Errorf("one kind of hash: %+v", c)
	}
	if c.Screen.Probed < 10 || c.Screen.Met != c.Screen.Probed {
		t.Errorf("screened %+v", c.Screen)
	}
	plain := cfg
	plain.Out, plain.parseHash = cfg.Out+"2", nil
	without, err := Run(context.Background(), plain)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := outcome.Manifest.Counts, without.Manifest.Counts; a.Verifications != b.Verifications {
		t.Errorf("controls are counted as verifications: %d and %d", a.Verifications, b.Verifications)
	}
}

// TestControls_catch_a_blind_screen: tokens under another key meet nobody.
func TestControls_catch_a_blind_screen(t *testing.T) {
	cfg := smallWorkplace(t)
	ix, err := index.Open(cfg.IndexDir, cfg.Key)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	if err := (&run{cfg: cfg, index: ix, recipes: recipesOf(t, cfg, ix)}).proveScreen(context.Background()); err != nil {
		t.Fatal(err)
	}
	if cfg.Key, err = hashing.NewKey(); err != nil {
		t.Fatal(err)
	}
	err = (&run{cfg: cfg, index: ix, recipes: recipesOf(t, cfg, ix)}).proveScreen(context.Background())
	var control *ControlError
	if !errors.As(err, &control) || !strings.Contains(err.Error(), "were not met") {
		t.Errorf("got %v", err)
	}
}

func recipesOf(t *testing.T, cfg Config, ix *index.Index) *verify.Recipes {
	t.Helper()
	r, err := verify.Open(ix, cfg.Key, verify.Options{Limits: cfg.HashLimits})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestPlainAddress(t *testing.T) {
	for address, want := range map[string]bool{
		"alice@example.com": true, "a.b+c_d-e@sub.example.com": true, "alice": false, "a:b@example.com": false,
		"@example.com": false, "alice@": false, "alice@localhost": false, "\"a b\"@example.com": false, "ålice@example.com": false,
		"a@b@example.com": false, "": false,
	} {
		if got := plainAddress(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}
