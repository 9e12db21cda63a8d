package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/guard"
	"github.com/credsieve/credsieve/pipeline/progress"
)

// store is a user store of which the test knows every password.
type store struct {
	cfg       Config
	passwords map[string]string // by address
	active    map[string]bool
	runs      int
}

func newStore(t *testing.T, accounts int) *store {
	t.Helper()
	dir := t.TempDir()
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	s := &store{passwords: make(map[string]string), active: make(map[string]bool)}
	export := "account_id,email,password_hash,status\n"
	for i := range accounts {
		address, status := fmt.Sprintf("user%02d@example.com", i), "active"
		if i%5 == 4 {
			status = "disabled"
		}
		s.passwords[address], s.active[address] = fmt.Sprintf("Made-Up-%d", i/2), status == "active" // each twice
		export += fmt.Sprintf("u%02d,%s,%q,%s\n", i, address, cheapHash(s.passwords[address]), status)
	}
	source := filepath.Join(dir, "accounts.csv")
	if err := os.WriteFile(source, []byte(export), 0o600); err != nil {
		t.Fatal(err)
	}
	s.cfg = Config{
		IndexDir: filepath.Join(dir, "index"), Key: key, Format: "auto", Out: filepath.Join(dir, "run"),
		Limits:                  guard.Limits{MaxAccounts: 1e9, MaxShare: 1, MaxConfirmRate: 1},
		MaxCandidatesPerAccount: 64, Workers: 2, Memory: 1 << 28,
		HashLimits: stored.DefaultLimits(), Now: func() time.Time { return day2026(6) }, Progress: progress.None{},
	}
	_, err = BuildIndex(context.Background(), BuildConfig{
		Source: source, Dir: s.cfg.IndexDir, Key: key, FPR: 0.001, Limits: s.cfg.HashLimits, Now: day2026(5),
		Progress: progress.None{},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// scan runs over dumps of the given lines and returns the list and its bytes.
func (s *store) scan(t *rapid.T, dumps ...[]string) (*Outcome, []byte) {
	s.runs++
	cfg := s.cfg
	cfg.Out = fmt.Sprintf("%s%d", s.cfg.Out, s.runs)
	defer os.RemoveAll(cfg.Out)
	for i, lines := range dumps {
		path := fmt.Sprintf("%s/dump%d.txt", filepath.Dir(s.cfg.Out), i)
		if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg.Dumps = append(cfg.Dumps, path)
	}
	outcome, err := Run(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile(filepath.Join(cfg.Out, "at_risk.csv"))
	if err != nil {
		t.Fatal(err)
	}
	return outcome, list
}

// TestList_is_exactly_right: whatever the dumps hold, the accounts listed are the active ones of which a
// dump holds the very password, a dump without one changes nothing, and ties stand by account id.
func TestList_is_exactly_right(t *testing.T) {
	t.Parallel()
	const accounts = 12
	s := newStore(t, accounts)
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.Custom(func(t *rapid.T) string {
			address := fmt.Sprintf("user%02d@example.com", rapid.IntRange(0, accounts+1).Draw(t, "user"))
			return address + ":" + fmt.Sprintf("Made-Up-%d", rapid.IntRange(0, accounts).Draw(t, "password"))
		})
		lines := rapid.SliceOfN(line, 1, 40).Draw(t, "lines")
		want := make(map[string]bool)
		for _, l := range lines {
			address, password, _ := strings.Cut(l, ":")
			if s.passwords[address] == password && s.active[address] {
				want["u"+address[4:6]] = true
			}
		}
		outcome, list := s.scan(t, lines)
		for i, row := range outcome.List {
			if !want[row.AccountID] {
				t.Fatalf("%s is listed and must not be", row.AccountID)
			}
			if i > 0 {
				before := outcome.List[i-1]
				if before.Score < row.Score || before.Score == row.Score && before.AccountID >= row.AccountID {
					t.Fatalf("%s stands after %s", row.AccountID, before.AccountID)
				}
			}
		}
		if len(outcome.List) != len(want) {
			t.Fatalf("%d accounts listed, want %d", len(outcome.List), len(want))
		}

		var others []string
		for i := range rapid.IntRange(1, 30).Draw(t, "others") {
			others = append(others, fmt.Sprintf("user%02d@example.com:another-%d", i%accounts, i))
		}
		if _, with := s.scan(t, lines, others); !bytes.Equal(list, with) {
			t.Fatalf("a dump without any right password changes the list from\n%s to\n%s", list, with)
		}
	})
}
