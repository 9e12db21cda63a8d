package index

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
)

// source is an export in memory; err comes in place of its end.
type source struct {
	all []accounts.Account
	err error
	at  int
}

func (s *source) Read(a *accounts.Account) error {
	if s.at == len(s.all) {
		if s.err != nil {
			return s.err
		}
		return io.EOF
	}
	*a = s.all[s.at]
	s.at++
	if a.Row == 0 {
		a.Row = int64(s.at)
	}
	return nil
}

func (s *source) Close() error { return nil }

// TestMain has properties checked less often than elsewhere, unless somebody asked for a number: each check
// builds several indexes, and most of its time goes into syncing files.
func TestMain(m *testing.M) {
	flag.Parse()
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		if err := checks.Value.Set("30"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

func newKey(t testing.TB) *hashing.Key {
	t.Helper()
	k, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var cheapHash = stored.FormatArgon2id([]byte("made up on the spot"), []byte("saltsaltsalt"),
	stored.Argon2Params{Memory: 8, Time: 1, Threads: 1})

func email(text string) accounts.Identifier {
	return accounts.Identifier{Kind: hashing.KindEmail, Text: text}
}

func account(id string, identifiers ...accounts.Identifier) accounts.Account {
	return accounts.Account{ID: id, Identifiers: identifiers, PasswordHash: cheapHash,
		Privilege: accounts.PrivilegeUser, Status: accounts.StatusActive}
}

func some(n int) []accounts.Account {
	all := make([]accounts.Account, n)
	for i := range all {
		all[i] = account(fmt.Sprint("a", i), email(fmt.Sprintf("user%d@example.com", i)))
	}
	return all
}

func mustBuild(t testing.TB, dir string, key *hashing.Key, all ...accounts.Account) *Meta {
	t.Helper()
	m, err := Build(context.Background(), &source{all: all}, BuildOptions{Dir: dir, Key: key,
		Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func mustOpen(t testing.TB, dir string, key *hashing.Key) *Index {
	t.Helper()
	x, err := Open(dir, key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

// tokensOf returns every token that an identifier leads to.
func tokensOf(key *hashing.Key, id accounts.Identifier) (all []hashing.Token) {
	for _, f := range hashing.NewCanonicalizer().Forms(id.Kind, []byte(id.Text)) {
		all = append(all, hashing.NewTokenizer(key).Token(f))
	}
	return all
}

func names(t testing.TB, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one with %q", want)
	}
	if !strings.Contains(err.Error(), want) {
		t.Fatalf("error %q lacks %q", err, want)
	}
}

// builtOf returns the folder of a fresh index of the accounts.
func builtOf(t *testing.T, key *hashing.Key, all []accounts.Account) (string, *Meta) {
	t.Helper()
	dir := t.TempDir()
	return dir, mustBuild(t, dir, key, all...)
}

// edit changes one place of a description.
func edit(t *testing.T, dir, old, new string) {
	t.Helper()
	path := filepath.Join(dir, metaName)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(raw, []byte(old), []byte(new), 1)
	if bytes.Equal(raw, changed) {
		t.Fatalf("%q is not in %s", old, metaName)
	}
	if err := os.WriteFile(path, changed, 0o600); err != nil {
		t.Fatal(err)
	}
}
