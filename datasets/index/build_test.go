package index

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/hashing"
)

func TestBuildRefuses(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	same := some(3)
	same[2].ID = same[0].ID
	long := some(2)
	long[1].ID = strings.Repeat("x", maxText+1)
	for _, tt := range []struct {
		name string
		src  *source
		o    BuildOptions
		want string
	}{
		{"duplicate_account_id", &source{all: same}, BuildOptions{Key: key},
			`row 3: account id "a0" was already used in row 1`},
		{"duplicate_of_a_rejected_row", &source{all: []accounts.Account{{ID: "a0"}, same[0]}},
			BuildOptions{Key: key}, `row 2: account id "a0" was already used in row 1`},
		{"long_account_id", &source{all: long}, BuildOptions{Key: key},
			"row 2: its account id is longer"},
		{"failing_source", &source{all: some(2), err: errors.New("broken pipe")},
			BuildOptions{Key: key},
			"broken pipe"},
		{"no_key", &source{}, BuildOptions{}, "there is no key"},
		{"rate_of_one", &source{}, BuildOptions{Key: key, FPR: 1}, "false positive rate"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.o.Dir = filepath.Join(t.TempDir(), "new")
			_, err := Build(context.Background(), tt.src, tt.o)
			wantError(t, err, tt.want)
			if _, err := os.Stat(tt.o.Dir); !os.IsNotExist(err) {
				t.Errorf("a failed build left its folder: %v", err)
			}
		})
	}
}

func TestBuildFailsBesideAnEarlierIndex(t *testing.T) {
	t.Parallel()
	key, dir := newKey(t), t.TempDir()
	first := mustBuild(t, dir, key, some(3)...)
	before := names(t, dir)
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, run := range map[string]func() error{
		"source": func() error {
			src := &source{all: some(9), err: errors.New("broken pipe")}
			_, err := Build(context.Background(), src, BuildOptions{Dir: dir, Key: key})
			return err
		},
		"cancelled": func() error {
			_, err := Build(cancelled, &source{all: some(9)}, BuildOptions{Dir: dir, Key: key})
			return err
		},
	} {
		if run() == nil {
			t.Errorf("%s: the build did not fail", name)
		}
		if after := names(t, dir); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("%s: the folder holds %v, before %v", name, after, before)
		}
	}
	if got := mustOpen(t, dir, key).Meta().ID; got != first.ID {
		t.Errorf("opened build %s, want %s", got, first.ID)
	}
}

func TestBuildReplaces(t *testing.T) {
	t.Parallel()
	key, dir := newKey(t), t.TempDir()
	mustBuild(t, dir, key, some(3)...)
	reader := mustOpen(t, dir, key)
	second := mustBuild(t, dir, key, some(5)...)
	if second.Generation != 2 || second.Accounts != 5 {
		t.Errorf("second build is %+v", second)
	}
	if got := names(t, dir); len(got) != 2+8 {
		t.Errorf("the folder holds %v", got)
	}
	// Who has the first one open goes on with it, although its files are gone.
	if got := reader.Lookup(tokensOf(key, email("user2@example.com"))[0], nil); len(got) != 1 {
		t.Errorf("the earlier index found %v", got)
	}
	if _, err := reader.Account(2); err != nil {
		t.Error(err)
	}
	if got := mustOpen(t, dir, key).Meta().ID; got != second.ID {
		t.Errorf("opened build %s, want %s", got, second.ID)
	}
}

func TestBuildCleansUpAfterAKilledOne(t *testing.T) {
	t.Parallel()
	key, dir := newKey(t), t.TempDir()
	mustBuild(t, dir, key, some(3)...)
	leftover := filepath.Join(dir, stagingPrefix+"123")
	orphan := filepath.Join(dir, "tokens.0123abcd.arrow")
	foreign := filepath.Join(dir, "notes.txt")
	if err := os.Mkdir(leftover, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(leftover, "tokens"), orphan, foreign} {
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mustBuild(t, dir, key, some(4)...)
	for _, path := range []string{leftover, orphan} {
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("%s is still there", path)
		}
	}
	if _, err := os.Stat(foreign); err != nil {
		t.Errorf("a file of somebody else is gone: %v", err)
	}
}

func TestBuildIsExclusive(t *testing.T) {
	t.Parallel()
	key, dir := newKey(t), t.TempDir()
	held, err := stage(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Build(context.Background(), &source{all: some(1)}, BuildOptions{Dir: dir, Key: key})
	wantError(t, err, "another build is writing to it")
	held.close()
	mustBuild(t, dir, key, some(1)...)
}

func TestBuildCounts(t *testing.T) {
	t.Parallel()
	key, dir := newKey(t), t.TempDir()
	phone := func(s string) accounts.Identifier { return accounts.Identifier{Kind: hashing.KindPhone, Text: s} }
	noPassword, canary, emptyCanary := account("none", email("n@example.com")),
		account("canary", email("c@example.com")), account("bird", email("b@example.com"))
	noPassword.PasswordHash, emptyCanary.PasswordHash = "", ""
	canary.Canary, emptyCanary.Canary = true, true
	odd, huge := account("odd", email("o@example.com")), account("huge", email("h@example.com"))
	odd.PasswordHash, huge.PasswordHash = "$9$nobody-knows", strings.Repeat("x", maxText+1)
	disabled := account("off", email("off@example.com"), phone("not a number"))
	disabled.Status = accounts.StatusDisabled
	m := mustBuild(t, dir, key, account("ok", email("ok@example.com")), noPassword, canary,
		emptyCanary,
		odd, huge, disabled, account("nobody"), account("junk", email("no at sign")))
	got := fmt.Sprint(m.Accounts, m.Indexed, m.NoPassword, m.RowsRejected, m.Canaries,
		m.Identifiers,
		m.IdentifiersByKind, m.IdentifiersUnusable, m.Schemes, m.Costs, m.NotVerifiable, m.Rejected)
	want := "7 6 2 2 2 6 map[email:6] 1 map[argon2id:3] map[argon2id m=8,t=1,p=1:3] map[over_limit:1 unknown_scheme:1] " +
		"[{8 no identifier} {9 no usable identifier}]"
	if got != want {
		t.Errorf("counted\n%s, want\n%s", got, want)
	}
	x := mustOpen(t, dir, key)
	for id, want := range map[string]string{
		"c@example.com": "", "b@example.com": "no_password", "o@example.com": "unknown_scheme",
		"h@example.com": "over_limit",
	} {
		rows := x.Lookup(tokensOf(key, email(id))[0], nil)
		if len(rows) != 1 {
			t.Fatalf("%s is in rows %v", id, rows)
		}
		a, err := x.Account(rows[0])
		if err != nil || string(a.HashCause) != want || a.Canary != x.IsCanary(rows[0]) {
			t.Errorf("%s is %+v, %v", id, a, err)
		}
	}
	if rows := x.Lookup(tokensOf(key, email("n@example.com"))[0], nil); len(rows) != 0 {
		t.Errorf("an account without a password is in rows %v", rows)
	}
}

// The tables are the same bytes with temporary files and without, and for any number of workers:
// all but what is sealed under the key of a build.
func TestBuildDoesNotDependOnWorkersOrMemory(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	tables := map[string][]byte{}
	for _, workers := range []int{1, 3} {
		dir := t.TempDir()
		b := buildWith(t, dir, key, some(9000), workers)
		for _, kind := range []int{fileTokens, fileIDs} {
			data, err := os.ReadFile(filepath.Join(dir, dataName(kind, b.ID)))
			if err != nil {
				t.Fatal(err)
			}
			if name := dataName(kind, "00000000"); tables[name] == nil {
				tables[name] = data
			} else if !bytes.Equal(tables[name], data) {
				t.Errorf("%s differs with %d workers", name, workers)
			}
		}
	}
}
