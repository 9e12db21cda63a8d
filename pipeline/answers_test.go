package pipeline

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/progress"
	"github.com/credsieve/credsieve/pipeline/verify"
)

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
			var control *ControlError
			if !errors.As(err, &control) || !strings.Contains(err.Error(), "the run is blind: the known answer of account") {
				t.Fatalf("got %+v, %v", outcome, err)
			}
			if _, err := os.Stat(cfg.Out); err == nil {
				t.Error("something was published")
			}
		})
	}
}

func TestAnswers_must_be_met(t *testing.T) {
	cfg := answeredStore(t)
	ix, err := index.Open(cfg.IndexDir, cfg.Key)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	recipes := recipesOf(t, cfg, ix)
	for name, answer := range map[string]verify.Answer{
		"nobody":  {AccountID: "t1", Password: []byte("Made-Up:2"), Identifier: "nobody", Kind: hashing.KindUsername},
		"another": {AccountID: "t1", Password: []byte("Made-Up:2"), Identifier: "a@example.com", Kind: hashing.KindEmail},
	} {
		c := newControls(&run{cfg: cfg, index: ix, recipes: recipes}, verify.AtOnce)
		err := c.proveAnswers(context.Background(), []verify.Answer{answer})
		var control *ControlError
		if !errors.As(err, &control) || !strings.Contains(err.Error(), `account "t1" was not met`) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
