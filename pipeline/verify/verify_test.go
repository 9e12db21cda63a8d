package verify

import (
	"context"
	"testing"

	"github.com/credsieve/credsieve/hashing/stored"
)

func TestTarget_verify_tries_forms(t *testing.T) {
	t.Parallel()
	r := testRecipes(t)
	nfc, nfd := "Gr\u00f6\u00dfe", "Gro\u0308\u00dfe"
	for _, test := range []struct {
		name, stored, leaked string
		want                 stored.Outcome
		verifications        int64
	}{
		{"as found", nfc, nfc, stored.Match, 1},
		{"composed", nfc, nfd, stored.Match, 2},
		{"decomposed", nfd, nfc, stored.Match, 2},
		{"mojibake", nfc, "Gr\u00c3\u00b6\u00c3\u0178e", stored.Match, 3},
		{"of an old login", "Gr\xf6\xdfe", nfc, stored.Match, 3},
		{"references", nfc, "Gr&#246;&#223;e", stored.Match, 2},
		{"ASCII", "a", "b", stored.NoMatch, 1},
		{"none", "a", nfc, stored.NoMatch, 3},
	} {
		account := indexAccount(storedHash(t, nil, test.stored))
		target, cause := r.Target(account)
		if cause != "" {
			t.Fatal(cause)
		}
		got, n, err := target.Verify(context.Background(), []byte(test.leaked), false, AtOnce)
		if err != nil || got.Outcome != test.want || n != test.verifications {
			t.Errorf("%s: %v after %d verifications, %v", test.name, got.Outcome, n, err)
		}
	}
}

// A scheme of text refutes a password although its form of an old login is not text.
func TestTarget_verify_of_text_needs_no_old_form(t *testing.T) {
	t.Parallel()
	r := testRecipes(t, Rule{Name: "w", Steps: stored.Steps{{Kind: stored.StepUTF16LE}}})
	account := indexAccount(storedHash(t, nil, "a"))
	account.HashSteps = 1
	target, _ := r.Target(account)
	got, n, err := target.Verify(context.Background(), []byte("Gr\u00f6\u00dfe"), false, AtOnce)
	if err != nil || got.Outcome != stored.NoMatch || n != 2 {
		t.Errorf("%+v after %d verifications, %v", got, n, err)
	}
}

// A form that cannot be verified keeps the others from refuting the password.
func TestTarget_verify_says_what_it_could_not(t *testing.T) {
	t.Parallel()
	r := testRecipes(t, Rule{Name: "w", Steps: stored.Steps{{Kind: stored.StepUTF16LE}}})
	account := indexAccount(storedHash(t, nil, "a"))
	account.HashSteps = 1
	target, _ := r.Target(account)
	got, n, err := target.Verify(context.Background(), []byte("a\xff"), false, AtOnce)
	if err != nil || got.Outcome != stored.CannotVerify || got.Cause != stored.CausePasswordNotText || n != 0 {
		t.Errorf("%+v after %d verifications, %v", got, n, err)
	}
}

func TestTarget_MostVerifications(t *testing.T) {
	t.Parallel()
	target, cause := testRecipes(t).Target(indexAccount(storedHash(t, nil, "a")))
	if cause != "" {
		t.Fatal(cause)
	}
	for want, secret := range map[int64]string{2: "a&#39;b", 3: "ä"} {
		if got := target.MostVerifications([]byte(secret), false); got != want {
			t.Errorf("%q: %d verifications, want %d", secret, got, want)
		}
	}
	if got := target.MostVerifications([]byte("ä"), true); got != 1 {
		t.Errorf("a digest takes %d verifications", got)
	}
}
