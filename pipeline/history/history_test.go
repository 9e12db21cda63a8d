package history

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/pair"
)

func day2026(month time.Month) time.Time { return time.Date(2026, month, 1, 0, 0, 0, 0, time.UTC) }

func newHistory(t *testing.T) *History {
	t.Helper()
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(filepath.Join(t.TempDir(), "state"), key, day2026(6))
	if err != nil {
		t.Fatal(err)
	}
	h := &History{book: l, ledger: l, ids: finding.NewIDs(key), steps: "one pepper", now: day2026(6)}
	t.Cleanup(h.Close)
	return h
}

// TestPairName: a verdict is remembered for exactly what was verified.
func TestPairName(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	account := index.Account{ID: "u1", StoredHash: "$made$up"}
	stepped, changed, tagged, retagged := account, account, account, account
	tagged.CredentialTag, retagged.CredentialTag = "8:a3", "8:a4"
	stepped.HashSteps, changed.StoredHash = 1, "$made$up$again"
	other := &History{book: h.book, ids: h.ids, steps: "another pepper"}
	plain, digest := &pair.Pair{Secret: []byte("Made-Up-1")}, &pair.Pair{Secret: []byte("Made-Up-1"), Digest: true}
	c := h.Credential(&account)
	seen := map[ledger.Name]string{}
	for name, pair := range map[string]ledger.Name{
		"plain": h.pairName(c, &account, plain), "digest": h.pairName(c, &account, digest),
		"steps": h.pairName(c, &stepped, plain), "other steps": other.pairName(c, &stepped, plain),
		"tagged": h.pairName(c, &tagged, plain), "other tag": h.pairName(c, &retagged, plain),
		"changed hash": h.pairName(h.Credential(&changed), &changed, plain),
	} {
		if have, ok := seen[pair]; ok {
			t.Errorf("%s and %s have one name", name, have)
		}
		seen[pair] = name
	}
	if other.pairName(c, &account, plain) != h.pairName(c, &account, plain) {
		t.Error("an account without steps depends on them")
	}
}

func TestMergeSources(t *testing.T) {
	t.Parallel()
	shop := ledger.Source{Name: "shop", Kind: "unknown", FirstSeen: day2026(1)}
	forum := ledger.Source{Name: "forum", Kind: "site_breach", FirstSeen: day2026(1)}
	corrected := ledger.Source{Name: "shop", Kind: "stealer_log", LeakedOn: day2026(2), FirstSeen: day2026(3)}
	got := mergeSources([]ledger.Source{shop, forum}, []ledger.Source{corrected})
	corrected.FirstSeen = day2026(1)
	if !slices.Equal(got, []ledger.Source{forum, corrected}) {
		t.Errorf("got %+v", got)
	}
}

// A finding that a state of earlier rules holds is met by its pair all the same, and goes on under the rules of today.
func TestIsConfirmed_of_earlier_rules(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	account := index.Account{ID: "u1", StoredHash: "$made$up", PasswordChangedAt: day2026(2)}
	p, other := &pair.Pair{Secret: []byte("Made-Up-1")}, &pair.Pair{Secret: []byte("Made-Up-2")}
	c := h.Credential(&account)
	record := &ledger.Finding{Pair: h.pairNameUnder("2", c, &account, p)}
	if h.isConfirmed(record, h.pairName(c, &account, other), c, &account, other) {
		t.Error("another password is taken for the confirmed one")
	}
	name := h.pairName(c, &account, p)
	if !h.isConfirmed(record, name, c, &account, p) || record.Pair != name {
		t.Error("the confirmed password is not known again")
	}
	if record.Secret != h.ledger.Secret("u1", false, p.Secret) || !record.ChangedAt.Equal(day2026(2)) {
		t.Error("the record does not know its password for the time when the hash changes")
	}
}

// TestFinish_lists_what_was_published: not what was held, as a whole or for its dumps, and not twice.
func TestFinish_lists_what_was_published(t *testing.T) {
	t.Parallel()
	s := newStore(t, "shop")
	h := s.night(1, "u1,$made$up,", "u2,$made$up$2,")
	made := []*finding.Finding{s.decide(h, "u1", "right", true, 0), s.decide(h, "u2", "right too", true, 0)}
	s.finish(h, false, made...)
	h = s.night(2, "u1,$made$up,", "u2,$made$up$2,")
	unlisted := time.Time{}.Month()
	if got, want := s.standing(h), fmt.Sprintf("u1 %v [shop] 1 1; u2 %[1]v [shop] 1 1", unlisted); got != want {
		t.Errorf("a held list: %s, want %s", got, want)
	}
	findings := s.stand(h)
	held := pair.NewRowSet()
	second, _ := s.row("u2")
	held.Add(second)
	if err := h.Finish(Night{Inputs: s.in, Past: make([]*ledger.Dump, 1), Findings: findings, Listed: true, Held: held}); err != nil {
		t.Fatal(err)
	}
	s.end()
	h = s.night(3, "u1,$made$up,", "u2,$made$up$2,")
	if got, want := s.standing(h), fmt.Sprintf("u1 February [shop] 1 1; u2 %v [shop] 1 1", unlisted); got != want {
		t.Errorf("held for its dumps: %s, want %s", got, want)
	}
	findings = s.stand(h)
	for i := range findings {
		if f := &findings[i]; f.HeldBefore() != (f.Account().ID == "u2") {
			t.Errorf("%s was held before: %v", f.Account().ID, f.HeldBefore())
		}
	}
}

// TestPast: a dump is known by its content, with what was left open of it; one that was not read is not.
func TestPast(t *testing.T) {
	t.Parallel()
	s := newStore(t, "read", "cut", "open", "unreadable")
	s.in.List[1].Report.Status, s.in.List[2].Report.Status = dump.StatusPartial, dump.StatusPartial
	s.in.List[3].Report = dump.Report{Status: dump.StatusRead}
	for month := time.Month(1); month <= 2; month++ {
		h := s.night(month, "u1,$made$up,")
		past, err := h.Past(s.in)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []bool{month > 1, false, month > 1, false} {
			if (past[i] != nil) != want {
				t.Errorf("month %d: %s is known: %v", month, s.in.List[i].Meta.Name, past[i])
			}
		}
		if month > 1 && (past[0].Open != 0 || past[2].Open != 7 || past[2].FirstSeen.Month() != 1 || past[2].Called != "open") {
			t.Errorf("noted %+v and %+v", past[0], past[2])
		}
		left := map[uint32]int64{2: 7}
		if month > 1 {
			left = nil
		}
		if err := h.Finish(Night{Inputs: s.in, Past: past, Left: left, Held: pair.NewRowSet()}); err != nil {
			t.Fatal(err)
		}
		s.end()
	}
	h := s.night(3, "u1,$made$up,")
	past, err := h.Past(s.in)
	if err != nil || past[2] == nil || past[2].Open != 0 || past[2].FirstSeen.Month() != 1 || past[2].LastSeen.Month() != 2 {
		t.Errorf("what was done is still open: %+v, %v", past[2], err)
	}
}
