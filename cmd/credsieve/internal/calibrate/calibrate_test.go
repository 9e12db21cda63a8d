package calibrate_test

import (
	"strings"
	"testing"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/calibrate"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/estimate"
)

// TestSampleOf: what is measured is of the kind that was asked for, and what cannot be made is said.
func TestSampleOf(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{
		"argon2id m=19456,t=2,p=1", "argon2i m=65536,t=3,p=4", "argon2d m=8,t=1,p=1", "bcrypt cost=4", "bcrypt cost=12",
		"scrypt N=16384,r=8,p=1", "pbkdf2-sha1 sha1,i=131000", "pbkdf2-sha256 sha256,i=29000", "pbkdf2-sha512 sha512,i=25000",
		"django-pbkdf2 sha256,i=600000", "sha256crypt rounds=5000", "sha512crypt rounds=656000", "phpass cost=13", "drupal7 cost=15",
	} {
		sample, err := calibrate.SampleOf(kind)
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		hash, err := stored.Parse(sample, stored.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		if have := string(hash.Scheme()) + " " + hash.Params(); have != kind {
			t.Errorf("%s became %s", kind, have)
		}
	}
	for kind, want := range map[string]string{
		"rot13 n=13":                  "can make none to measure with",
		"argon2id":                    "malformed",
		"argon2id m=99999999,t=1,p=1": "over limit",
		"bcrypt rounds=12":            "malformed",
		"scrypt N=1000,r=8,p=1":       "can make none to measure with",
	} {
		if _, err := calibrate.SampleOf(kind); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", kind, err, want)
		}
	}
}

// TestMeasure measures little, so that every figure is there; what they are is the machine's affair.
func TestMeasure(t *testing.T) {
	t.Parallel()
	kinds, err := estimate.ParseKinds([]string{"argon2id m=8,t=1,p=1", "bcrypt cost=4: 25%"})
	if err != nil {
		t.Fatal(err)
	}
	c, err := calibrate.Measure(t.Context(), calibrate.Options{Kinds: kinds, Workers: 2, Memory: 1 << 30, Version: "test", Scale: 100})
	if err != nil {
		t.Fatal(err)
	}
	text, err := c.Text()
	if err != nil {
		t.Fatal(err)
	}
	again, err := estimate.ParseCalibration(text)
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Missing(kinds)) != 0 || len(again.FormatNames()) < 6 || again.Build.AccountBytes < 100 || again.Screen.PairBytes < 10 ||
		again.Publish.FindingBytes < 10 || again.Publish.AccountBytes < 10 || again.CheckSeconds == 0 || again.Confirm.Schemes[0].Memory != 8<<10 {
		t.Errorf("figures are missing:\n%s", text)
	}
}
