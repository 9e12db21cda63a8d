package main

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
)

// tagStore is a store of which the accounts with an even number have a credential tag, and a dump with
// wrong passwords for all of them and the right one, at its end, for every tenth.
type tagStore struct {
	accounts      int
	wrong, others int // wrong passwords of each account with a tag, and of each without
}

func (s tagStore) matches() int { return (s.accounts + 9) / 10 }

// export writes the accounts, with tags or without.
func (s tagStore) export(b *bench, name string, tagged bool, tagger hashing.Tagger) string {
	canonical := hashing.NewCanonicalizer()
	rows := [][]string{{"account_id", "email", "password_hash", "credential_tag"}}
	for i := range s.accounts {
		email, tag := fmt.Sprintf("user%d@example.com", i), ""
		password := fmt.Appendf(nil, "Right-%d", i)
		if form, ok := hashing.TagForm(canonical, []byte(email)); ok && tagged && i%2 == 0 {
			tag = tagger.Tag(form, password).String()
		}
		rows = append(rows, []string{fmt.Sprintf("u%d", i), email, saltedSHA1(password, i), tag})
	}
	return b.writeCSV(name, rows...)
}

// saltedSHA1 is how LDAP servers store a password: no hash with a salt costs less to verify.
func saltedSHA1(password []byte, user int) string {
	salt := fmt.Appendf(nil, "%08d", user)
	sum := sha1.Sum(slices.Concat(password, salt))
	return "{SSHA}" + base64.StdEncoding.EncodeToString(append(sum[:], salt...))
}

// dump writes the wrong candidates first, so that none is spared by an earlier match.
func (s tagStore) dump(b *bench) string {
	var text bytes.Buffer
	for i := range s.accounts * s.wrong {
		if user := i % s.accounts; user%2 == 0 || i < s.accounts*s.others {
			fmt.Fprintf(&text, "user%d@example.com:Wrong-%d\n", user, i)
		}
	}
	for i := 0; i < s.accounts; i += 10 {
		fmt.Fprintf(&text, "user%d@example.com:Right-%d\n", i, i)
	}
	return b.write("dump.txt", text.String())
}

// TestCredentialTags_spare_wrong_candidates: 100,000 wrong candidates for tagged accounts, and some for
// the others, with 8 bits. The key is fixed, so that the numbers are.
func TestCredentialTags_spare_wrong_candidates(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	secret := sha256.Sum256([]byte("a made-up key for this test"))
	keyText := "CREDSIEVE-KEY-1 " + base64.StdEncoding.EncodeToString(secret[:]) + "\n"
	if err := os.WriteFile(b.path("key"), []byte(keyText), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := hashing.ParseKey([]byte(keyText))
	if err != nil {
		t.Fatal(err)
	}
	tagger, err := hashing.NewTagger(key, 8)
	if err != nil {
		t.Fatal(err)
	}
	store := tagStore{accounts: 2000, wrong: 100, others: 10}
	dump := store.dump(b)
	scan := func(name string, tagged bool) *rundir.Manifest {
		export := store.export(b, name+".csv", tagged, tagger)
		b.run(exitComplete, "index", "build", "--accounts", export, "--out", b.path(name))
		b.run(exitComplete, "scan", "--index", b.path(name), "--out", b.path(name+"-run"), "--now",
			"2026-06-01T00:00:00Z", "--max-candidates-per-account", "1000", "--max-accounts", "2000",
			"--max-share", "100%", "--max-confirm-rate", "100%", "--progress", "none", dump)
		return b.manifest(name + "-run")
	}
	plain, tags := scan("plain", false), scan("tagged", true)

	half, others := int64(store.accounts*store.wrong/2), int64(store.accounts*store.others/2)
	matches := int64(store.matches())
	if got := plain.Counts.Verifications; got != half+others+matches {
		t.Fatalf("without tags %d verifications, want %d", got, half+others+matches)
	}
	left := tags.Counts.Verifications - others - matches
	if factor := float64(half) / float64(left); factor < 200 || factor > 300 {
		t.Errorf("%d of %d wrong candidates of tagged accounts are verified: a factor of %.0f",
			left, half, factor)
	} else {
		t.Logf("%d of %d wrong candidates of tagged accounts are verified: a factor of %.0f",
			left, half, factor)
	}
	if !slices.Equal(b.listed("plain-run"), b.listed("tagged-run")) || int64(len(b.listed("plain-run"))) != matches {
		t.Error("the tags change who is listed")
	}
	if got := tags.Counts.ScreenedOut - plain.Counts.ScreenedOut; got != half-left {
		t.Errorf("%d records more are screened out, want %d", got, half-left)
	}
	if tags.Inputs[0].AccountsMet != plain.Inputs[0].AccountsMet {
		t.Errorf("%d accounts met, without tags %d", tags.Inputs[0].AccountsMet, plain.Inputs[0].AccountsMet)
	}
}

func TestCredentialTags_are_checked_at_build(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, tag := range []string{"8:A3", "8:a", "13:fff8", "b7", "0:"} {
		export := b.writeCSV("accounts.csv", []string{"account_id", "email", "password_hash", "credential_tag"},
			[]string{"u1", "a@example.com", stored.FormatArgon2id([]byte("x"), []byte("made-up-salt"), cheap), ""},
			[]string{"u2", "b@example.com", "x", tag})
		b.err.Reset()
		b.run(exitFailed, "index", "build", "--accounts", export, "--out", b.path("index"))
		if !bytes.Contains(b.err.Bytes(), []byte("row 2: column credential_tag: ")) ||
			bytes.Contains(b.err.Bytes(), []byte(tag)) {
			t.Errorf("%q: %s", tag, b.err.String())
		}
	}
}

// A digest has no tag: of a tagged account that wraps digests, a leaked one is verified all the same, and a
// password is held against the tag.
func TestCredentialTags_let_wrapped_digests_pass(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const password, email = "Made-Up-1", "u1@example.com"
	digest := fmt.Sprintf("%x", md5.Sum([]byte(password)))
	text, err := os.ReadFile(b.path("key"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := hashing.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	tagger, err := hashing.NewTagger(key, 12)
	if err != nil {
		t.Fatal(err)
	}
	form, _ := hashing.TagForm(hashing.NewCanonicalizer(), []byte(email))
	stored := stored.FormatArgon2id([]byte(digest), []byte("made-up-salt"), cheap)
	export := b.writeCSV("accounts.csv", []string{"account_id", "email", "password_hash", "credential_tag"},
		[]string{"u1", email, stored, tagger.Tag(form, []byte(password)).String()})
	steps := b.write("steps.yaml", "rules: [{steps: [{digest: md5, encoding: hex}]}]")
	answers := b.write("answers.csv", "account_id,password\nu1,"+password+"\n")
	b.run(exitComplete, "index", "build", "--accounts", export, "--out", b.path("index"), "--hash-steps", steps,
		"--known-answers", answers)
	for name, test := range map[string]struct {
		secret        string
		listed        int
		verifications int64
	}{
		"digest": {digest, 1, 1}, "another digest": {digest[1:] + "0", 0, 1},
		"password": {password, 1, 1}, "another password": {"Made-Up-2", 0, 0},
	} {
		dump := b.write("dump.txt", email+":"+test.secret+"\n")
		b.run(exitComplete, "scan", "--index", b.path("index"), "--out", b.path(name), dump)
		counts := b.manifest(name).Counts
		if len(b.listed(name)) != test.listed || counts.Verifications != test.verifications {
			t.Errorf("%s: %d listed after %d verifications", name, len(b.listed(name)), counts.Verifications)
		}
	}
}
