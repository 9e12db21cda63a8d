package index

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/hashing"
)

func TestIndexWithoutPasswords(t *testing.T) {
	t.Parallel()
	key, dir := newKey(t), t.TempDir()
	single := account("sso", email("sso@example.com"))
	single.PasswordHash = ""
	if m := mustBuild(t, dir, key, single); m.Indexed != 0 || m.Filter.Members != 0 {
		t.Errorf("built %+v", m)
	}
	x := mustOpen(t, dir, key)
	token := tokensOf(key, email("a@example.com"))[0]
	if x.MayContain(token) || len(x.Lookup(token, nil)) != 0 || x.IsCanary(0) {
		t.Error("an empty index knows somebody")
	}
	if _, err := x.Account(0); err == nil {
		t.Error("an empty index has an account")
	}
	if _, err := Verify(context.Background(), dir); err != nil {
		t.Error(err)
	}
}

func TestSharedAndRepeatedIdentifiers(t *testing.T) {
	t.Parallel()
	key, dir := newKey(t), t.TempDir()
	// One alias token for both addresses, and the second is the first one's alias spelled out.
	dotted, plain := email("j.d@gmail.com"), email("jd@gmail.com")
	m := mustBuild(t, dir, key, account("a", email("both@example.com"), dotted, plain, dotted),
		account("b", email("BOTH@example.com ")))
	if m.Identifiers != 4 {
		t.Errorf("%d exact identifiers are stored, want 4", m.Identifiers)
	}
	x := mustOpen(t, dir, key)
	if rows := x.Lookup(tokensOf(key, email("both@example.com"))[0], nil); fmt.Sprint(rows) != "[0 1]" {
		t.Errorf("the shared address is in rows %v", rows)
	}
	for _, token := range append(tokensOf(key, dotted), tokensOf(key, plain)...) {
		if rows := x.Lookup(token, nil); fmt.Sprint(rows) != "[0]" {
			t.Errorf("a repeated address is in rows %v", rows)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, half := range []string{"one half", "the other half"} { // side by side: both wait for the disk
		t.Run(half, func(t *testing.T) {
			t.Parallel()
			checkRoundTrips(t)
		})
	}
}

func checkRoundTrips(t *testing.T) {
	t.Helper()
	root, runs := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		runs++
		key, dir := newKey(t), filepath.Join(root, fmt.Sprint(runs))
		n := rapid.IntRange(1, 40).Draw(rt, "accounts")
		var all []accounts.Account
		for i := range n {
			a := account(fmt.Sprint("id-", i))
			for range rapid.IntRange(1, 3).Draw(rt, "identifiers") {
				local := rapid.StringMatching(`[a-z][a-z0-9.+]{0,8}[a-z]`).Draw(rt, "local")
				a.Identifiers = append(a.Identifiers, email(local+"@example.org"))
			}
			a.Canary = rapid.Bool().Draw(rt, "canary")
			a.MFA = accounts.MFA(rapid.IntRange(0, 2).Draw(rt, "mfa"))
			a.LastActiveAt = time.Unix(rapid.Int64Range(1, 4e9).Draw(rt, "active"), 0).UTC()
			a.PasswordHash = cheapHash + rapid.StringMatching(`[a-z]{0,20}`).Draw(rt, "tail")
			all = append(all, a)
		}
		mustBuild(t, dir, key, all...)
		x, err := Open(dir, key)
		if err != nil {
			rt.Fatal(err)
		}
		defer x.Close()
		checkAccounts(rt, x, key, all)
		for range 10000 {
			var token hashing.Token
			rand.Read(token[:])
			if rows := x.Lookup(token, nil); len(rows) != 0 {
				rt.Fatalf("a random token is in rows %v", rows)
			}
		}
		if _, err := Verify(context.Background(), dir); err != nil {
			rt.Fatal(err)
		}
		if _, err := Open(dir, newKey(t)); err == nil {
			rt.Fatal("another key opened the index")
		}
	})
}

// checkAccounts finds every account by every identifier, and only where it should be.
func checkAccounts(rt *rapid.T, x *Index, key *hashing.Key, all []accounts.Account) {
	owners := map[hashing.Token]map[uint32]bool{}
	for i, a := range all {
		for _, id := range a.Identifiers {
			for _, token := range tokensOf(key, id) {
				if owners[token] == nil {
					owners[token] = map[uint32]bool{}
				}
				owners[token][uint32(i)] = true
			}
		}
		got, err := x.Account(uint32(i))
		if err != nil {
			rt.Fatal(err)
		}
		if got.ID != a.ID || got.StoredHash != a.PasswordHash || got.Canary != a.Canary ||
			got.MFA != a.MFA ||
			got.Identifier != a.Identifiers[0].Text || !got.LastActiveAt.Equal(a.LastActiveAt) ||
			got.Status != a.Status || got.Privilege != a.Privilege ||
			!got.PasswordChangedAt.IsZero() {
			rt.Fatalf("row %d is %+v, was %+v", i, got, a)
		}
	}
	for token, want := range owners {
		rows := x.Lookup(token, nil)
		if !x.MayContain(token) || len(rows) != len(want) {
			rt.Fatalf("a token of rows %v is in %v", want, rows)
		}
		for _, row := range rows {
			if !want[row] {
				rt.Fatalf("a token of rows %v is in %v", want, rows)
			}
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	key, other := newKey(t), newKey(t)
	_, err := Open(filepath.Join(t.TempDir(), "none"), key)
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v is not about a missing file", err)
	}
	for _, tt := range []struct {
		name, old, new string
		key            *hashing.Key
		want           string
	}{
		{"canonicaliser", `"canonicalizer": 1`, `"canonicalizer": 2`, key,
			"was built with identifier canonicaliser 2, this program has 1; rebuild the index"},
		{"schema_version", `"schema_version": 3`, `"schema_version": 2`, key,
			"schema version 2, this program reads 3; rebuild the index"},
		{"edited_number", `"accounts": 50`, `"accounts": 51`, key, "its SHA-256 differs"},
		{"another_key", "", "", other, fmt.Sprintf("was built with key %q, the given key is %q",
			key.ID(), other.ID())},
		{"key_id_edited_for_another_key", key.ID(), other.ID(), other, "its SHA-256 differs"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir, _ := builtOf(t, key, some(50))
			if tt.old != "" {
				edit(t, dir, tt.old, tt.new)
			}
			_, err := Open(dir, tt.key)
			wantError(t, err, tt.want)
		})
	}
}

func TestIndexHoldsNothingReadable(t *testing.T) {
	t.Parallel()
	key, dir := newKey(t), t.TempDir()
	mustBuild(t, dir, key, some(20)...)
	for _, name := range names(t, dir) {
		path := filepath.Join(dir, name)
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"@example.com", cheapHash, "$argon2id$"} {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%s shows %q", name, secret)
			}
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", name, info.Mode(), err)
		}
	}
}

// Sample returns live rows, each once and in order, whatever was replaced.
func TestSample(t *testing.T) {
	t.Parallel()
	key, dir := newKey(t), t.TempDir()
	all := some(1000)
	buildOn(t, dir, "", key, all)
	for i := 0; i < len(all); i += 5 {
		all[i].PasswordHash = cheapHash + "x"
	}
	for night := range 2 {
		if night == 1 {
			buildOn(t, dir, dir, key, all)
		}
		x := mustOpen(t, dir, key)
		for _, n := range []int64{0, 1, 7, 333, 1000, 5000} {
			got := x.Sample(n)
			if int64(len(got)) != min(n, 1000) {
				t.Fatalf("%d rows, want %d", len(got), n)
			}
			for i, row := range got {
				if i > 0 && got[i-1] >= row {
					t.Fatalf("rows %d and %d are out of order", got[i-1], row)
				}
				if _, err := x.Account(row); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
