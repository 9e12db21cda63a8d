package pipeline

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/control"
	"github.com/credsieve/credsieve/pipeline/progress"
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
	return synthetic(t, o)
}

// TestControls_catch_a_broken_verifier: each time the run fails before anything is published.
func TestControls_catch_a_broken_verifier(t *testing.T) {
	t.Parallel()
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
			var control *control.Error
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
	t.Parallel()
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

// answeredStore is a workplace with known answers, one of a user with an odd address.
func answeredStore(t *testing.T) Config {
	t.Helper()
	dir := t.TempDir()
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"accounts.csv": "account_id,email,username,password_hash\n" +
			"u1,a@example.com,,\"" + cheapHash("Made-Up-1") + "\"\n" +
			"t1,,\"odd:na;me\",\"" + cheapHash("Made-Up:2") + "\"\n" +
			"t2,A@Example.Com,,\"" + cheapHash("Made-Up-3") + "\"\n", // the address of u1
		"answers.csv":         "account_id,password\nt1,Made-Up:2\nt2,Made-Up-3\n",
		"synth/dumps/one.txt": "a@example.com:Made-Up-1\nodd@example.com:x\n",
	}
	if err := os.MkdirAll(filepath.Join(dir, "synth", "dumps"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg := placeConfig(dir, key)
	_, err = BuildIndex(context.Background(), BuildConfig{
		Source: filepath.Join(dir, "accounts.csv"), KnownAnswers: filepath.Join(dir, "answers.csv"),
		Dir: cfg.IndexDir, Key: key, FPR: 0.001, Limits: cfg.HashLimits, Now: day2026(1), Progress: progress.None{},
	})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestAnswers_are_given_in_each_run(t *testing.T) {
	t.Parallel()
	cfg := answeredStore(t)
	cfg.parseHash = spoil(stored.Hash.Verify) // whole, and able to plant
	outcome, err := Run(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if c := outcome.Manifest.Controls.Positive; c.Planted != 3 || c.Confirmed != 3 {
		t.Errorf("one planted hash and two known answers: %+v", c)
	}
	if n := outcome.Manifest.Counts.Verifications; n != 2 { // u1 and t2 have one address
		t.Errorf("known answers are counted as verifications: %d", n)
	}
	if len(outcome.List) != 1 || outcome.List[0].AccountID != "u1" {
		t.Errorf("known answers come on the list: %+v", outcome.List)
	}
}

// TestAnswers_catch_what_planted_hashes_do_not: the hashes that the run makes for itself open, those of the
// store do not.
func TestAnswers_catch_what_planted_hashes_do_not(t *testing.T) {
	t.Parallel()
	planted := strings.Split(stored.FormatArgon2id(nil, []byte("a planted salt"), cheapArgon2), "$")[4]
	for name, outcome := range map[string]stored.Outcome{
		"refuted": stored.NoMatch, "undecided": stored.CannotVerify,
	} {
		t.Run(name, func(t *testing.T) {
			cfg := answeredStore(t)
			cfg.parseHash = func(encoded string, limits stored.Limits) (stored.Hash, error) {
				verify := constant(outcome)
				if strings.Contains(encoded, planted) {
					verify = stored.Hash.Verify
				}
				return spoil(verify)(encoded, limits)
			}
			outcome, err := Run(context.Background(), cfg)
			var control *control.Error
			if !errors.As(err, &control) || !strings.Contains(err.Error(), "the run is blind: the known answer of account") {
				t.Fatalf("got %+v, %v", outcome, err)
			}
			if _, err := os.Stat(cfg.Out); err == nil {
				t.Error("something was published")
			}
		})
	}
}
